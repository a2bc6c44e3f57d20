export interface TourFacts {
  readonly url: string;
  readonly admins: readonly { readonly name: string; readonly admin: string }[];
  readonly about: string;
  readonly simulated: boolean;
  readonly demo: readonly { readonly subject: string; readonly token: string }[];
  readonly secondsToReady: number;
  readonly secondsToFirstFeed: number | null;
  /** A paper that there is, to vote for. */
  readonly paperId: string;
  readonly logs: string;
}

/** What a newcomer can try, ready to be pasted. */
export const tour = ({ url, admins, about, simulated, demo, secondsToReady, secondsToFirstFeed, paperId, logs }: TourFacts): string => {
  const names = demo.map(({ token }, index) => `  TOKEN_${index + 1}=${token}`);
  const first = secondsToFirstFeed === null ? '' : `, first feed after ${secondsToFirstFeed.toFixed(1)} s`;
  return [
    '',
    `Broadsheet is ready after ${secondsToReady.toFixed(1)} s${first}.`,
    `  ${about}`,
    simulated
      ? '  Simulated readers are reading, voting and hiding; every event of theirs says client: "simulator".'
      : '  No simulated readers.',
    '',
    `  the page         ${url}/`,
    `  the API's docs   ${url}/docs`,
    ...admins.map(({ name, admin }) => `  ${`${name} `.padEnd(16)} ${admin}/metrics`),
    `  full logs        ${logs}`,
    '',
    `Tokens of two demo readers (${demo.map(({ subject }) => subject).join(', ')}), good for 30 days on this machine only:`,
    ...names,
    '',
    'Try:',
    `  curl -s '${url}/v1/feeds/trending?period=all&limit=3'`,
    `  curl -s '${url}/v1/feeds/for-you?limit=3&explain=true' -H "authorization: Bearer $TOKEN_1"`,
    `  curl -s -X PUT '${url}/v1/papers/${encodeURIComponent(paperId)}/upvote' -H "authorization: Bearer $TOKEN_1"`,
    `  curl -s '${url}/api/daily_papers?sort=trending&limit=3'`,
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
};
