import { httpRequest, KeepAlive, type Response } from './http-load.js';

/** The header of a reader's token. */
export const authorization = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** One request on a connection of its own. */
export const once = async (url: URL, request: Buffer): Promise<Response> => {
  const connection = await KeepAlive.open(url);
  try {
    return await connection.send(request);
  } finally {
    connection.close();
  }
};

/** Gives each reader a history, so that for-you has something to go by. */
export const giveHistories = async (url: URL, tokens: readonly string[]): Promise<void> => {
  const feed = await once(url, httpRequest(url.host, 'GET', '/v1/feeds/trending?period=all&limit=40'));
  const { items } = JSON.parse(feed.body.toString('utf8')) as { items: { paper: { id: string } }[] };
  for (const [reader, token] of tokens.entries()) {
    const events = items
      .filter((_, index) => index % (2 + (reader % 5)) === 0)
      .map(({ paper }) => ({ action: 'open', target: { kind: 'paper', id: paper.id }, client: 'bench' }));
    const answer = await once(url, httpRequest(url.host, 'POST', '/v1/interactions', authorization(token), JSON.stringify({ events })));
    if (answer.status !== 200) throw new Error(`events were answered ${answer.status}: ${answer.body.toString('utf8').slice(0, 300)}`);
  }
};
