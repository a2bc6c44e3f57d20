import { replicaAddresses } from './replica-addresses.js';

describe('replicaAddresses', () => {
  const names: Readonly<Record<string, readonly string[]>> = { ranker: ['10.0.0.2', '10.0.0.1'], six: ['[fd00::1]'] };
  const resolve = async (host: string): Promise<readonly string[]> => {
    const found = names[host];
    if (found === undefined) throw new Error('ENOTFOUND');
    return found;
  };

  it('lets a name stand for all its addresses, each once', async () => {
    expect(await replicaAddresses(['http://ranker:9000', 'http://ranker:9000/', 'http://six:9000'], resolve)).toEqual([
      'http://10.0.0.1:9000',
      'http://10.0.0.2:9000',
      'http://[fd00::1]:9000',
    ]);
  });

  it('keeps a name that nobody knows, and addresses as they are', async () => {
    expect(await replicaAddresses(['http://nobody:9000'], resolve)).toEqual(['http://nobody:9000']);
    expect(await replicaAddresses(['http://127.0.0.1:9020', 'http://localhost:9020'])).toEqual(['http://127.0.0.1:9020']);
  });
});
