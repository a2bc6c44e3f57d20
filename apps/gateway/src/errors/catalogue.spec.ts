import { readFileSync } from 'node:fs';
import { problemCatalogue } from './catalogue.js';
import { errorTexts } from './texts.js';

const page = readFileSync('docs/errors.md', 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| (.+?) *\|$/gm)].map(([, code, status, text]) => ({
  code,
  status: Number(status),
  text,
}));

describe('docs/errors.md', () => {
  it('lists every code with its status, title and advice, in the order of the catalogue', () => {
    const expected = Object.entries(problemCatalogue).map(([code, { status, title }]) => ({
      code,
      status,
      text: `${title}. ${errorTexts[code as keyof typeof errorTexts]}`,
    }));
    expect(rows).toEqual(expected);
  });
});
