import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessRecord, AlreadyRunning } from './process-record.js';
import { ServiceDied, ServiceProcess } from './service-process.js';

/** Programs as small as can be, run as real processes. */
const programs = {
  serves: `
    const http = require('node:http');
    let ready = false;
    http.createServer((request, response) => {
      response.statusCode = ready ? 200 : 503;
      response.end(JSON.stringify({ ready, checks: [{ name: 'log', ok: ready, detail: 'catching up' }] }));
      ready = true;
    }).listen(Number(process.env.ADMIN_PORT), '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));
  `,
  fails: `console.error('no broker at ' + process.env.WHERE); console.log(JSON.stringify({ level: 'fatal', msg: 'giving up' })); process.exit(3);`,
  stubborn: `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);`,
  idles: `console.log('up'); setInterval(() => {}, 1000);`,
  talks: `console.log('50 %'); console.log(JSON.stringify({ level: 'info', msg: 'quiet' })); console.error('100 %');`,
};

describe('ServiceProcess', () => {
  const folder = mkdtempSync(join(tmpdir(), 'service-process-'));
  const said: string[] = [];
  const run = (name: keyof typeof programs, env: Record<string, string> = {}, echo: 'warnings' | 'talk' = 'warnings'): ServiceProcess => {
    const program = join(folder, `${name}.cjs`);
    writeFileSync(program, programs[name]);
    return new ServiceProcess({ name, program, env, echo }, { cwd: folder, logs: folder, say: (line) => said.push(line) });
  };
  beforeEach(() => {
    said.length = 0;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const freePort = async (): Promise<string> => {
    const { createServer } = await import('node:net');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  };

  it('waits for /readyz, then stops on SIGTERM', async () => {
    const port = await freePort();
    const service = run('serves', { ADMIN_PORT: port });
    await service.ready(`http://127.0.0.1:${port}`, 10_000, () => undefined);
    expect(await service.stop()).toMatchObject({ name: 'serves', why: 'exit code 0', code: 0 });
  });

  it('says what is missing when time is up', async () => {
    const service = run('stubborn');
    await expect(service.ready('http://127.0.0.1:9', 200, () => undefined)).rejects.toThrow(
      'stubborn is not ready after 0 s: it does not answer yet',
    );
    await service.stop(100);
  });

  it('reports a death with its last lines, and warnings as they come', async () => {
    const service = run('fails', { WHERE: 'nowhere' });
    const ready = service.ready('http://127.0.0.1:9', 10_000, () => undefined);
    await expect(ready).rejects.toThrow(ServiceDied);
    await expect(ready).rejects.toThrow(/fails ended \(exit code 3\).*no broker at nowhere/s);
    expect(said).toEqual(['[fails] fatal  giving up']);
    expect(readFileSync(join(folder, 'fails.log'), 'utf8')).toContain('no broker at nowhere');
  });

  it('kills what does not stop in time', async () => {
    const service = run('stubborn', {}, 'talk');
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await service.stop(100)).toMatchObject({ why: 'signal SIGKILL' });
  });

  it('passes on what a command says, but not its log lines', async () => {
    await run('talks', {}, 'talk').exited;
    expect(said.sort()).toEqual(['[talks] 100 %', '[talks] 50 %']);
  });

  it('stops what a killed supervisor left, and nothing that only has its number', async () => {
    const left = run('idles', {}, 'talk');
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const file = join(folder, 'processes.json');
    const dead = { name: 'supervisor', pid: 2 ** 22 - 1, marker: 'scripts/start.mjs' };
    const services = [
      { name: 'idles', pid: left.pid, marker: left.spec.program },
      { name: 'reused', pid: process.pid, marker: left.spec.program },
    ];
    writeFileSync(file, JSON.stringify({ supervisor: dead, services }));
    const record = await ProcessRecord.claim(file, folder, (line) => said.push(line));
    expect(await left.exited).toMatchObject({ why: 'signal SIGTERM' });
    expect(said.at(-1)).toBe('an earlier run was killed: stopping what it left (idles)');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ supervisor: { pid: process.pid }, services: [] });
    record.clear();
  });

  it('is known again by what it records of itself', async () => {
    const file = join(folder, 'processes.json');
    const record = await ProcessRecord.claim(file, folder, () => undefined);
    const { supervisor } = JSON.parse(readFileSync(file, 'utf8')) as { supervisor: { pid: number; marker: string } };
    expect(readFileSync(`/proc/${supervisor.pid}/cmdline`, 'utf8').replaceAll('\0', ' ')).toContain(supervisor.marker);
    record.clear();
  });

  it('refuses to run twice on one folder', async () => {
    const other = run('stubborn', {}, 'talk');
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const file = join(folder, 'processes.json');
    writeFileSync(file, JSON.stringify({ supervisor: { name: 'supervisor', pid: other.pid, marker: other.spec.program }, services: [] }));
    await expect(ProcessRecord.claim(file, '.data', () => undefined)).rejects.toThrow(AlreadyRunning);
    await other.stop(10);
  });
});
