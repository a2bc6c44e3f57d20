import type { DigestDelivery, DigestKey } from '#persistence';
import { RefusedFailure } from './refused.failure.js';
import type { Rendered, Target } from './target.js';
import { UnknownDeliveryFailure } from './unknown-delivery.failure.js';

/** What is remembered of deliveries, and one at a time. */
export interface DeliveryRecord {
  find(key: DigestKey): Promise<DigestDelivery | null>;
  begin(key: DigestKey): Promise<void>;
  finish(key: DigestKey): Promise<void>;
  undo(key: DigestKey): Promise<void>;
  /** Runs `work` while nobody else delivers this; null when somebody does. A holder that dies lets go. */
  alone<T>(key: DigestKey, work: () => Promise<T>): Promise<{ readonly value: T } | null>;
}

export type Outcome =
  { readonly kind: 'delivered'; readonly told: string } | { readonly kind: 'before'; readonly at: Date } | { readonly kind: 'busy' };

export const keyOf = ({ digest }: Rendered, { name }: Target): DigestKey => ({
  period: digest.period.key,
  selection: digest.selection,
  target: name,
});

/**
 * Delivers a digest at most once: what was begun and not confirmed, by a process that was killed or a connection that broke in the middle, is not delivered again by itself, for the
 * target may have it; mail can not be taken back. Where the target refused, it is certain that nothing arrived, and the next run tries again.
 *
 * @param again deliver it even so.
 * @throws {RefusedFailure} @throws {UnknownDeliveryFailure}
 */
export const deliverOnce = async (rendered: Rendered, target: Target, record: DeliveryRecord, again: boolean): Promise<Outcome> => {
  const key = keyOf(rendered, target);
  const done = await record.alone(key, async (): Promise<Outcome> => {
    const before = await record.find(key);
    if (before !== null && !again) {
      if (before.deliveredAt !== null) return { kind: 'before', at: before.deliveredAt };
      throw new UnknownDeliveryFailure(target.name, `a delivery was begun at ${before.begunAt.toISOString()} and not confirmed`);
    }
    await record.begin(key);
    const told = await target.deliver(rendered).catch(async (error: unknown) => {
      if (!(error instanceof RefusedFailure)) throw new UnknownDeliveryFailure(target.name, messageOf(error), { cause: error });
      // A refusal of a second sending does not undo the first, and tells nothing of one that nobody knows of.
      if (before === null) await record.undo(key);
      else if (before.deliveredAt !== null) await record.finish(key);
      throw error;
    });
    await record.finish(key);
    return { kind: 'delivered', told };
  });
  return done?.value ?? { kind: 'busy' };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
