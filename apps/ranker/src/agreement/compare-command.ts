import { parseArgs } from 'node:util';

/** Some comparisons for a person, or comparisons for ever with metrics. */
export type CompareCommand =
  | { readonly kind: 'some'; readonly urls: readonly string[]; readonly times: number; readonly everyMs: number }
  | { readonly kind: 'audit'; readonly urls: readonly string[]; readonly everyMs: number; readonly adminPort: number | undefined };

export const compareUsage = `compare URL... [--times N] [--every S] [--admin-port P]

Compares the states of rankers at equal positions of the log. URLs are their admin addresses; a name with several addresses stands for all of them.

  --times N         compare N times, then end: with 1 when two states differ or none could be compared; default 1
  --every S         seconds between two comparisons; without --times it goes on until it is stopped, and says on
                    /metrics of its admin port what it finds
  --admin-port P    that port; default ADMIN_PORT`;

const numberOf = (option: string, text: string | undefined, least: number, most: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new Error(`--${option} must be between ${least} and ${most}`);
  return value;
};

/** @throws with a text for people */
export const parseCompare = (args: readonly string[]): CompareCommand => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { times: { type: 'string' }, every: { type: 'string' }, 'admin-port': { type: 'string' } },
  });
  const wrong = positionals.find((url) => !URL.canParse(url) || !/^https?:\/\//.test(url));
  if (wrong !== undefined) throw new Error(`not an http address: ${wrong}`);
  if (positionals.length === 0) throw new Error('which rankers? Give their admin addresses');
  const urls = positionals.map((url) => url.replace(/\/+$/, ''));
  const times = numberOf('times', values.times, 1, 1_000_000);
  const every = numberOf('every', values.every, 0.1, 86_400);
  const adminPort = numberOf('admin-port', values['admin-port'], 0, 65_535);
  if (times === undefined && every !== undefined) return { kind: 'audit', urls, everyMs: every * 1_000, adminPort };
  if (adminPort !== undefined) throw new Error('--admin-port goes with --every, without --times');
  return { kind: 'some', urls, times: times ?? 1, everyMs: (every ?? 1) * 1_000 };
};
