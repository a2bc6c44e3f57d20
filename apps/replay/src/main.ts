import { runCommand } from './cli/run-command.js';
import { commands } from './commands/registry.js';
import { growHeapSlowly } from './fold/frugal-heap.js';

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

/** Ctrl-C asks the command to stop where it can go on later; a second one ends the process at once. */
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

growHeapSlowly();
process.exitCode = await runCommand(process.argv.slice(2), commands, {
  print: write(process.stdout),
  say: write(process.stderr),
  signal: interrupted.signal,
});
