import type { ModelAssignment, ReplicaModels } from '#persistence';
import type { ModelChange } from '../models/change-models.js';
import { isSilent, type ReplicaOutcome, type Takeover } from '../models/takeover.js';
import type { ChangeCommand } from '../models/change-models.js';

/** Words for people: the registry, what was changed, and how each replica did. */

const lineOf = ({ name, version, role, arm, share }: ModelAssignment): string =>
  `${name.padEnd(9)} ${version}  ${role}${arm === undefined ? '' : ` ${arm}, ${(share ?? 0) * 100} % of readers`}`;

const replicaLine = (replica: ReplicaModels): string => {
  const { adopted, serving, problems, silentS } = replica;
  if (isSilent(replica)) return `replica ${replica.replica} has said nothing for ${Math.round(silentS)} s`;
  const served = serving
    .map(({ model, version, part, arm }) => `${model} ${version}${part === 'live' ? '' : ` (${arm ?? part})`}`)
    .join(', ');
  const refused = adopted ? [] : problems.map(({ model, version, problem }) => `\n  refused ${model} ${version}: ${problem}`);
  return `replica ${replica.replica} serves ${served}${refused.join('')}`;
};

export const registryLines = (all: readonly ModelAssignment[], replicas: readonly ReplicaModels[]): readonly string[] => [
  ...(all.length === 0 ? ['no version was given a part: rankers serve the newest of each model'] : all.map(lineOf)),
  ...replicas.map(replicaLine),
];

export const changeLines = (command: ChangeCommand, { assigned }: ModelChange): readonly string[] =>
  assigned.map((assignment) => {
    const { name, version, role } = assignment;
    if (command.verb === 'rollback') return `${name} ${version} is live again`;
    return role === 'live' || role === 'retired' ? `${name} ${version} is ${role}` : lineOf(assignment);
  });

export const outcomeLine = ({ replica, outcome, problem }: ReplicaOutcome): string =>
  ({
    taken: `replica ${replica} has taken it over`,
    refused: `replica ${replica} refused it: ${problem ?? 'it did not say why'}`,
    replaced: `replica ${replica} serves a later change`,
    pending: `replica ${replica} has not said yet`,
  })[outcome];

/** The end of a wait, in one line. */
export const takeoverLine = ({ end, replicas }: Takeover): string => {
  const count = (outcome: ReplicaOutcome['outcome']): number => replicas.filter((each) => each.outcome === outcome).length;
  if (end === 'nobody') return 'no ranker runs: the next one to start takes it';
  if (end === 'taken') return `all ${replicas.length} replicas have taken it over`;
  if (end === 'late') return `${count('pending')} of ${replicas.length} replicas did not say in time`;
  return `${count('taken')} of ${replicas.length} replicas have taken it over; what the others served goes on. models rollback takes a change back`;
};
