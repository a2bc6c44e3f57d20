import type { FleetProcess } from '../fleet/fleet-process.js';

const LOOK_EVERY_MS = 100;

/** What stands before gateways: it asks each for its readiness and sends nothing to one that says no. It repeats no request. */
export class Balancer {
  private usable: readonly FleetProcess[];
  private turn = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly gateways: readonly FleetProcess[]) {
    this.usable = gateways;
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  /** Address of the next gateway. */
  pick(): string {
    const among = this.usable.length > 0 ? this.usable : this.gateways;
    return among[this.turn++ % among.length]!.url;
  }

  uses(gateway: FleetProcess): boolean {
    return this.usable.includes(gateway);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const ready = await Promise.all(this.gateways.map((gateway) => gateway.isReady()));
    this.usable = this.gateways.filter((_, index) => ready[index]);
  }
}
