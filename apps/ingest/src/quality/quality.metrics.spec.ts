import { createRegistry } from '#telemetry';
import { QualityMetrics } from './quality.metrics.js';

const HOUR = 3_600_000;

describe('QualityMetrics', () => {
  it('keeps few series however many versions of models come, and loses no count', async () => {
    const registry = createRegistry('test', { processMetrics: false });
    const metrics = new QualityMetrics(registry);
    const series = async (): Promise<string[]> =>
      (await registry.metrics()).split('\n').filter((line) => /^quality_(impressions|actions)/.test(line));
    const act = (model: string, at: number): void => {
      for (const action of ['impression', 'open'] as const)
        metrics.count(action, { surface: 'for-you', source: 'trending', model, arm: 'live' }, at);
    };
    for (let version = 0; version < 100; version += 1) act(`personal@${version}`, 0);
    expect(await series()).toHaveLength(2 * 9);
    expect(await series()).toContainEqual(expect.stringMatching(/^quality_impressions_total\{.*model="other".* 92$/));

    act('personal@next', HOUR);
    await new Promise((resolve) => setImmediate(resolve));
    const after = await series();
    expect(after).toHaveLength(2 * 9);
    expect(after.filter((line) => line.includes('model="personal@next"'))).toHaveLength(2);
    expect(after.filter((line) => line.includes('model="personal@0"'))).toEqual([]);
  });
});
