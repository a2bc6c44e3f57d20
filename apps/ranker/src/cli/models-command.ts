import { parseArgs } from 'node:util';
import { type ScorerName, scorerNames } from '#ranking';

interface Of {
  readonly name: ScorerName;
  readonly version: string;
}

export type ModelsCommand =
  | { readonly verb: 'list' }
  | { readonly verb: 'rollback'; readonly name: ScorerName }
  | ({ readonly verb: 'promote' | 'shadow' | 'retire' } & Of)
  | ({ readonly verb: 'arm'; readonly arm: string; readonly share: number } & Of);

/** What was asked, and for how many seconds to wait for the replicas; null: not at all. */
export interface ModelsOrder {
  readonly command: ModelsCommand;
  readonly waitS: number | null;
}

/** Three looks of rankers with the default MODELS_POLL_S, and the check of a model beside them. */
const WAIT_S = 60;
const MOST_WAIT_S = 3600;

export const modelsUsage = `models VERB ...

Says which versions rankers serve. Rankers look every MODELS_POLL_S; nothing has to be restarted. A version is loaded and checked here first, from
MODELS_DIR: files, features, golden vectors, pace.

  list                                      every version that was given a part
  promote MODEL VERSION                     live: for everybody that no arm holds
  shadow MODEL VERSION                      scored beside the live one, never shown
  arm MODEL VERSION --arm NAME --share S    for a share of the readers, 0 to 1
  rollback MODEL                            live again: the version that was live before; twice is back again
  retire MODEL VERSION                      no part; not for the live one

After a change it waits until every replica that runs has taken it over, and says how each did.
  --timeout S    waits for at most so many seconds (default ${WAIT_S})
  --no-wait      does not wait
Exit code: 0 done; 1 refused, here (nothing is changed then) or by a replica (what it served before goes on); 2 asked wrongly; 3 a replica did not say in time.

MODEL is ${scorerNames.join(' or ')}.`;

/** Names of experiment arms: they become labels of metrics. */
export const armPattern = /^[a-z0-9-]{1,40}$/;

const scorerOf = (name: string | undefined): ScorerName => {
  const found = scorerNames.find((scorer) => scorer === name);
  if (found === undefined) throw new Error(`which model? One of ${scorerNames.join(', ')}`);
  return found;
};

/** @throws with a text for people */
const waitOf = (timeout: string | undefined, noWait: boolean): number | null => {
  if (noWait && timeout !== undefined) throw new Error('--no-wait and --timeout do not go together');
  if (noWait) return null;
  const seconds = timeout === undefined ? WAIT_S : Number(timeout);
  if (!(seconds >= 1 && seconds <= MOST_WAIT_S)) throw new Error(`--timeout must be 1 to ${MOST_WAIT_S} seconds, not ${timeout ?? ''}`);
  return seconds;
};

/** @throws with a text for people */
export const parseModels = (args: readonly string[]): ModelsOrder => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { arm: { type: 'string' }, share: { type: 'string' }, timeout: { type: 'string' }, 'no-wait': { type: 'boolean' } },
  });
  return { command: commandOf(positionals, values), waitS: waitOf(values.timeout, values['no-wait'] === true) };
};

const commandOf = (positionals: readonly string[], values: { readonly arm?: string; readonly share?: string }): ModelsCommand => {
  const [verb, model, version, ...more] = positionals;
  if (more.length > 0) throw new Error(`too much: ${more.join(' ')}`);
  if (verb !== 'arm' && (values.arm !== undefined || values.share !== undefined)) throw new Error('--arm and --share are for the verb arm');
  if (verb === 'list') return { verb };
  if (verb === 'rollback') {
    if (version !== undefined) throw new Error('rollback takes no version: it knows which was live before');
    return { verb, name: scorerOf(model) };
  }
  if (verb !== 'promote' && verb !== 'shadow' && verb !== 'arm' && verb !== 'retire') throw new Error(`no such verb: ${verb ?? 'none'}`);
  const name = scorerOf(model);
  if (version === undefined) throw new Error(`which version of ${name}?`);
  if (verb !== 'arm') return { verb, name, version };
  const share = Number(values.share);
  const { arm } = values;
  if (arm === undefined || !armPattern.test(arm)) throw new Error('--arm must be 1 to 40 of a-z 0-9 -');
  if (!(share > 0 && share <= 1)) throw new Error('--share must be above 0 and at most 1');
  return { verb, name, version, arm, share };
};
