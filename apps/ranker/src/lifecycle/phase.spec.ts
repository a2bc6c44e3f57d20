import { RankerPhase } from './phase.js';

const setUp = () => {
  const world: { remaining: bigint | null; records: bigint; seconds: number } = { remaining: null, records: 0n, seconds: 0 };
  const limits = { lagRecords: 200n, lagSeconds: 60 };
  const phase = new RankerPhase({ remaining: () => world.remaining }, { now: () => world }, limits, () => 0);
  return { world, phase };
};

describe('RankerPhase', () => {
  it('starts until it knows the ends of the log, then catches up, then serves', () => {
    const { world, phase } = setUp();
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'starting', problem: 'starting' });
    world.remaining = 201n;
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({
      phase: 'catching up',
      problem: 'catching up: 201 records to fold',
    });
    Object.assign(world, { remaining: 0n, records: 201n });
    expect(phase.current()).toBe('catching up');
    world.records = 200n;
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'serving', problem: null });
  });

  it('goes on serving when it falls behind later, and tells balancers so', () => {
    const { world, phase } = setUp();
    world.remaining = 0n;
    expect(phase.current()).toBe('serving');
    Object.assign(world, { records: 90_000n, seconds: 61 });
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({
      phase: 'serving',
      problem: 'behind: 90000 records, 61.0 s to fold',
    });
  });

  it('answers while it drains, and says that it is not ready', () => {
    const { world, phase } = setUp();
    world.remaining = 0n;
    phase.drain();
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'serving', problem: 'draining' });
  });

  it('serves nobody once it stops', () => {
    const { world, phase } = setUp();
    world.remaining = 0n;
    phase.stop();
    expect({ phase: phase.current(), problem: phase.problem() }).toEqual({ phase: 'stopping', problem: 'stopping' });
  });
});
