import { setTimeout as sleep } from 'node:timers/promises';

/** Asks for the trending feed until it has papers; answers the id of the first. */
export const firstFeed = async (url: string, limitMs: number): Promise<string> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const paperId = await firstInTrending(url);
    if (paperId !== undefined) return paperId;
    if (performance.now() > deadline) throw new Error(`the trending feed has no papers after ${Math.round(limitMs / 1000)} s`);
    await sleep(50);
  }
};

const firstInTrending = async (url: string): Promise<string | undefined> => {
  try {
    const answer = await fetch(`${url}/v1/feeds/trending?period=all&limit=1`, { signal: AbortSignal.timeout(2_000) });
    const body = (await answer.json()) as { items?: { paper: { id: string } }[] };
    return body.items?.[0]?.paper.id;
  } catch {
    return undefined; // not listening yet
  }
};
