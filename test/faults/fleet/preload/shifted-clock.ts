/**
 * Loaded before a service (`node --import`): its wall clock is off by as many milliseconds as FAULTS_CLOCK_FILE says, from a tenth of a
 * second after the file was written. Monotonic clocks and timers are left alone, as they are when an operator sets a machine's clock.
 */
import { readFileSync } from 'node:fs';

const file = process.env['FAULTS_CLOCK_FILE'];
const NativeDate = Date;
const now = NativeDate.now.bind(NativeDate);
let offset = 0;

const read = (): void => {
  try {
    offset = Number(readFileSync(file ?? '', 'utf8')) || 0;
  } catch {
    offset = 0; // not written yet: the clock is right
  }
};

NativeDate.now = () => now() + offset;
globalThis.Date = new Proxy(NativeDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now() + offset] : args, newTarget) as Date,
});
read();
setInterval(read, 100).unref();
