const PREFIX = 'faults-slow-';

/** `client` of events over which rankers with the preload `slow-fold` take so many milliseconds. */
export const slowClient = (ms: number): string => `${PREFIX}${ms}`;

/** Milliseconds that such an event takes; 0 for every other one. */
export const slownessOf = (client: string | undefined): number =>
  client?.startsWith(PREFIX) === true ? Number(client.slice(PREFIX.length)) || 0 : 0;
