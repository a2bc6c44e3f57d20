import { DigestDeliveries, Locks, type DataSource, type DigestKey } from '#persistence';
import type { DeliveryRecord } from '../deliver/deliver-once.js';

const lockOf = ({ period, selection, target }: DigestKey): string => `digest ${JSON.stringify([period, selection, target])}`;

/** Deliveries as PostgreSQL remembers them; a lock ends with its connection. */
export const postgresRecord = (database: DataSource): DeliveryRecord => {
  const deliveries = new DigestDeliveries(database);
  const locks = new Locks(database);
  return {
    find: (key) => deliveries.find(key),
    begin: (key) => deliveries.begin(key),
    finish: (key) => deliveries.finish(key),
    undo: (key) => deliveries.undo(key),
    alone: async (key, work) => {
      const outcome = await locks.tryWithLock(lockOf(key), work);
      return outcome.held ? { value: outcome.value } : null;
    },
  };
};
