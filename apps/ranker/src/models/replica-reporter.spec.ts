import { ReplicaReporter } from './replica-reporter.js';
import type { OwnReport } from './replica-reports.js';

const setUp = (heartbeatMs = 60_000) => {
  const world = { sent: [] as string[], away: false, failures: 0, left: false, version: 'a' };
  const reporter = new ReplicaReporter({
    reports: {
      send: async ({ revision, adopted, serving }: OwnReport) => {
        if (world.away) throw new Error('database away');
        world.sent.push(`${revision} ${adopted} ${serving.map(({ version }) => version).join()}`);
      },
      leave: async () => void (world.left = true),
    },
    told: () => ({ serving: [{ model: 'personal', version: world.version, part: 'live' }], problems: [] }),
    failed: () => (world.failures += 1),
    heartbeatMs,
  });
  return { world, reporter };
};

describe('ReplicaReporter', () => {
  it('says what changed, and once', async () => {
    const { world, reporter } = setUp();
    await reporter.dealtWith(1, true);
    await reporter.dealtWith(1, true);
    world.version = 'b';
    await reporter.dealtWith(2, true);
    await reporter.dealtWith(3, false);
    expect(world.sent).toEqual(['1 true a', '2 true b', '3 false b']);
  });

  it('says it again at every heartbeat, also what could not be written before', async () => {
    const { world, reporter } = setUp(5);
    world.away = true;
    await reporter.dealtWith(1, true);
    expect(world.failures).toBe(1);
    world.away = false;
    reporter.start();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await reporter.stop();
    expect(world.sent.length).toBeGreaterThan(1);
    expect(new Set(world.sent)).toEqual(new Set(['1 true a']));
  });

  it('says nothing after it has left', async () => {
    const { world, reporter } = setUp();
    await reporter.stop();
    await reporter.dealtWith(1, true);
    expect(world).toMatchObject({ left: true, sent: [] });
  });
});
