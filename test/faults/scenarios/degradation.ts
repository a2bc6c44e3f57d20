import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../checker/history.js';
import { drained } from '../checker/lag.js';
import { archiveFindings } from '../checker/verdict.js';
import { failuresText, FeedLoad, type FeedTally } from '../load/feed-load.js';
import { senderFor } from '../load/sender.js';
import { finding, type Finding, type Scenario, type ScenarioRun } from '../scenario.js';

const FEEDS_PER_SECOND = 50;
const SHARE_OK = 0.999;
const PATIENCE_MS = 120_000;

interface Trouble {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Personal feeds can not be complete without it, and must say so. */
  readonly degrades: boolean;
}

/** Puts a newer version of the ranking model beside the one that serves, and breaks its file in the middle. */
const damagedModel = (folder: string): void => {
  const good = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .sort()
    .at(-1)!;
  const bad = join(folder, '99991231-damaged');
  cpSync(join(folder, good), bad, { recursive: true });
  const file = join(bad, 'model.onnx');
  const bytes = readFileSync(file);
  bytes.fill(0xff, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
  writeFileSync(file, bytes);
};

const troublesOf = ({ fleet }: ScenarioRun): readonly Trouble[] => {
  const ranker = fleet.rankers[0]!;
  const { database, broker } = fleet.stores;
  const restart = async (): Promise<void> => {
    await ranker.stop();
    ranker.start();
    await ranker.ready();
  };
  return [
    {
      name: 'ranker down',
      degrades: true,
      begin: () => ranker.kill(),
      end: async () => {
        ranker.start();
        await ranker.ready();
      },
    },
    // First beside a ranker that serves, then it is all that a start finds first.
    { name: 'model file corrupt', degrades: false, begin: async () => damagedModel(join(fleet.modelsDir, 'personal')), end: restart },
    { name: 'database down', degrades: false, begin: () => database.proxy.down(), end: () => database.proxy.up() },
    { name: 'broker down', degrades: false, begin: () => broker.proxy.down(), end: () => broker.proxy.up() },
  ];
};

const feedFindings = (trouble: Trouble, during: FeedTally): readonly Finding[] => {
  const share = during.ok / during.total;
  const answered = finding(
    `${trouble.name}: >= 99.9 % of feed requests answered 200`,
    `${(share * 100).toFixed(2)} % of ${during.total} (${failuresText(during)}); ${during.degraded} marked degraded`,
    share >= SHARE_OK,
  );
  if (!trouble.degrades) return [answered];
  const marked = during.personalDegraded / during.personal;
  return [
    answered,
    finding(
      `${trouble.name}: personal feeds are marked degraded`,
      `${(marked * 100).toFixed(1)} % of ${during.personal}`,
      // The first few were answered before it was gone.
      marked >= 0.95,
    ),
  ];
};

/** One part after the other is away. Feeds are answered from what is left and say so; events are refused clearly, or taken for good. */
export const degradation: Scenario = {
  name: 'degradation',
  about: 'ranker down, model file corrupt, database down, broker down, each for a minute: feeds answer 200, events are never lost',
  shape: { ingests: 1, rankers: 1, gateways: 1, proxied: ['database', 'broker'], ownModels: true, settings: { MODELS_POLL_S: '1' } },
  /** `events`: a second. `seconds`: of each trouble. */
  full: { events: 100, seconds: 55 },
  short: { events: 50, seconds: 3 },
  async run(run) {
    const { fleet, size, label, say } = run;
    const history = new History();
    const sender = await senderFor(run, history, { batch: 20 });
    const enough = new AbortController();
    const sending = sender.send({ events: 100_000_000, perSecond: size.events, until: enough.signal });
    const load = await FeedLoad.start({
      pick: () => fleet.url,
      tokenSecret: fleet.secrets.tokens,
      perSecond: FEEDS_PER_SECOND,
      personalShare: 0.5,
    });
    const findings: Finding[] = [];
    try {
      await sleep(1_000);
      for (const trouble of troublesOf(run)) {
        const [acceptedBefore, failedBefore] = [history.accepted.size, [...sender.failures.values()].reduce((a, b) => a + b, 0)];
        load.take();
        await trouble.begin();
        await sleep(size.seconds * 1000);
        findings.push(...feedFindings(trouble, load.take()));
        await trouble.end();
        const failed = [...sender.failures.values()].reduce((a, b) => a + b, 0) - failedBefore;
        say(`${trouble.name}: ${history.accepted.size - acceptedBefore} events accepted, ${failed} batches refused`);
        const drain = await drained(fleet, PATIENCE_MS);
        findings.push(
          finding(
            `${trouble.name}: all recover by themselves`,
            `lag 0 after ${(drain.ms / 1000).toFixed(1)} s, left: ${drain.left}`,
            drain.ms < PATIENCE_MS,
          ),
        );
      }
      enough.abort();
      await sending;
      await drained(fleet, PATIENCE_MS);
      say(`tries that failed: ${sender.failureText}`);
      return [...findings, ...(await archiveFindings(fleet, history, label))];
    } finally {
      enough.abort();
      await sending;
      await load.stop();
      await sender.close();
    }
  },
};
