import { Failure } from '#contracts';
import { type PartFailure, PartFailures } from './part-failures.js';

class Away extends Failure {
  readonly code: string = 'PEER_TIMEOUT';
  readonly retryable = true;
}
class Odd extends Away {
  override readonly code = 'r_0123456789012345678901 asked';
}

const setup = () => {
  const clock = { now: 0 };
  const counted: string[] = [];
  const logged: PartFailure[] = [];
  const failures = new PartFailures(
    { counted: (part, code) => counted.push(`${part} ${code}`), logged: (failure) => logged.push(failure) },
    () => clock.now,
  );
  return { clock, counted, logged, failures };
};

describe('failures of parts', () => {
  it('are all counted, and logged once in ten seconds for each part and code with how many went unlogged', () => {
    const { clock, counted, logged, failures } = setup();
    for (let n = 0; n < 5; n++) failures.report('feed', new Away('too late'));
    failures.report('counts', new Away('too late'));
    clock.now = 10_000;
    failures.report('feed', new Away('too late'));
    expect(counted).toHaveLength(7);
    expect(logged.map(({ part, code, unlogged }) => [part, code, unlogged])).toEqual([
      ['feed', 'PEER_TIMEOUT', 0],
      ['counts', 'PEER_TIMEOUT', 0],
      ['feed', 'PEER_TIMEOUT', 4],
    ]);
  });

  it('are one when many waited for the same computation', () => {
    const { counted, failures } = setup();
    const error = new Away('too late');
    failures.report('feed', error);
    failures.report('feed', error);
    expect(counted).toEqual(['feed PEER_TIMEOUT']);
  });

  it('that are mistakes of ours are told from outages, with the place and without the reader', () => {
    const { logged, failures } = setup();
    failures.report('feed', new TypeError('r_0123456789012345678901 is not a function'));
    failures.report('feed', new Away('reader r_0123456789012345678901 has to wait'));
    expect(logged[0]).toMatchObject({ code: 'UNEXPECTED', unexpected: true, error: 'TypeError' });
    expect(logged[0]?.stack).toContain('part-failures.spec');
    expect(logged[1]).toMatchObject({ code: 'PEER_TIMEOUT', unexpected: false, error: 'Away' });
    expect(JSON.stringify(logged)).not.toContain('r_0123456789012345678901');
  });

  it('take no label from what is no code', () => {
    const { counted, failures } = setup();
    failures.report('feed', new Odd('?'));
    failures.report('feed', 'a string');
    expect(counted).toEqual(['feed OTHER', 'feed UNEXPECTED']);
  });
});
