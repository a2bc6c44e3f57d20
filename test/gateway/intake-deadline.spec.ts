import 'reflect-metadata';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { AppendFailure, type AppendOptions, type NewRecord, type Position } from '#event-log';
import { createRegistry } from '#telemetry';
import { SystemClock } from '../../apps/ingest/src/clock.js';
import { IngestMetrics } from '../../apps/ingest/src/ingest.metrics.js';
import { InFlight } from '../../apps/ingest/src/intake/in-flight.js';
import { LogWriter } from '../../apps/ingest/src/intake/log-writer.js';
import { IntakeHealth } from '../../apps/ingest/src/rpc/intake-health.js';
import { IntakeModule } from '../../apps/ingest/src/wiring/intake.module.js';
import { freePort } from './free-port.js';
import { GatewayUnderTest, paper } from './gateway-under-test.js';
import { MemoryLog } from './memory-log.js';

const DEADLINE_MS = 200;

/** A log that sends one append at a time, as `EventLog.append` promises, and whose broker answers nothing until it is let go. */
class StuckLog extends MemoryLog {
  readonly sent: string[] = [];
  /** How long each append was allowed to wait for its turn. */
  readonly waits: number[] = [];
  private letGo: () => void = () => undefined;
  private readonly free = new Promise<void>((resolve) => (this.letGo = resolve));
  private turn: Promise<unknown> = Promise.resolve();

  override append(topic: string, records: readonly NewRecord[], { waitMs = Infinity }: AppendOptions = {}): Promise<readonly Position[]> {
    this.waits.push(waitMs);
    const asked = performance.now();
    const appended = this.turn.then(async () => {
      if (performance.now() - asked > waitMs) throw new AppendFailure('nobody waits for these records any more');
      this.sent.push(...records.map(({ value }) => (JSON.parse(String(value)) as { id: string }).id));
      await this.free;
      return super.append(topic, records);
    });
    this.turn = appended.catch(() => undefined);
    return appended;
  }

  answerAgain(): void {
    this.letGo();
  }
}

/** Intake as ingest serves it, before that log. */
const serveIntake = async (
  log: StuckLog,
): Promise<{ readonly port: number; readonly inFlight: InFlight; readonly app: INestMicroservice }> => {
  const port = await freePort();
  const inFlight = new InFlight(100);
  const health = new IntakeHealth('ingest-0', inFlight);
  health.open();
  const metrics = new IngestMetrics(createRegistry('ingest', { processMetrics: false }));
  const parts = { writer: new LogWriter(log, inFlight), clock: new SystemClock(), metrics, health, recentIds: 100, recentIdsMs: 60_000 };
  const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port }, logger: false } as const;
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(IntakeModule.with(parts), options);
  await app.listen();
  return { port, inFlight, app };
};

describe('the deadline of a gateway', () => {
  it('goes with the events to ingest, which drops what it could not send in time and takes the retry', async () => {
    const log = new StuckLog();
    const intake = await serveIntake(log);
    await using under = await GatewayUnderTest.start({
      papers: [paper('2510.00001')],
      env: { INGEST_ADDRESSES: `127.0.0.1:${intake.port}`, INTAKE_DEADLINE_MS: String(DEADLINE_MS) },
    });
    const as = await under.token();
    const send = (id: string) =>
      under.call('POST', '/v1/interactions', { as, json: { id, action: 'open', target: { kind: 'paper', id: '2510.00001' } } });

    const began = performance.now();
    const first = await send('sent-in-time');
    expect(first).toMatchObject({ status: 503, body: { code: 'INTAKE_UNAVAILABLE', ids: ['sent-in-time'] } });
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 1_000);
    expect(await send('never-sent')).toMatchObject({ status: 503, body: { ids: ['never-sent'] } });
    for (const wait of log.waits) {
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(DEADLINE_MS);
    }

    log.answerAgain();
    while (intake.inFlight.records > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log.sent).toEqual(['sent-in-time']);
    expect(await send('sent-in-time')).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(await send('never-sent')).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(log.sent).toEqual(['sent-in-time', 'never-sent']);
    await intake.app.close();
  });
});
