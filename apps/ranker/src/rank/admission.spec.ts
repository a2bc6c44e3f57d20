import fc from 'fast-check';
import { Admission } from './admission.js';
import { Deadline } from './deadline.js';
import { RankerBusy } from './refusal.failure.js';

const far = (): Deadline => Deadline.after(1000, () => 0);

describe('Admission', () => {
  it('refuses at once when as many are held as may be', () => {
    const admission = new Admission({ concurrency: 1, held: 2 });
    const places = [admission.enter(), admission.enter()];
    expect(() => admission.enter()).toThrow(RankerBusy);
    places[0]?.leave();
    expect(() => admission.enter()).not.toThrow();
  });

  it('gives turns first come, first served', async () => {
    const admission = new Admission({ concurrency: 1, held: 9 });
    const places = [admission.enter(), admission.enter(), admission.enter()];
    const order: number[] = [];
    const turns = places.map((place, i) => place.turn(far()).then(() => order.push(i)));
    await turns[0];
    places[0]?.leave();
    await turns[1];
    places[1]?.leave();
    await turns[2];
    expect(order).toEqual([0, 1, 2]);
  });

  it('sends those away whose deadline passed in the queue, and gives the turn to the next', async () => {
    let now = 0;
    const admission = new Admission({ concurrency: 1, held: 9 });
    const [working, late, waiting] = [admission.enter(), admission.enter(), admission.enter()];
    await working.turn(far());
    const turns = [late.turn(Deadline.after(10, () => now)), waiting.turn(Deadline.after(100, () => now))];
    now = 50;
    working.leave();
    expect(await Promise.all(turns)).toEqual([false, true]);
  });

  it('gives no turn to who comes too late', async () => {
    const admission = new Admission({ concurrency: 1, held: 9 });
    const late = admission.enter();
    expect(await late.turn(Deadline.after(10, () => 10, 0))).toBe(false);
    late.leave();
    expect(await admission.enter().turn(far())).toBe(true);
  });

  it('says when the house is empty', async () => {
    const admission = new Admission({ concurrency: 1, held: 9 });
    await admission.empty();
    const place = admission.enter();
    let empty = false;
    const emptied = admission.empty().then(() => (empty = true));
    await Promise.resolve();
    expect(empty).toBe(false);
    place.leave();
    await emptied;
    expect(admission.inFlight).toBe(0);
  });

  it('never lets more than `concurrency` work, and everybody leaves in the end, whatever order they come and go in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
        async (concurrency, stays) => {
          const admission = new Admission({ concurrency, held: 1000 });
          let working = 0;
          let most = 0;
          await Promise.all(
            stays.map(async (stay) => {
              const place = admission.enter();
              try {
                if (!(await place.turn(far()))) return;
                working += 1;
                most = Math.max(most, working);
                for (let i = 0; i < stay; i += 1) await Promise.resolve();
                working -= 1;
              } finally {
                place.leave();
              }
            }),
          );
          expect(most).toBeLessThanOrEqual(concurrency);
          expect(admission.inFlight).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
