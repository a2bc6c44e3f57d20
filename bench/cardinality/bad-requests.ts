import { request as httpRequest } from 'node:http';
import { drawBelow, type Random } from '#ranking';

/** What HTTP servers know and nobody sends, and what no server knows. */
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'HEAD',
  'PROPFIND',
  'MKCOL',
  'LOCK',
  'REPORT',
  'SEARCH',
  'PURGE',
  'SUBSCRIBE',
];
const SURFACES = ['for-you', 'trending', 'latest', 'everything', '../../etc/passwd', '%00', 'for-you%0a'];
const ACTIONS = ['levitate', '', 'open\u0000', 'a'.repeat(200)];

const word = (random: Random): string => drawBelow(random, 1 << 30).toString(36);
const pick = <T>(random: Random, from: readonly T[]): T => from[drawBelow(random, from.length)]!;

interface Bad {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
}

const requestOf = (random: Random, papers: readonly string[]): Bad => {
  const paper = pick(random, papers);
  switch (drawBelow(random, 12)) {
    case 0:
      return { method: 'GET', path: `/${word(random)}/${word(random)}` };
    case 1:
      return { method: pick(random, METHODS), path: `/v1/papers/${paper}` };
    case 2:
      return { method: 'GET', path: `/v1/papers/${word(random)}` };
    case 3:
      return {
        method: 'GET',
        path: `/v1/feeds/${pick(random, SURFACES)}?limit=${word(random)}&period=${word(random)}&cursor=${word(random)}`,
      };
    case 4:
      return { method: 'POST', path: '/v1/interactions', body: '{"events":[', type: 'application/json' };
    case 5:
      return { method: 'POST', path: '/v1/interactions', body: word(random), type: `application/${word(random)}` };
    case 6:
      return {
        method: 'POST',
        path: '/v1/interactions',
        body: JSON.stringify({
          events: [{ [word(random)]: 1, action: pick(random, ACTIONS), target: { kind: word(random), id: word(random) } }],
        }),
        type: 'application/json',
      };
    case 7:
      return { method: 'PUT', path: `/v1/papers/${paper}/${word(random)}` };
    case 8:
      return { method: 'GET', path: `/v1/papers?query=${'x'.repeat(drawBelow(random, 3_000))}` };
    case 9:
      return { method: 'GET', path: `/api/${word(random)}?sort=${word(random)}` };
    case 10:
      return { method: 'GET', path: `/v1/papers/${paper}/similar?limit=${word(random)}` };
    default:
      return { method: pick(random, METHODS), path: `/v1/papers/${paper}/upvote?${word(random)}=${word(random)}` };
  }
};

/** Sends what no client of ours would: unknown paths, methods and fields, broken bodies and tokens, another user agent every time. Answers the status, 0 where there was none. */
export const sendBad = (url: URL, random: Random, papers: readonly string[]): Promise<number> => {
  const { method, path, body, type } = requestOf(random, papers);
  const headers = {
    'user-agent': `agent-${word(random)}/${word(random)}`,
    ...(drawBelow(random, 6) === 0 ? { authorization: `Bearer ${word(random)}.${word(random)}` } : {}),
    ...(drawBelow(random, 3) === 0 ? { 'x-api-key': word(random), 'broadsheet-position': word(random), 'x-request-id': word(random) } : {}),
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  return new Promise((resolve) => {
    const sent = httpRequest({ host: url.hostname, port: url.port, method, path, headers, timeout: 10_000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', () => resolve(0));
    });
    sent.on('error', () => resolve(0));
    sent.on('timeout', () => sent.destroy());
    sent.end(body);
  });
};
