import type { ActionRing } from './action-ring.js';
import { ByteWriter } from './bytes.js';
import type { StateParts } from './state-parts.js';

/** One writer for all members: hashing copies the bytes before the next member is encoded. */
const writer = new ByteWriter();

/** Canonical bytes of one paper: what its record said, its counts, its sampled readers. Null for a number that nothing was ever said of. */
export const encodePaper = ({ papers, counts, coReaders, readers }: StateParts, paper: number): Uint8Array | null => {
  const status = papers.statusOf(paper);
  const pairs = counts.pairsOf(paper);
  const sample = coReaders.of(paper);
  if (status === 'unknown' && pairs.length === 0 && sample.length === 0) return null;
  writer.reset().text(papers.idOf(paper)).text(status).bytes(papers.digestOf(paper));
  for (const number of pairs) writer.u32(number);
  for (const reader of sample) writer.text(readers.refOf(reader));
  return writer.view();
};

/** Canonical bytes of one reader: rings in their order, registers sorted by what they are about, sums of events and read marks. */
export const encodeReader = (parts: StateParts, reader: number): Uint8Array => {
  const record = parts.readers.get(reader);
  writer.reset().text(parts.readers.refOf(reader));
  for (const word of parts.readers.talliesOf(reader)) writer.u32(word);
  writeRing(parts, record.actions);
  writeRing(parts, record.exposures);
  for (const [name, register] of registersByName(parts, record.registers)) {
    const { on, value, time, recorded, id } = parts.registers.stampOf(register);
    writer
      .text(name)
      .u8(on ? 1 : 0)
      .u8(value)
      .u64(time)
      .u64(recorded)
      .u32(id.lo)
      .u32(id.hi);
  }
  return writer.view();
};

const writeRing = ({ papers }: StateParts, ring: ActionRing): void => {
  writer.u32(ring.size);
  for (let place = 0; place < ring.size; place++) {
    const { time, paper, action, trusted, value } = ring.at(place);
    writer
      .u64(time)
      .u8(action)
      .u8(trusted ? 1 : 0)
      .u8(value)
      .text(papers.idOf(paper));
  }
};

const registersByName = ({ registers, papers, entities }: StateParts, head: number): [name: string, register: number][] => {
  const named: [string, number][] = [];
  for (let register = head; register >= 0; register = registers.nextOf(register)) {
    const { action, isPaper, target, trusted } = registers.keyOf(register);
    named.push([`${action} ${trusted ? 1 : 0} ${isPaper ? `paper:${papers.idOf(target)}` : entities.keyOf(target)}`, register]);
  }
  return named.sort(([a], [b]) => (a < b ? -1 : 1));
};
