import type { Manifest } from '../files/manifest.js';
import type { AsOf, EngineOptions, Side } from '../rerank/engine-types.js';
import { replay } from '../rerank/engine.js';
import { loadEncoder, loadSide, stateConfigFor, type LoadedSide } from '../rerank/load-models.js';
import { coldStart, startFrom } from '../snapshots/start-state.js';
import { openStoredState } from '../snapshots/stored-snapshots.js';
import { openStream } from '../stream/open-stream.js';
import { keepOf, type StreamOptions } from '../stream/stream-options.js';
import { configInOrder } from './ranking-config-file.js';
import type { RunPlan } from './run-plan.js';
import type { PlannedReplay } from './run-share.js';
import { COLD } from './run-options.js';
import { databaseUrl, replayConfig } from './settings.js';
import { understoodOptionsSchema, type UnderstoodOptions } from './understood-options.js';

const asOfOf = (text: string): AsOf =>
  text === 'recorded' || text === 'event' ? { kind: text } : { kind: 'by', by: Date.parse(text.slice('recorded='.length)) };

const startOf = async ({ state }: RunPlan, { begins }: UnderstoodOptions, encoder: Parameters<typeof stateConfigFor>[0]) => {
  const config = stateConfigFor(encoder);
  return state === COLD ? coldStart(config, begins) : startFrom(await openStoredState(state, databaseUrl), config);
};

const loadPlanned = (name: Side['name'], { modelsDir }: RunPlan, { models, config }: Manifest['a']): Promise<LoadedSide> =>
  loadSide(name, {
    modelsDir,
    trending: models['trending']!.version,
    personal: models['personal']!.version,
    config: configInOrder(config, 'of the plan'),
  });

interface Closable {
  close(): Promise<void>;
}

/** Notes what is to be closed in the end. */
const kept = <T extends Closable>(opened: Closable[], thing: T): T => {
  opened.push(thing);
  return thing;
};

/** What ranks: nothing where only the fold is wanted. */
const sidesOf = async (plan: RunPlan, { at }: UnderstoodOptions, opened: Closable[]): Promise<Side[]> => {
  if (at === 'none') return [];
  const a = kept(opened, await loadPlanned('a', plan, plan.a));
  return plan.b === undefined ? [a] : [a, kept(opened, await loadPlanned('b', plan, plan.b))];
};

/** The options of a plan that say which records it is about; the range is what they were found to mean. */
export const streamOptionsOf = ({ source, options }: RunPlan): StreamOptions => ({ ...understoodOptionsSchema.parse(options), source });

const engineOptionsOf = async (plan: RunPlan, opened: Closable[]): Promise<EngineOptions> => {
  const options = understoodOptionsSchema.parse(plan.options);
  const { at, asOf, seed, outcomeHours } = options;
  const keep = at === 'none' ? () => false : keepOf(streamOptionsOf(plan), at);
  const source = kept(opened, await openStream(plan.source, replayConfig));
  const encoder = kept(opened, await loadEncoder(plan.modelsDir, plan.a.models['encoder']!.version));
  const sides = await sidesOf(plan, options, opened);
  const start = await startOf(plan, options, encoder);
  return { source, range: plan.range, start, encoder, sides, asOf: asOfOf(asOf), at, keep, seed, outcomeHours };
};

/** The engine with all that the plan names: source, models, first state, and which requests are kept. Everything is opened for one replay and closed after it. */
export const plannedReplay =
  (plan: RunPlan): PlannedReplay =>
  async (work, sink, signal) => {
    const opened: Closable[] = [];
    try {
      return await replay({ ...(await engineOptionsOf(plan, opened)), ...work }, sink, signal);
    } finally {
      for (const each of opened.reverse()) await each.close();
    }
  };
