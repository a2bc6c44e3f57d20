import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';
import { inParallel, latencies } from '../../../bench/promises/figures.js';
import { readerToken } from '../../../scripts/start/reader-tokens.js';
import { nonMonotonic } from '../checker/checks.js';
import { History, type VersionRead } from '../checker/history.js';
import { senderFor } from '../load/sender.js';
import { finding, nothing, type Scenario } from '../scenario.js';

/** Of the 47 papers of the demo: some must be left to be shown. */
const PAIRS_A_READER = 40;
const WIDTH = 8;
const LOAD_PER_SECOND = 300;

interface Feed {
  readonly degraded: readonly string[];
  readonly items: readonly { readonly paper: { readonly id: string } }[];
}

/** A reader hides a paper through one gateway and reads through the other, with nothing but the position that the hide was answered with. */
export const hide: Scenario = {
  name: 'hide',
  about: '10,000 hide-then-read pairs under load, written to one gateway and read from the other over 2 rankers: 0 violations',
  shape: { ingests: 1, rankers: 2, gateways: 2 },
  /** `events`: pairs. */
  full: { events: 10_000, seconds: 280 },
  short: { events: 200, seconds: 10 },
  async run({ fleet, size, label, say }) {
    const sender = await senderFor({ fleet, label }, new History());
    const agent = new Agent({ connections: 32 });
    const enough = new AbortController();
    const sending = sender.send({ events: 100_000_000, perSecond: LOAD_PER_SECOND, until: enough.signal });
    const samples: number[] = [];
    const reads: VersionRead[] = [];
    let behind = 0;
    let failed = 0;
    const pair = async (
      reader: string,
      token: string,
      hidden: string[],
      position: string | undefined,
      turn: number,
    ): Promise<string | undefined> => {
      const [writes, other] = turn % 2 === 0 ? [fleet.gateways[0]!, fleet.gateways[1]!] : [fleet.gateways[1]!, fleet.gateways[0]!];
      const authorization = `Bearer ${token}`;
      const read = async (after: string | undefined): Promise<Feed> => {
        const headers = { authorization, ...(after === undefined ? {} : { 'broadsheet-position': after }) };
        const answer = await request(`${other.url}/v1/feeds/for-you?limit=50`, { headers, dispatcher: agent });
        if (answer.statusCode !== 200) throw new Error(`for-you answered ${answer.statusCode}`);
        return (await answer.body.json()) as Feed;
      };
      const victim = (await read(position)).items[0]?.paper.id;
      if (victim === undefined) throw new Error(`${reader} has nothing left to hide`);
      const sent = performance.now();
      const put = await request(`${writes.url}/v1/papers/${encodeURIComponent(victim)}/hide`, {
        method: 'PUT',
        headers: { authorization },
        dispatcher: agent,
      });
      await put.body.dump();
      const given = put.headers['broadsheet-position'];
      if (put.statusCode >= 300 || typeof given !== 'string') throw new Error(`hide answered ${put.statusCode}`);
      hidden.push(victim);
      const feed = await read(given);
      samples.push(performance.now() - sent);
      if (feed.degraded.length > 0) behind += 1;
      const shown = new Set(feed.items.map(({ paper }) => paper.id));
      // A paper goes from shown (0) to hidden (1) and never back.
      for (const id of hidden) reads.push({ reader, subject: id, version: 1 }, { reader, subject: id, version: shown.has(id) ? 0 : 1 });
      return given;
    };
    try {
      const readers = Math.ceil(size.events / PAIRS_A_READER);
      await inParallel(readers, WIDTH, async (number) => {
        const reader = `${label}-hider-${number}`;
        const token = await readerToken(reader, fleet.secrets.tokens);
        const hidden: string[] = [];
        let position: string | undefined;
        for (let turn = 0; turn < PAIRS_A_READER && number * PAIRS_A_READER + turn < size.events; turn += 1)
          position = await pair(reader, token, hidden, position, turn).catch((error: unknown) => {
            failed += 1;
            say(String(error));
            return position;
          });
      });
      enough.abort();
      const { events, seconds } = await sending;
      say(`hide and read together: ${latencies(samples)}; ${(events / seconds).toFixed(0)} events/s beside`);
      return [
        nothing(
          `0 hidden papers shown in ${samples.length} pairs`,
          nonMonotonic(reads).map(({ reader, subject }) => `${subject} to ${reader}`),
        ),
        finding(`${size.events} pairs`, `${samples.length}, ${failed} failed`, samples.length === size.events),
        finding('answers that are degraded', `${behind}`, true),
      ];
    } finally {
      enough.abort();
      await sending;
      await sender.close();
      await agent.close();
    }
  },
};
