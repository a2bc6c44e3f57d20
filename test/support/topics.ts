import { randomBytes } from 'node:crypto';
import type { TopicSpec } from '#contracts';

/** A name that no other test uses: the broker is shared by the whole run. Lower case, so that it also serves as a group or client id. */
export const uniqueName = (base: string): string => `${base}-${randomBytes(6).toString('hex')}`;

/** The same topic under a name of this test's own. */
export const uniqueTopic = (spec: TopicSpec): TopicSpec => ({ ...spec, name: uniqueName(spec.name) });

/** Brokers of the run, or null when this machine can start none: `describe.skip` the suite then, so that the report says so. */
export const testBrokers = (): readonly string[] | null => {
  const brokers = process.env.TEST_KAFKA_BROKERS ?? '';
  return brokers === '' ? null : brokers.split(',');
};
