import { Resolver } from 'node:dns/promises';
import { ClusterNames } from './cluster-names.js';

const HOST = '127.0.0.1';

describe('ClusterNames', () => {
  it('answers every address of a name, and says of others that there is no such name', async () => {
    const names = await ClusterNames.start(HOST, 0);
    try {
      names.set('ranker', ['127.0.0.5', '127.0.0.6']);
      const resolver = new Resolver({ timeout: 2_000, tries: 1 });
      resolver.setServers([`${HOST}:${names.port}`]);
      expect(await resolver.resolve4('ranker')).toEqual(['127.0.0.5', '127.0.0.6']);
      await expect(resolver.resolve4('telemetry.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
      await expect(resolver.resolve6('ranker')).rejects.toMatchObject({ code: 'ENODATA' });
      expect([...names.unknown]).toEqual(['telemetry.example.org']);
    } finally {
      await names.close();
    }
  });
});
