import { setTimeout as sleep } from 'node:timers/promises';

/** Asks for the trending feed until it has papers; answers how many. */
export const firstFeed = async (url: string, limitMs: number): Promise<number> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const papers = await papersInTrending(url);
    if (papers > 0) return papers;
    if (performance.now() > deadline) throw new Error(`the trending feed has no papers after ${Math.round(limitMs / 1000)} s`);
    await sleep(50);
  }
};

const papersInTrending = async (url: string): Promise<number> => {
  try {
    const answer = await fetch(`${url}/v1/feeds/trending?period=all&limit=100`, { signal: AbortSignal.timeout(2_000) });
    const body = (await answer.json()) as { items?: unknown[] };
    return body.items?.length ?? 0;
  } catch {
    return 0; // not listening yet
  }
};
