import { createHash } from 'node:crypto';
import { UsageError } from '../../cli/command.js';

const pattern = /^readers=(?<percent>\d{1,3}(\.\d+)?)%$/;

/** `readers=5%` -> 0.05. @throws {UsageError} */
export const readSample = (text: string): number => {
  const percent = Number(pattern.exec(text)?.groups?.['percent']);
  if (!(percent > 0 && percent <= 100))
    throw new UsageError(`--sample ${text}: must be readers=PERCENT%, above 0 and at most 100, such as readers=5%`);
  return percent / 100;
};

/**
 * Whether a reader is in the sample: always the same for a seed, and a reader in a small sample is in every larger one.
 * `who` is a reader's reference, or whatever stands for one, such as the id of a request that names none.
 */
export const isSampled = (who: string, share: number, seed: number): boolean => {
  if (share >= 1) return true;
  const bits = createHash('sha256').update(`${seed} ${who}`).digest().readUInt32BE(0);
  return bits / 2 ** 32 < share;
};
