import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpuOfStat, cpuSeconds } from './cpu.js';
import { httpRequest, load, readResponse } from './http-load.js';
import { percentileOf } from './percentile.js';
import { median, table } from './table.js';

describe('readResponse', () => {
  const wire = Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 5\r\nx: y\r\n\r\nhello');

  it('reads status and body, and leaves what follows', () => {
    const read = readResponse(Buffer.concat([wire, Buffer.from('HTTP/1.1')]));
    expect(read?.response.status).toBe(201);
    expect(read?.response.body.toString()).toBe('hello');
    expect(read?.rest.toString()).toBe('HTTP/1.1');
  });

  it('waits while anything is missing', () => {
    for (let length = 0; length < wire.length; length += 1) expect(readResponse(wire.subarray(0, length))).toBeNull();
  });

  it('refuses what it can not measure', () => {
    expect(() => readResponse(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toThrow('content-length');
  });
});

describe('load', () => {
  it('counts every answer of a real server, and its latencies', async () => {
    let served = 0;
    const server = createServer((request, response) => {
      served += 1;
      response.end(request.url);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const result = await load({
      url,
      request: (index) => httpRequest(url.host, 'GET', `/${index}`),
      check: ({ body }, index) => {
        expect(body.toString()).toBe(`/${index}`);
      },
      connections: 4,
      seconds: 0.2,
      warmUpSeconds: 0.05,
      pids: [process.pid],
    });
    server.close();
    expect(result.requests).toBeGreaterThan(10);
    expect(result.requests).toBeLessThanOrEqual(served);
    expect(result.p50Ms).toBeLessThanOrEqual(result.p99Ms);
    expect(result.p99Ms).toBeLessThanOrEqual(result.maxMs);
  });
});

describe('figures', () => {
  it('reads CPU time behind a name with brackets', () => {
    expect(cpuOfStat('12 (a b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20')).toBe(2);
    expect(cpuSeconds([process.pid]) ?? 1).toBeGreaterThan(0);
  });

  it.each([
    { values: [3, 1, 2], middle: 2 },
    { values: [4, 1, 2, 3], middle: 2.5 },
  ])('the median of $values is $middle', ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });

  it('takes percentiles by nearest rank', () => {
    const sorted = Float64Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentileOf(sorted, 0), percentileOf(sorted, 50), percentileOf(sorted, 99), percentileOf(new Float64Array(), 50)]).toEqual([
      1, 50, 99, 0,
    ]);
  });

  it('aligns a table', () => {
    expect(
      table(
        ['', 'n'],
        [
          ['a', '10'],
          ['bcd', '5'],
        ],
      ),
    ).toBe('      n\n---  --\na    10\nbcd   5');
  });
});
