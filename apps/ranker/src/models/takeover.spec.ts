import type { ModelAssignment, ReplicaModels } from '#persistence';
import { isSilent, outcomeOf, waitForTakeover } from './takeover.js';

const report = (changes: Partial<ReplicaModels> = {}): ReplicaModels => ({
  replica: 'r0',
  heartbeatS: 10,
  revision: 5,
  adopted: true,
  serving: [{ model: 'personal', version: 'v2', part: 'live' }],
  problems: [],
  silentS: 1,
  ...changes,
});
const change = (assigned: ModelAssignment) => ({ revision: 5, assigned: [assigned] });
const promoted = change({ name: 'personal', version: 'v2', role: 'live' });
const unfit = { model: 'personal', version: 'v2', problem: 'golden vector 0 is off' };

describe('outcomeOf', () => {
  it.each([
    ['pending', 'it has not looked since', report({ revision: 4 })],
    ['taken', 'it serves the version', report()],
    ['refused', 'the version is not fit', report({ adopted: false, problems: [unfit] })],
    ['replaced', 'another change came after', report({ revision: 6, serving: [{ model: 'personal', version: 'v3', part: 'live' }] })],
  ])('%s when %s', (outcome, _, told) => {
    expect(outcomeOf(told, promoted)).toMatchObject({ replica: 'r0', outcome });
  });

  it('says why, of the version that was asked for before others', () => {
    const other = { model: 'trending', version: 't9', problem: 'hash' };
    expect(outcomeOf(report({ adopted: false, problems: [other, unfit] }), promoted).problem).toBe('personal@v2: golden vector 0 is off');
    expect(outcomeOf(report({ adopted: false, problems: [other] }), promoted).problem).toBe('trending@t9: hash');
  });

  it.each([
    { role: 'shadow' as const, serving: [{ model: 'personal', version: 'v2', part: 'shadow' as const }] },
    { role: 'arm' as const, arm: 'bold', share: 0.1, serving: [{ model: 'personal', version: 'v2', part: 'arm' as const, arm: 'bold' }] },
  ])('asks for the very part: $role', ({ serving, ...assigned }) => {
    const asked = change({ name: 'personal', version: 'v2', ...assigned });
    expect(outcomeOf(report({ serving }), asked).outcome).toBe('taken');
    expect(outcomeOf(report(), asked).outcome).toBe('replaced');
  });
});

describe('waitForTakeover', () => {
  const waiting = (...looks: readonly (readonly ReplicaModels[])[]) => {
    let look = 0;
    const told: string[] = [];
    const end = waitForTakeover(promoted, {
      replicas: { list: async () => looks[Math.min(look++, looks.length - 1)] ?? [] },
      waitS: 0.05,
      everyMs: 1,
      progress: ({ replica, outcome }) => told.push(`${replica} ${outcome}`),
    });
    return { end, told };
  };

  it('waits for each replica and says each once', async () => {
    const late = report({ replica: 'r1', revision: 4 });
    const { end, told } = waiting([report(), late], [report(), late], [report(), report({ replica: 'r1' })]);
    expect((await end).end).toBe('taken');
    expect(told).toEqual(['r0 taken', 'r1 taken']);
  });

  it('ends with a refusal only when each has said', async () => {
    const bad = report({ adopted: false, problems: [unfit] });
    const { end } = waiting([bad, report({ replica: 'r1', revision: 4 })], [bad, report({ replica: 'r1' })]);
    expect(await end).toMatchObject({ end: 'refused', replicas: [{ outcome: 'refused' }, { outcome: 'taken' }] });
  });

  it.each([
    ['late', [report({ revision: 4 })]],
    ['nobody', []],
    ['nobody', [report({ revision: 4, silentS: 36 })]],
  ])('ends as %s', async (expected, reports) => {
    expect((await waiting(reports).end).end).toBe(expected);
  });

  it('takes a replica for gone after three heartbeats and a moment', () => {
    expect([34, 36].map((silentS) => isSilent(report({ silentS })))).toEqual([false, true]);
  });
});
