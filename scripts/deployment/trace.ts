/** What strace saw of one process and its threads, from the moment that our program took over. */
export interface Trace {
  /** Every connection that was tried, each once. */
  readonly connections: readonly Connection[];
  /** System calls that would change a file system, with what they answered; writing to /dev/null is none. */
  readonly writes: readonly string[];
  /** Programs that were started. */
  readonly programs: readonly string[];
}

export interface Connection {
  readonly address: string;
  readonly port: number;
}

/** Everything that makes a connection, opens a file, or changes a name in a file system; io_uring could do all that unseen. */
export const tracedCalls = [
  'execve,connect,open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat',
  'symlink,symlinkat,truncate,chmod,fchmodat,chown,lchown,fchownat,utimensat,utime,utimes,setxattr,mount,io_uring_setup',
].join(',');

const asWriter = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE/;
const opens = /^(open|openat|openat2)$/;
const harmless = /"\/dev\/(null|tty)"/;
/** glibc asks the kernel for a route by connecting a datagram socket to port 0: nothing is sent. */
const ROUTE_QUESTION = 0;

const connectionOf = (text: string): Connection | null => {
  const port = Number(/sin6?_port=htons\((\d+)\)/.exec(text)?.[1]);
  const address = /inet_addr\("([^"]+)"\)/.exec(text)?.[1] ?? /inet_pton\(AF_INET6, "([^"]+)"/.exec(text)?.[1];
  return address === undefined || Number.isNaN(port) || port === ROUTE_QUESTION ? null : { address, port };
};

/** @param log of `strace -f -o`; what comes before the program takes over is the way there, and left out */
export const readTrace = (log: string, program: string): Trace => {
  const connections = new Map<string, Connection>();
  const writes: string[] = [];
  const programs: string[] = [];
  let begun = false;
  for (const line of log.split('\n')) {
    const { call, rest } = /^\d+ +(?:<\.\.\. )?(?<call>\w+)(?: resumed>)?\(?(?<rest>.*)$/.exec(line)?.groups ?? {};
    if (call === undefined || rest === undefined) continue;
    if (!begun) {
      begun = call === 'execve' && rest.startsWith(`"${program}"`) && rest.endsWith('= 0');
      continue;
    }
    if (line.includes(' resumed>')) continue; // its arguments were in the first half
    if (call === 'execve') programs.push(rest);
    else if (call === 'connect') {
      const connection = connectionOf(rest);
      if (connection !== null) connections.set(`${connection.address}:${connection.port}`, connection);
    } else if ((!opens.test(call) || asWriter.test(rest)) && !harmless.test(rest)) writes.push(`${call}(${rest}`);
  }
  if (!begun) throw new Error(`${program} never took over`);
  return { connections: [...connections.values()], writes, programs };
};
