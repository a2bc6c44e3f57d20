import { isLeadershipInMotion } from './kafka-admin.js';

describe('isLeadershipInMotion', () => {
  it.each([
    {
      why: 'a partition whose leader moved',
      error: Object.assign(new Error('not the leader'), { type: 'NOT_LEADER_FOR_PARTITION' }),
      expected: true,
    },
    {
      why: 'a partition without a leader yet',
      error: Object.assign(new Error('no leader'), { type: 'LEADER_NOT_AVAILABLE' }),
      expected: true,
    },
    {
      why: 'a topic that is not there',
      error: Object.assign(new Error('unknown'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' }),
      expected: false,
    },
    { why: 'a broker that is away', error: new Error('connect ECONNREFUSED'), expected: false },
    { why: 'no error at all', error: 'text', expected: false },
  ])('knows $why', ({ error, expected }) => {
    expect(isLeadershipInMotion(error)).toBe(expected);
  });
});
