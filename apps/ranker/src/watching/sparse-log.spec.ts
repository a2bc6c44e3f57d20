import { SparseLog } from './sparse-log.js';

describe('SparseLog', () => {
  it('lets one line of a kind through in a while, and says how many it left out', () => {
    let now = 0;
    const sparse = new SparseLog(1000, () => now);
    const lines: string[] = [];
    const say = (kind: string): void => sparse.say(kind, (leftOut) => lines.push(`${kind} ${leftOut}`));
    say('a');
    say('a');
    say('b');
    say('a');
    now = 1000;
    say('a');
    say('a');
    expect(lines).toEqual(['a 0', 'b 0', 'a 2']);
  });
});
