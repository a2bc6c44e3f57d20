import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestName } from './nearest-name.js';
import { UsageError } from './usage-error.js';

export type OptionSpecs = NonNullable<ParseArgsConfig['options']>;
type Parsed<S extends OptionSpecs> = ReturnType<typeof parseArgs<{ options: S; allowPositionals: true; args: string[] }>>;

/**
 * The options and the other words of a command line.
 * @param words how many words besides options the command takes at most, such as `DIR`
 * @throws {UsageError} an option that there is not, one without its value, or a word too many.
 */
export const parseOptions = <S extends OptionSpecs>(args: readonly string[], options: S, words = 0): Parsed<S> => {
  const parsed = parsedOrUsage(args, options);
  const surplus = parsed.positionals[words];
  if (surplus !== undefined)
    throw new UsageError(
      `${surplus}: ${words === 0 ? 'takes options only' : `takes ${words} ${words === 1 ? 'word' : 'words'} besides options`}`,
    );
  return parsed;
};

const parsedOrUsage = <S extends OptionSpecs>(args: readonly string[], options: S): Parsed<S> => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(complaintOf(error, Object.keys(options)));
  }
};

/** The platform's words, but for what it can not know: which option was meant. */
const complaintOf = (error: unknown, names: readonly string[]): string => {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const unknown = /^Unknown option '--?(?<name>[^']+)'/.exec(message)?.groups?.['name'];
  if (unknown === undefined) return message;
  const near = nearestName(unknown, names);
  return `--${unknown}: is no option of this command${near === null ? '' : `; did you mean --${near}?`}`;
};
