import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka, type KafkaServer } from '../../scripts/servers/kafka.mjs';
import { repositoryRoot } from '../../scripts/start/repository.js';
import { startOtherBroker } from '../faults/fleet/other-broker.js';
import { testBrokers } from './topics.js';

jest.setTimeout(120_000);

const libs = join(repositoryRoot, '.data/kafka/libs');

const topicsOf = async ({ brokers }: KafkaServer, create?: string): Promise<readonly string[]> => {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  if (create !== undefined) await admin.createTopics({ waitForLeaders: true, topics: [{ topic: create, numPartitions: 1 }] });
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics;
};

(testBrokers() === null ? describe.skip : describe)('a local Kafka whose data folder is in use', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-held-'));
  const said: string[] = [];
  const start = (heldPatienceMs?: number) =>
    startKafka({ dataDir, libs, log: (line) => said.push(line), ...(heldPatienceMs === undefined ? {} : { heldPatienceMs }) });
  let server: KafkaServer | undefined;

  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('stops a broker of its own that nothing recorded, and goes on with the data', async () => {
    server = await start();
    expect(await topicsOf(server, 'kept')).toContain('kept');
    rmSync(join(dataDir, 'server.json')); // its parent was killed before it wrote this
    const next = await start();
    expect(next.pid).not.toBe(server.pid);
    server = next;
    expect(await topicsOf(next)).toContain('kept');
  });

  it('names the process that holds it and says what to do', async () => {
    await server!.stop();
    const other = await startOtherBroker(dataDir, libs);
    try {
      await expect(start(0)).rejects.toThrow(
        process.platform === 'linux' ? `another process (pid ${other.pid}) holds its data folder` : 'another process holds its data folder',
      );
    } finally {
      await other.end();
    }
  });

  it('waits for one that is about to end, and starts when it has', async () => {
    const other = await startOtherBroker(dataDir, libs);
    const starting = start();
    while (!said.some((line) => line.includes('still in use'))) await new Promise((resolve) => setTimeout(resolve, 50));
    await other.end();
    server = await starting;
    expect(await topicsOf(server)).toContain('kept');
  });
});
