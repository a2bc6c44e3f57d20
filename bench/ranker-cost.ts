/**
 * What one for-you answer costs by stage, with the shipped models and several hundred candidates, and whether explanations keep their promises: over thousands of items of all surfaces,
 * contributions add up to the score, and reasons name only what this reader chose and did not hide.
 *
 *   npm run bench -- ranker-cost [--papers 10000] [--readers 2000] [--requests 400] [--items 10000]
 */
import { parseArgs } from 'node:util';
import { rankRequestSchema, surfaces, type RankAnswer, type RankRequest, type Surface } from '#contracts';
import { createRankPipeline, defaultRankingConfig, defaultStateConfig, RankingState, type StageReport } from '#ranking';
import { INVENTED_NOW, InventedLog } from './harness/invented-log.js';
import { percentileOf } from './harness/percentile.js';
import { shippedScorer } from './harness/shipped-models.js';
import { table } from './harness/table.js';

const { values: options } = parseArgs({
  options: {
    papers: { type: 'string', default: '10000' },
    readers: { type: 'string', default: '2000' },
    requests: { type: 'string', default: '400' },
    items: { type: 'string', default: '10000' },
  },
});
const numberOf = (name: keyof typeof options): number => Number(options[name]);
const ENGAGED = 40;
const HIDDEN = 5;
const WARM_UP = 50;
/** Items of one explained answer. */
const EXPLAINED = 50;
/** What contributions may miss the score by: the models round to 1e-6, and a sum has a hundred parts. */
const TOLERANCE = 1e-3;

const log = new InventedLog(numberOf('papers'), numberOf('readers'));
const state = RankingState.empty(defaultStateConfig);
for (let paper = 0; paper < log.papers; paper++) state.foldPaper(log.paper(paper), log.vector(paper, defaultStateConfig.dimensions));

/** Papers that each reader chose and hid, told apart from the state that is judged by them. */
const chosen = Array.from({ length: log.readers }, () => new Set<string>());
const hidden = Array.from({ length: log.readers }, () => new Set<string>());
for (let reader = 0; reader < log.readers; reader++) {
  for (const event of log.eventsOf(reader, ENGAGED, ENGAGED)) {
    state.foldInteraction(event);
    if (event.data.action !== 'impression') chosen[reader]!.add(event.data.target.id);
  }
  for (const event of log.hidesOf(reader, [...chosen[reader]!].slice(0, HIDDEN))) {
    state.foldInteraction(event);
    hidden[reader]!.add(event.data.target.id);
  }
}
console.log(`${log.papers} papers, ${log.readers} readers of ${ENGAGED} actions, ${HIDDEN} hides and ${ENGAGED} impressions each\n`);

const [trending, personal] = [await shippedScorer('trending'), await shippedScorer('personal')];
const pipeline = createRankPipeline({ state, trending, personal, config: defaultRankingConfig, stopwatch: () => performance.now() });
const moment = { now: INVENTED_NOW, seed: 1, remainingMs: () => Infinity };

const requestOf = (reader: number, surface: Surface, fields: object = {}): RankRequest =>
  rankRequestSchema.parse({
    requestId: 'bench-ranker-cost',
    surface,
    readerRef: log.refOf(reader),
    limit: 20,
    budgetMs: 60_000,
    paperId: [...chosen[reader]!].find((id) => !hidden[reader]!.has(id)),
    query: 'word1 word30',
    ...fields,
  });

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

