import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { kafkaAvailable } from '../../scripts/servers/kafka.mjs';

/**
 * The short version of the fault bench, as a person runs it: services and stores of its own, real kills. The long one is
 * `npm run test:faults`.
 */

const LIMIT_MS = 240_000;
const LIBS = '.data/kafka/libs';

const run = (args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const { NODE_OPTIONS: _options, DATABASE_URL: _url, KAFKA_BROKERS: _brokers, ...env } = process.env;
    const child = spawn(process.execPath, ['scripts/test-faults.mjs', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('close', (code) => resolve({ code, output }));
  });

const missed = (output: string): readonly string[] => output.split('\n').filter((line) => line.startsWith('MISSED'));
const kept = (output: string, scenario: string): readonly string[] =>
  output.split('\n').filter((line) => line.startsWith(`kept    ${scenario}:`));

const canRun = kafkaAvailable(existsSync(LIBS) ? { libs: LIBS } : {}).ok;

(canRun ? describe : describe.skip)('the fault bench', () => {
  it(
    'kills, pauses and poisons a running system, and loses, doubles and blocks nothing',
    async () => {
      const { code, output } = await run(['--short', 'exactly-once', 'fenced-zombie', 'poison']);
      expect(missed(output)).toEqual([]);
      expect({ code, output }).toMatchObject({ code: 0 });
      for (const scenario of ['exactly-once', 'fenced-zombie', 'poison']) expect(kept(output, scenario).length).toBeGreaterThan(5);
    },
    LIMIT_MS,
  );

  it('lists its scenarios and refuses names that it does not know', async () => {
    const list = await run(['--list']);
    expect(list).toMatchObject({ code: 0 });
    expect(list.output).toContain('exactly-once');
    await expect(run(['twice-exactly'])).resolves.toMatchObject({
      code: 2,
      output: expect.stringContaining('no scenario called twice-exactly'),
    });
  });
});
