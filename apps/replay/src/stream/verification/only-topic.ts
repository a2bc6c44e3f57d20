import type { Positions } from '#contracts';
import type { StreamRange } from '../stream.js';

const ofTopic = (positions: Positions, topic: string): Positions =>
  Object.fromEntries(Object.entries(positions).filter(([key]) => key.startsWith(`${topic}/`)));

export const onlyTopic = ({ from, to }: StreamRange, topic: string): StreamRange => ({
  from: ofTopic(from, topic),
  to: ofTopic(to, topic),
});
