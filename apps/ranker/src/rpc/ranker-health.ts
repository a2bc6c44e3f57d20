import type { RankHealth } from '#contracts';

/** What the gateway asks to know whom to send requests to. Asked often, so it reads memory only. */
export abstract class RankerHealth {
  abstract now(): RankHealth;
}
