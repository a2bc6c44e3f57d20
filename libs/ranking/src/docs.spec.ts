import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { personalFeatureNames } from './features/personal-features.js';
import { trendingFeatureNames } from './features/trending-features.js';

/** `a_{x,y}h` -> `a_xh a_yh`, `rank_*` -> left as a prefix. */
const page = readFileSync(join(process.cwd(), 'docs/ranking.md'), 'utf8').replace(
  /(\w+)_\{([\d.,]+)\}h/g,
  (_, name: string, hours: string) =>
    hours
      .split(',')
      .map((hour) => `${name}_${hour}h`)
      .join('`, `'),
);

describe('docs/ranking.md', () => {
  it('names every feature in force, and their number', () => {
    const unnamed = [...trendingFeatureNames, ...personalFeatureNames].filter(
      (name) => !/^(rank|z)_/.test(name) && !page.includes(`\`${name}\``),
    );
    expect(unnamed).toEqual([]);
    expect(page).toContain(`**Trending model** (${trendingFeatureNames.length};`);
    expect(page).toContain(`**Personal model** (${personalFeatureNames.length};`);
  });
});
