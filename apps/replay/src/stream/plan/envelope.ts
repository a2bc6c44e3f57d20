import type { EpochMs } from '#contracts';
import type { StoredRecord } from '#event-log';

/** What every event says of itself, whatever it is of. */
export interface Envelope {
  readonly schema: string;
  /** When it happened by its client's clock. */
  readonly time: EpochMs | null;
}

const textIn = (fields: unknown, name: string): string | undefined => {
  const value: unknown = typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
};

const parsed = (value: Buffer): unknown => {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return null;
  }
};

const momentOf = (time: string | undefined): EpochMs | null => {
  const moment = Date.parse(time ?? '');
  return Number.isNaN(moment) ? null : moment;
};

/** From the headers, which cost nothing, else from the value; the schema of what has none is `none`, of a withdrawal `withdrawal`. */
export const envelopeOf = ({ value, headers }: StoredRecord): Envelope => {
  if (value === null) return { schema: 'withdrawal', time: null };
  if (headers['ce_dataschema'] !== undefined && headers['ce_time'] !== undefined)
    return { schema: headers['ce_dataschema'], time: momentOf(headers['ce_time']) };
  const event = parsed(value);
  return { schema: textIn(event, 'dataschema') ?? 'none', time: momentOf(textIn(event, 'time')) };
};