/** Milliseconds by component, over for-you answers of readers that were not asked for before. */
const times = async (): Promise<void> => {
  const byComponent = new Map<string, { stage: string; ms: number[]; kept: number }>();
  const whole: number[] = [];
  let scored = 0;
  let before = process.cpuUsage();
  for (let at = 0; at < WARM_UP + numberOf('requests'); at++) {
    const startedAt = performance.now();
    const { stages, answer } = await pipeline.rank(requestOf(at % log.readers, 'for-you'), moment);
    if (at < WARM_UP) {
      before = process.cpuUsage();
      continue;
    }
    whole.push(performance.now() - startedAt);
    scored += answer.counts.candidates;
    for (const report of stages) note(byComponent, report);
  }
  const { user, system } = process.cpuUsage(before);
  const row = (stage: string, name: string, ms: readonly number[], kept: string): string[] => {
    const values = sorted(ms);
    return [`${stage} ${name}`, ...[50, 95, 99].map((p) => percentileOf(values, p).toFixed(2)), kept];
  };
  const requests = numberOf('requests');
  console.log(
    table(
      ['for-you, ms', 'p50', 'p95', 'p99', 'papers out'],
      [
        ...[...byComponent].map(([name, { stage, ms, kept }]) => row(stage, name, ms, (kept / requests).toFixed(0))),
        row('whole', 'answer', whole, (scored / requests).toFixed(0)),
      ],
    ),
  );
  console.log(`CPU of the process: ${((user + system) / 1000 / requests).toFixed(2)} ms an answer, collection of garbage included`);
};

const note = (byComponent: Map<string, { stage: string; ms: number[]; kept: number }>, report: StageReport): void => {
  const { stage, component, ms, kept } = report;
  const known = byComponent.get(component) ?? { stage, ms: [], kept: 0 };
  known.ms.push(ms);
  known.kept += kept;
  byComponent.set(component, known);
};

interface Checked {
  items: number;
  addUp: number;
  worst: number;
  withReason: number;
  /** Reasons that name a paper; those that name one the reader hid, or one that is not theirs. */
  naming: number;
  namedHidden: number;
  namedOthers: number;
}

const check = (reader: number, surface: Surface, { items }: RankAnswer, origin: string | undefined, checked: Checked): void => {
  for (const { score, baseline = NaN, contributions = {}, reasons } of items) {
    const miss = Math.abs(Object.values(contributions).reduce((sum, part) => sum + part, baseline) - score);
    checked.items++;
    checked.worst = Math.max(checked.worst, miss);
    if (miss <= TOLERANCE) checked.addUp++;
    if (reasons.length > 0) checked.withReason++;
    for (const { paperId } of reasons) {
      if (paperId === undefined) continue;
      checked.naming++;
      if (hidden[reader]!.has(paperId)) checked.namedHidden++;
      if (!chosen[reader]!.has(paperId) && !(surface === 'similar' && paperId === origin)) checked.namedOthers++;
    }
  }
};

const explanations = async (): Promise<void> => {
  const checked: Checked = { items: 0, addUp: 0, worst: 0, withReason: 0, naming: 0, namedHidden: 0, namedOthers: 0 };
  for (let at = 0; checked.items < numberOf('items') && at < 100 * numberOf('items'); at++) {
    const reader = (at * 7) % log.readers;
    // Every other answer is a for-you: it has the most to explain.
    const surface = at % 2 === 0 ? 'for-you' : surfaces[(at >> 1) % surfaces.length]!;
    const request = requestOf(reader, surface, { explain: true, limit: EXPLAINED });
    const { answer } = await pipeline.rank(request, moment);
    check(reader, surface, answer, request.paperId, checked);
  }
  const { items, addUp, worst, withReason, naming, namedHidden, namedOthers } = checked;
  console.log(
    `\n${items} explained items: contributions add up within ${TOLERANCE} for ${((100 * addUp) / items).toFixed(2)} % (worst miss ${worst.toExponential(1)}); ` +
      `${((100 * withReason) / items).toFixed(2)} % have a reason; of ${naming} reasons that name a paper, ${namedHidden} name a hidden one, ${namedOthers} one that the reader did not choose`,
  );
  if (addUp < items || withReason < items || namedHidden + namedOthers > 0) process.exitCode = 1;
};

try {
  await times();
  await explanations();
} finally {
  await trending.close();
  await personal.close();
}
