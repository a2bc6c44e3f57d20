import { z } from 'zod';
import { adminBlock, brokerBlock, loggingBlock } from './blocks.js';
import { describeConfig } from './describe-config.js';
import { addresses, seconds, secret } from './settings.js';

describe('describeConfig', () => {
  it('lists name, type, default and meaning in the order of the schema', () => {
    const schema = z.object({
      LOG_LEVEL: loggingBlock.LOG_LEVEL,
      ADMIN_PORT: adminBlock(9010).ADMIN_PORT,
      KAFKA_BROKERS: brokerBlock.KAFKA_BROKERS,
      RANKER_ADDRESSES: addresses.default([{ host: '127.0.0.1', port: 7020, dns: false }]).describe('Rankers.'),
      SNAPSHOT_INTERVAL_S: seconds(1, 3600).default(60).describe('Pause between snapshots.'),
      CURSOR_SECRET: secret().describe('Signs cursors.'),
      RATIO: z.coerce.number().optional(),
    });
    expect(describeConfig(schema)).toEqual([
      {
        name: 'LOG_LEVEL',
        type: 'fatal / error / warn / info / debug / trace / silent',
        default: 'info',
        required: false,
        meaning: 'Least severe log line that is written.',
      },
      { name: 'ADMIN_PORT', type: 'port', default: '9010', required: false, meaning: 'Port of /metrics, /livez and /readyz.' },
      { name: 'KAFKA_BROKERS', type: 'list', default: null, required: false, meaning: 'Bootstrap brokers, needed with BROKER=kafka.' },
      { name: 'RANKER_ADDRESSES', type: 'addresses', default: '127.0.0.1:7020', required: false, meaning: 'Rankers.' },
      { name: 'SNAPSHOT_INTERVAL_S', type: 'seconds 1 to 3600', default: '60', required: false, meaning: 'Pause between snapshots.' },
      { name: 'CURSOR_SECRET', type: 'secret, 32 characters or more', default: null, required: true, meaning: 'Signs cursors.' },
      { name: 'RATIO', type: 'number', default: null, required: false, meaning: '' },
    ]);
  });

  it('sees through rules and transforms over the whole object', () => {
    const schema = z
      .object({ A: z.string().default('a') })
      .superRefine(() => undefined)
      .transform(({ A }) => ({ a: A }));
    expect(describeConfig(schema).map(({ name }) => name)).toEqual(['A']);
  });
});
