/** Records that are read, kept and handed over at once: 30 partitions with two chunks each stay below 100 MB at the usual sizes. */
export const CHUNK_RECORDS = 500;

/** Items one by one as lists of up to `size`. */
export async function* inChunks<T>(items: AsyncIterable<T>, size = CHUNK_RECORDS): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
