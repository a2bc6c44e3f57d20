import type { Plot } from '../plots/plot.js';
import type { Drawing } from '../draw/svg.js';
import { spanLabel } from '../draw/time-axis.js';
import { sideNames } from '../../evaluation/evaluation-result.js';
import { count, plural } from '../numbers.js';
import { sideTitle } from '../plots/side-text.js';
import type { RunFacts } from '../run/run-facts.js';
import { figureMarkup } from './figure.js';
import { mainFigures } from './main-figures.js';
import { escapeMarkup } from './markup.js';
import { pageStyle } from './page-style.js';
import { provenance } from './provenance.js';

export interface DrawnChapter {
  readonly title: string;
  readonly figures: readonly { readonly plot: Plot; readonly drawing: Drawing | null }[];
}

const anchor = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** The whole report in one file: no script, no request. @param folder name of the folder beside it that holds SVG and CSV files. */
export const reportPage = (facts: RunFacts, chapters: readonly DrawnChapter[], folder: string): string => {
  const { evaluation, agreement, manifest, stream } = facts;
  const sections = [
    {
      title: 'Main figures',
      body: `${mainFigures(evaluation, agreement)}
${notesList(evaluation.notes)}`,
    },
    ...chapters.map(({ title, figures }) => ({
      title,
      body: figures.map(({ plot, drawing }) => figureMarkup(plot, drawing, folder)).join('\n'),
    })),
    { title: 'How this was made', body: provenance(manifest, stream) },
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(`${whatOf(facts)}, ${whenOf(facts)}`)}</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
<header>
<p class="name">Broadsheet · replay report</p>
<h1>${escapeMarkup(whatOf(facts))}, <span class="when">${escapeMarkup(whenOf(facts))}</span></h1>
<p class="lead">${escapeMarkup(lead(facts))}</p>
<p class="dateline">${escapeMarkup(dateline(facts))}</p>
<nav aria-label="Chapters"><ul>${sections.map(({ title }) => `<li><a href="#${anchor(title)}">${title}</a></li>`).join('')}</ul></nav>
</header>
<main id="main">
${sections.map(({ title, body }) => `<section aria-labelledby="${anchor(title)}"><h2 id="${anchor(title)}">${title}</h2>\n${body}\n</section>`).join('\n')}
</main>
<footer><p>Written by <code>npm run replay -- report</code> from the files of the run alone. Times are UTC. The same run has the same report, byte for byte.</p></footer>
</body>
</html>
`;
};

/** Notes come as `eval` prints them, without a capital or a stop. */
const sentence = (note: string): string => `${note.charAt(0).toUpperCase()}${note.slice(1)}${/[.!?]$/.test(note) ? '' : '.'}`;

const notesList = (notes: readonly string[]): string =>
  notes.length === 0 ? '' : `<ul class="notes">${notes.map((note) => `<li>${escapeMarkup(sentence(note))}</li>`).join('\n')}</ul>`;

const sidesOf = ({ models }: RunFacts) => sideNames.filter((side) => models[side] !== undefined);

const whatOf = ({ models }: RunFacts): string => (models.b === undefined ? 'One ranking replayed' : 'Two rankings side by side');

const whenOf = ({ evaluation }: RunFacts): string => {
  const { first, last } = evaluation.counts;
  return first === null || last === null ? 'nothing replayed' : spanLabel(Date.parse(first), Date.parse(last));
};

const lead = (facts: RunFacts): string => {
  const { requests, judged, readers } = facts.evaluation.counts;
  const what = facts.evaluation.kind === 'prequential' ? 'a list was ranked before each choice' : 'each was ranked again at its own moment';
  return `${plural(requests, 'request')} of ${plural(readers, 'reader')}: ${what}. On ${count(judged)} of them a reader did something of worth; the figures on ranking are of those.`;
};

const dateline = (facts: RunFacts): string =>
  sidesOf(facts)
    .map((side) => sideTitle(side, facts))
    .join(' · ');
