import { readsFilesOnly } from './replay-on-files.js';

describe('a command of replay', () => {
  it.each([
    ['eval DIR', true],
    ['report DIR --anything', true],
    ['plan', false],
    ['run --last 7d --out DIR', false],
    ['run --source file:DIR --out DIR', true],
    ['verify --source=file:DIR', true],
    ['run --source archive', false],
    ['run --source file:DIR --model live', false],
    ['run --source file:DIR --state snapshot:12', false],
    ['run --source file:DIR --state snapshot:state.bin', true],
    ['snapshot list', false],
  ])('%s reads files only: %s', (line, expected) => {
    expect(readsFilesOnly(line.split(' '))).toBe(expected);
  });
});
