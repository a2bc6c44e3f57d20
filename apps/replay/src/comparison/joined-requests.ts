import type { ReplayedRequest } from '../files/run-files.js';

/** A request that both runs have, or one of them alone. */
export type JoinedRequest =
  | { readonly first: ReplayedRequest; readonly second: ReplayedRequest }
  | { readonly first: ReplayedRequest; readonly second: null }
  | { readonly first: null; readonly second: ReplayedRequest };

/** Two lists of requests, each by (at, requestId), side by side; holds one request of each. */
export const joinedRequests = async function* (
  first: AsyncIterable<ReplayedRequest>,
  second: AsyncIterable<ReplayedRequest>,
): AsyncGenerator<JoinedRequest> {
  const [left, right] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
  let [one, two] = [await next(left), await next(right)];
  while (one !== null || two !== null) {
    const order = one === null ? 1 : two === null ? -1 : compared(one, two);
    if (order < 0) yield { first: one!, second: null };
    else if (order > 0) yield { first: null, second: two! };
    else yield { first: one!, second: two! };
    if (order <= 0) one = await next(left);
    if (order >= 0) two = await next(right);
  }
};

const next = async (requests: AsyncIterator<ReplayedRequest>): Promise<ReplayedRequest | null> => {
  const result = await requests.next();
  return result.done === true ? null : result.value;
};

const compared = (a: ReplayedRequest, b: ReplayedRequest): number => (a.at === b.at ? order(a.requestId, b.requestId) : order(a.at, b.at));

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
