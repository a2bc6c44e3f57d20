import { type EventLogConfig, createEventLog } from '../create-event-log.js';
import { FileArchive } from './file-archive.js';

/** A consumer in a process of its own, slow enough to be killed in the middle of its work. Started by event-log.contract.ts. */
const { config, topic, group, file } = JSON.parse(process.argv[2]!) as {
  config: EventLogConfig;
  topic: string;
  group: string;
  file: string;
};

const quiet = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (details: object, message: string) => console.error(message, details),
};
const log = createEventLog(config, { logger: quiet });
const archive = new FileArchive(file);

await log.subscribe({
  topics: [topic],
  mode: 'shared',
  group,
  maxBatch: 20,
  start: () => Promise.resolve(archive.positions()),
  handle: async (batch) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    archive.store(batch);
  },
});
