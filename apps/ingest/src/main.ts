import 'reflect-metadata';
import { Failure } from '#contracts';
import { parseCommand } from './cli/command.js';
import { helpFor } from './cli/help.js';
import { UsageError } from './cli/usage-error.js';

/** Each command is loaded when it is asked for: help and a wrong option need no broker client. */
const run = async (): Promise<number | null> => {
  const command = parseCommand(process.argv.slice(2), new Date().toISOString().slice(0, 10));
  switch (command.name) {
    case 'help':
      console.log(helpFor(command.about));
      return 0;
    case 'migrate':
      return (await import('./wiring/migrate-stores.js')).migrateStores();
    case 'load':
      return (await import('./wiring/load.js')).load(command);
    case 'dead-letters':
      return (await import('./wiring/dead-letters.js')).deadLetters(command);
    case 'serve':
      await (await import('./wiring/serve.js')).serve();
      return null; // runs until a signal
  }
};

try {
  const code = await run();
  if (code !== null) process.exitCode = code; // a command has closed what it opened: the process ends by itself
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\ntry --help`);
  else if (error instanceof Failure) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
