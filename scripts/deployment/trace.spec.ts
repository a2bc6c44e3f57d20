import { readTrace } from './trace.js';

const way = [
  '7 execve("/usr/bin/unshare", ["unshare"], 0x7ffe) = 0',
  '7 openat(AT_FDCWD, "/root/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3',
  '7 connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
  '9 execve("/usr/bin/node", ["/usr/bin/node", "main.js"], 0x7ffe) = 0',
];
const traced = (...lines: string[]) => readTrace([...way, ...lines, ''].join('\n'), '/usr/bin/node');

describe('readTrace', () => {
  it('leaves out the way to the program', () => {
    expect(traced()).toEqual({ connections: [], writes: [], programs: [] });
  });

  it('says once whom a process called, whichever thread it was, also before the answer came', () => {
    const call = 'connect(21, {sa_family=AF_INET, sin_port=htons(9092), sin_addr=inet_addr("127.0.0.10")}, 16';
    expect(
      traced(
        `9 ${call}) = -1 EINPROGRESS (Operation now in progress)`,
        `11 ${call} <unfinished ...>`,
        '11 <... connect resumed>) = 0',
        '9 connect(22, {sa_family=AF_INET6, sin6_port=htons(5432), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      ).connections,
    ).toEqual([
      { address: '127.0.0.10', port: 9092 },
      { address: '::1', port: 5432 },
    ]);
  });

  it.each([
    {
      why: 'a question for a route',
      line: '9 connect(9, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.10")}, 16) = 0',
    },
    {
      why: 'a socket of the machine',
      line: '9 connect(9, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)',
    },
    { why: 'a file that is read', line: '9 openat(AT_FDCWD, "/app/package.json", O_RDONLY|O_CLOEXEC) = 17' },
    { why: 'what goes to /dev/null', line: '9 openat(AT_FDCWD, "/dev/null", O_RDWR|O_CLOEXEC) = 17' },
  ])('takes $why for nothing', ({ line }) => {
    expect(traced(line)).toEqual({ connections: [], writes: [], programs: [] });
  });

  it.each([
    'openat(AT_FDCWD, "/tmp/mat-debug-1.log", O_WRONLY|O_CREAT|O_TRUNC, 0666) = -1 EROFS (Read-only file system)',
    'mkdir("/app/.cache", 0777) = -1 EROFS (Read-only file system)',
    'unlink("/tmp/x") = 0',
    'io_uring_setup(64, {flags=0}) = 21',
  ])('takes %s for a write, whatever came of it', (line) => {
    expect(traced(`12 ${line}`).writes).toEqual([line]);
  });

  it('names programs that were started', () => {
    expect(traced('13 execve("/bin/sh", ["sh", "-c", "id"], 0x7ffe) = 0').programs).toHaveLength(1);
  });

  it('refuses a log in which the program never began', () => {
    expect(() => readTrace('7 execve("/usr/bin/unshare", ["unshare"], 0x7ffe) = 0\n', '/usr/bin/node')).toThrow('never took over');
  });
});
