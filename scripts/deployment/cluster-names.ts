import { createSocket, type Socket } from 'node:dgram';

/**
 * A name server for the pods of a trial: answers A records of the names it was given, "no such name" for any other. One question a packet, as
 * resolvers ask.
 */
export class ClusterNames {
  private readonly addresses = new Map<string, readonly string[]>();
  /** Names that were asked for and are nobody's. */
  readonly unknown = new Set<string>();

  private constructor(private readonly socket: Socket) {}

  /** @param port 0 chooses a free one; the pods of a trial ask at 53 */
  static async start(host: string, port = 53): Promise<ClusterNames> {
    const socket = createSocket('udp4');
    const names = new ClusterNames(socket);
    socket.on('message', (question, sender) => {
      const answer = names.answer(question);
      if (answer !== null) socket.send(answer, sender.port, sender.address);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, host, resolve);
    });
    return names;
  }

  get port(): number {
    return this.socket.address().port;
  }

  set(name: string, addresses: readonly string[]): void {
    this.addresses.set(name, addresses);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  private answer(question: Buffer): Buffer | null {
    const { name, end } = nameAt(question, HEADER_BYTES);
    if (end + 4 > question.length) return null;
    const found = this.addresses.get(name);
    if (found === undefined) this.unknown.add(name);
    const records = question.readUInt16BE(end) === TYPE_A ? (found ?? []) : [];
    const header = Buffer.alloc(HEADER_BYTES);
    question.copy(header, 0, 0, 2);
    header.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2); // an answer with authority; 3: no such name
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, question.subarray(HEADER_BYTES, end + 4), ...records.map(addressRecord)]);
  }
}

const HEADER_BYTES = 12;
const TYPE_A = 1;

const nameAt = (packet: Buffer, start: number): { name: string; end: number } => {
  const parts: string[] = [];
  let at = start;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    parts.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: parts.join('.').toLowerCase(), end: at + 1 };
};

/** Of the name in the question, class IN, to be kept for a second. */
const addressRecord = (address: string): Buffer =>
  Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]);
