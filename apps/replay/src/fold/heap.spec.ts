import fc from 'fast-check';
import { Heap } from './heap.js';

describe('Heap', () => {
  it('gives what was put in, smallest first, whatever is put in and taken in between', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('pop' as const)), { maxLength: 80 }), (steps) => {
        const heap = new Heap<number>((a, b) => a < b);
        const plain: number[] = [];
        for (const step of steps) {
          if (step === 'pop') expect(heap.pop()).toBe(plain.shift());
          else {
            heap.push(step);
            plain.push(step);
            plain.sort((a, b) => a - b);
          }
          expect(heap.top).toBe(plain[0]);
          expect(heap.size).toBe(plain.length);
        }
      }),
    );
  });
});
