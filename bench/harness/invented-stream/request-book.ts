import { INVENTED_NOW } from '../invented-log.js';

const DAY = 86_400_000;
/** Requests are asked in the second half of the sixty days that events are spread over. */
const ASKED_DAYS = 30;

export interface AskedRequest {
  readonly id: string;
  readonly reader: number;
  readonly at: number;
  /** Number of the replica that answered it. */
  readonly replica: number;
}

/** Which reader asked when: evenly spread over readers and time. */
export class RequestBook {
  readonly #stepMs: number;

  constructor(
    readonly requests: number,
    private readonly readers: number,
    private readonly replicas: number,
  ) {
    this.#stepMs = (ASKED_DAYS * DAY) / Math.max(1, requests);
  }

  get(number: number): AskedRequest {
    return {
      id: `invented-request-${String(number).padStart(8, '0')}`,
      reader: number % this.readers,
      at: Math.floor(INVENTED_NOW - ASKED_DAYS * DAY + number * this.#stepMs),
      replica: number % this.replicas,
    };
  }

  /** Every request of one reader, by time. */
  *of(reader: number): Generator<AskedRequest> {
    for (let number = reader; number < this.requests; number += this.readers) yield this.get(number);
  }
}
