import { openStream, type SourceChoice } from '../stream/open-stream.js';
import type { StreamSource } from '../stream/stream.js';
import { replayConfig } from './settings.js';

/** Runs `work` with the source open. */
export const withStream = async <T>(choice: SourceChoice, work: (source: StreamSource) => Promise<T>): Promise<T> => {
  const source = await openStream(choice, replayConfig);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
};
