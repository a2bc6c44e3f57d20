import { createHmac, timingSafeEqual } from 'node:crypto';
import { type EpochMs, parseWith, type PaperId, paperIdSchema, type Positions } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';

export const POSITION_HEADER = 'broadsheet-position';

/** A hide that another gateway has to respect before any ranker has folded it. */
export interface EchoedHide {
  readonly paper: PaperId;
  /** When the reader did it. */
  readonly time: EpochMs;
  /** When the first gateway took it. */
  readonly taken: EpochMs;
}

/** What a gateway tells a client of its own last writes, to be told to the next gateway. */
export interface Echo {
  readonly after: Positions;
  /** Newest last. */
  readonly hides: readonly EchoedHide[];
}

const positionPattern = /^([a-z][a-z.0-9-]{0,40}\/\d{1,4})=(\d{1,19})$/;
/** `@` and `+` are in no paper id; times are milliseconds in base 36. */
const hidePattern = /^([^@+]{1,128})@([0-9a-z]{1,10})-([0-9a-z]{1,10})$/;
const bodyPattern = /^([^;]+?)(?:;hides=([^;]+))?$/;
const MAC_CHARS = 22;
const MAX_CHARS = 2_000;
/** What is left for hides beside the position and the signature: some thirty arXiv ids. */
const MAX_HIDES_CHARS = 1_500;

/**
 * A reader's own last writes as a header: `interactions.v1/3=125;hides=2310.01234@lq3x...-lq3x...;mac=...`. A client that echoes it reads
 * its own writes through any gateway: after the position where rankers are up to date, and without what it hid even where none is. It is
 * signed, because a made-up position far ahead would hold a ranker until its deadline.
 */
export class PositionHeader {
  constructor(private readonly secret: string) {}

  encode({ after, hides }: Echo): string | undefined {
    const positions = Object.entries(after)
      .map(([partition, next]) => `${partition}=${next}`)
      .sort()
      .join(',');
    if (positions === '') return undefined;
    const hidden = hidesText(hides);
    const body = hidden === '' ? positions : `${positions};hides=${hidden}`;
    return `${body};mac=${this.mac(body)}`;
  }

  /** @throws {ProblemFailure} POSITION_INVALID when we did not make it. */
  decode(header: string): Echo {
    const [body = '', mac = ''] = header.length <= MAX_CHARS ? header.split(';mac=', 2) : [];
    const echo = this.isOurs(body, mac) ? echoOf(body) : undefined;
    if (echo !== undefined) return echo;
    throw new ProblemFailure('POSITION_INVALID', 'Broadsheet-Position must be echoed as it was given', {
      errors: [{ field: 'Broadsheet-Position', rule: 'must be echoed as it was given', value: header.slice(0, 40) }],
    });
  }

  private isOurs(body: string, mac: string): boolean {
    return (
      mac.length === MAC_CHARS &&
      timingSafeEqual(Buffer.from(mac.padEnd(MAC_CHARS), 'latin1').subarray(0, MAC_CHARS), Buffer.from(this.mac(body)))
    );
  }

  private mac(body: string): string {
    return createHmac('sha256', this.secret).update('position').update(body).digest('base64url').slice(0, MAC_CHARS);
  }
}

/** The newest that there is room for, newest last. */
const hidesText = (hides: readonly EchoedHide[]): string => {
  let text = '';
  for (const { paper, time, taken } of hides.toReversed()) {
    const longer = `${paper}@${time.toString(36)}-${taken.toString(36)}${text === '' ? '' : '+'}${text}`;
    if (longer.length > MAX_HIDES_CHARS) break;
    text = longer;
  }
  return text;
};

/** Undefined when a text of our own making has a form that this version does not know. */
const echoOf = (body: string): Echo | undefined => {
  const [, positions = '', hidden = ''] = bodyPattern.exec(body) ?? [];
  const after = positions.split(',').map((entry) => positionPattern.exec(entry));
  const hides = hidden === '' ? [] : hidden.split('+').map(hideOf);
  if (after.includes(null) || hides.includes(undefined)) return undefined;
  return {
    after: Object.fromEntries(after.map((entry) => [entry?.[1] ?? '', entry?.[2] ?? ''])),
    hides: hides.filter((hide) => hide !== undefined),
  };
};

const hideOf = (text: string): EchoedHide | undefined => {
  const [, id, time = '', taken = ''] = hidePattern.exec(text) ?? [];
  const paper = parseWith(paperIdSchema, id);
  return paper.ok ? { paper: paper.value, time: parseInt(time, 36), taken: parseInt(taken, 36) } : undefined;
};
