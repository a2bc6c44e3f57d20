import { lookup } from 'node:dns/promises';

/** Every address of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** IPv4 first, because a machine's own name has one address of each kind, and a replica must not be compared with itself. */
const byName: Resolve = async (host) => {
  const found = await lookup(host, { all: true, family: 4 }).catch(() => lookup(host, { all: true, family: 6 }));
  return found.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
};

/**
 * One address for each replica: a name with several addresses, as a headless service of a cluster has, stands for all of them. Names are asked again
 * each time, so replicas may come and go. A name that nobody knows stays, to be reported as silent.
 */
export const replicaAddresses = async (urls: readonly string[], resolve: Resolve = byName): Promise<readonly string[]> => {
  const all = await Promise.all(
    urls.map(async (text) => {
      const url = new URL(text);
      const hosts = await resolve(url.hostname.replace(/^\[|\]$/g, '')).catch(() => [url.hostname]);
      return hosts.map((host) => `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`);
    }),
  );
  return [...new Set(all.flat())].sort();
};
