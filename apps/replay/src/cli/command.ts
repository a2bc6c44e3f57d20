/** What a command is given besides its arguments. */
export interface CommandContext {
  /** Results, to standard output. */
  print(text: string): void;
  /** Progress and problems, to standard error. */
  say(line: string): void;
  /** Aborted by Ctrl-C: stop at the next point from which the work can go on later. */
  readonly signal: AbortSignal;
}

export interface ReplayCommand {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** The whole help of this command: usage, options with defaults, examples, files written. */
  readonly help: string;
  /** Out: the exit code. @throws {UsageError} an option can not be meant. @throws {Failure} what was asked for can not be done. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/**
 * 0 done; 1 a fault of ours or of the stores; 2 what was typed can not be meant, a file can not be used, or a range is gone from the source;
 * 4 an assertion does not hold; 130 interrupted, to be gone on with `--resume`.
 */
export const exitCodes = { done: 0, fault: 1, unusable: 2, assertion: 4, interrupted: 130 } as const;

export { UsageError } from '#config';
