import { RankerPhase } from './phase.js';

const setUp = () => {
  const lag = { partitions: 0, records: 0n, seconds: 0 };
  const phase = new RankerPhase({ now: () => lag }, { partitions: 18, lagRecords: 200n, lagSeconds: 60 }, () => 0);
  return { lag, phase };
};

describe('RankerPhase', () => {
  it('starts until every partition has told its end, then catches up, then serves', () => {
    const { lag, phase } = setUp();
    expect(phase.current()).toBe('starting');
    Object.assign(lag, { partitions: 17 });
    expect(phase.current()).toBe('starting');
    Object.assign(lag, { partitions: 18, records: 201n, seconds: 3 });
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({
      phase: 'catching up',
      problem: 'catching up: 201 records, 3.0 s to fold',
    });
    Object.assign(lag, { records: 200n });
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'serving', problem: null });
  });

  it('goes on serving when it falls behind later, and tells balancers so', () => {
    const { lag, phase } = setUp();
    Object.assign(lag, { partitions: 18 });
    expect(phase.current()).toBe('serving');
    Object.assign(lag, { records: 90_000n, seconds: 61 });
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({
      phase: 'serving',
      problem: 'behind: 90000 records, 61.0 s to fold',
    });
  });

  it('serves nobody once it stops', () => {
    const { lag, phase } = setUp();
    Object.assign(lag, { partitions: 18 });
    phase.stop();
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'stopping', problem: 'stopping' });
  });
});
