import type { IntakeInteractions, IntakeResult, RankAnswer, RankRequest } from '#contracts';
import { Heartbeat, type HeartbeatStage } from './heartbeat.js';

const accepted: IntakeResult = { status: 'accepted', id: 'heartbeat', topic: 'interactions.v1', partition: 3, offset: '41' };

const setUp = (degraded: readonly (readonly string[])[], intake: () => Promise<IntakeResult[]> = async () => [accepted]) => {
  const seen = {
    sent: [] as IntakeInteractions['events'][number][],
    asked: [] as Omit<RankRequest, 'budgetMs'>[],
    beats: [] as number[],
    missed: [] as HeartbeatStage[],
  };
  let clock = 0;
  const heartbeat = new Heartbeat({
    intake: {
      interactions: async (events) => {
        seen.sent.push(...events);
        return intake();
      },
    },
    ranker: {
      rank: async (request) => {
        clock += 500;
        seen.asked.push(request);
        const answer = degraded[Math.min(seen.asked.length, degraded.length) - 1];
        if (answer === undefined) throw new Error('no ranker');
        return { degraded: answer } as unknown as RankAnswer;
      },
    },
    secret: 'a-secret-with-at-least-32-characters!',
    observer: { beat: (seconds) => seen.beats.push(seconds), missed: (stage) => seen.missed.push(stage) },
    everyMs: 0,
    monotonic: () => clock,
  });
  return { heartbeat, seen };
};

describe('Heartbeat', () => {
  it('is the time until a ranker answers that is not behind the event', async () => {
    const { heartbeat, seen } = setUp([['behind'], ['behind'], []]);
    await heartbeat.beat();
    expect(seen.beats).toEqual([1.5]);
    expect(seen.asked.map(({ after, shown }) => ({ after, shown }))).toEqual(
      Array.from({ length: 3 }, () => ({ after: { 'interactions.v1/3': '42' }, shown: false })),
    );
  });

  it('moves no ranking: an untrusted open of a paper that nobody has', async () => {
    const { heartbeat, seen } = setUp([[]]);
    await heartbeat.beat();
    await heartbeat.beat();
    expect(seen.sent[0]).toMatchObject({
      trust: 'client',
      input: { action: 'open', target: { kind: 'paper', id: 'broadsheet-heartbeat' } },
    });
    expect(seen.sent[1]?.readerRef).toBe(seen.sent[0]?.readerRef);
    expect(seen.sent[1]?.input.id).not.toBe(seen.sent[0]?.input.id);
  });

  it('tells whether it was never durable or never folded', async () => {
    const refused = setUp([[]], async () => Promise.reject(new Error('ingest is away')));
    await refused.heartbeat.beat();
    expect(refused.seen).toMatchObject({ beats: [], missed: ['intake'] });
    const behind = setUp([['behind']]);
    await behind.heartbeat.beat();
    expect(behind.seen).toMatchObject({ beats: [], missed: ['effective'] });
    expect(behind.seen.asked.length).toBe(61);
  });
});
