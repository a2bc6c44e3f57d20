import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Departure } from './departure.js';

const serve = async (answerAfterMs: number) => {
  // Answers in two parts: its head is out before the closing begins, so nothing but a sweep can end the connection early.
  const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    response.write('a');
    setTimeout(() => response.end('b'), answerAfterMs);
  });
  const departure = new Departure(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  const ask = async (): Promise<IncomingMessage> => {
    const [answer] = (await once(get({ port: (server.address() as AddressInfo).port, agent }), 'response')) as [IncomingMessage];
    return answer;
  };
  const close = (): Promise<void> =>
    departure.close(() => new Promise((resolve, reject) => server.close((error) => (error === undefined ? resolve() : reject(error)))));
  return { departure, agent, ask, close };
};

describe('Departure', () => {
  it('does not wait for the keep-alive time of a connection whose request was under way', async () => {
    const { agent, ask, close } = await serve(150);
    const answer = await ask();
    const began = performance.now();
    const closed = close();
    answer.resume();
    await once(answer, 'end');
    await closed;
    expect(performance.now() - began).toBeLessThan(2_000);
    agent.destroy();
  });

  it('tells callers not to come again once it is announced, and not before', async () => {
    const { departure, agent, ask, close } = await serve(0);
    const before = await ask();
    before.resume();
    await once(before, 'end');
    departure.announce();
    const after = await ask();
    after.resume();
    await once(after, 'end');
    expect([before.headers.connection, after.headers.connection]).toEqual(['keep-alive', 'close']);
    await close();
    agent.destroy();
  });
});
