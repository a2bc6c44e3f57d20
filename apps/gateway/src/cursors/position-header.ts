import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Positions } from '#contracts';
import { ProblemFailure } from '../errors/problem.failure.js';

export const POSITION_HEADER = 'broadsheet-position';

const entryPattern = /^([a-z][a-z.0-9-]{0,40}\/\d{1,4})=(\d{1,19})$/;
const MAC_CHARS = 22;
const MAX_CHARS = 2_000;

/**
 * The positions of a reader's own last writes as a header: `interactions.v1/3=125;mac=...`. A client that echoes it reads its own
 * writes through any gateway. It is signed, because a made-up position far ahead would hold a ranker until its deadline.
 */
export class PositionHeader {
  constructor(private readonly secret: string) {}

  encode(positions: Positions): string | undefined {
    const body = Object.entries(positions)
      .map(([partition, next]) => `${partition}=${next}`)
      .sort()
      .join(',');
    return body === '' ? undefined : `${body};mac=${this.mac(body)}`;
  }

  /** @throws {ProblemFailure} POSITION_INVALID when we did not make it. */
  decode(header: string): Positions {
    const [body = '', mac = ''] = header.length <= MAX_CHARS ? header.split(';mac=', 2) : [];
    const entries = body.split(',').map((entry) => entryPattern.exec(entry));
    const sound =
      mac.length === MAC_CHARS &&
      timingSafeEqual(Buffer.from(mac.padEnd(MAC_CHARS), 'latin1').subarray(0, MAC_CHARS), Buffer.from(this.mac(body)));
    if (!sound || entries.includes(null)) {
      throw new ProblemFailure('POSITION_INVALID', 'Broadsheet-Position must be echoed as it was given', {
        errors: [{ field: 'Broadsheet-Position', rule: 'must be echoed as it was given', value: header.slice(0, 40) }],
      });
    }
    return Object.fromEntries(entries.map((entry) => [entry?.[1] ?? '', entry?.[2] ?? '']));
  }

  private mac(body: string): string {
    return createHmac('sha256', this.secret).update('position').update(body).digest('base64url').slice(0, MAC_CHARS);
  }
}
