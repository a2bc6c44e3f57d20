import { complaintOf } from '#config';
import { exitCodes, type CommandContext, type ReplayCommand } from './command.js';

const asksForHelp = (word: string | undefined): boolean => word === undefined || word === 'help' || word === '--help' || word === '-h';

/** The list of commands, or the help of one. */
const helpOf = (commands: readonly ReplayCommand[]): string =>
  `npm run replay -- COMMAND [options]: replays any stretch of the log through the code that serves.

${commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

npm run replay -- COMMAND --help tells more of each. Nothing here joins a group, commits a position or writes to a store of the live system.
Exit codes: 0 done, 1 fault, 2 unusable options, files or ranges, 4 an assertion failed, 130 interrupted (go on with --resume).`;

/** Runs the command that the arguments name. Out: the exit code; never throws. */
export const runCommand = async (
  [name, ...args]: readonly string[],
  commands: readonly ReplayCommand[],
  context: CommandContext,
): Promise<number> => {
  const command = commands.find((candidate) => candidate.name === (asksForHelp(name) ? args[0] : name));
  if (asksForHelp(name) || (command !== undefined && args.some((word) => word === '--help' || word === '-h'))) {
    context.print(command?.help ?? helpOf(commands));
    return exitCodes.done;
  }
  if (command === undefined) {
    context.say(`there is no command ${name}\ntry npm run replay -- --help`);
    return exitCodes.unusable;
  }
  try {
    return await command.run(args, context);
  } catch (error) {
    const { line, code } = complaintOf(error, `npm run replay -- ${command.name} --help`);
    context.say(line);
    return code;
  }
};
