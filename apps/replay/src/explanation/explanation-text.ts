import { inDigits, signed, textTable } from '../evaluation/text-table.js';
import type { ExplainedItem, Explanation } from './explanation.js';

const TITLE_CHARS = 56;
/** Features that moved a score most. */
const TOP_FEATURES = 5;
const DROPPED_SHOWN = 15;

const short = (title: string | null): string =>
  title === null ? '' : title.length > TITLE_CHARS ? `${title.slice(0, TITLE_CHARS - 1)}…` : title;

/** Papers may also have been withdrawn. */
const changed = (papers: number): string =>
  papers === 0 ? 'as many papers' : `${Math.abs(papers)} paper${Math.abs(papers) === 1 ? '' : 's'} ${papers > 0 ? 'more' : 'fewer'}`;

/** Places are told from 1, as people count. */
const placeText = (place: number | null): string => (place === null ? '-' : String(place + 1));

const sourcesText = (sources: Readonly<Record<string, number>>): string =>
  Object.entries(sources)
    .sort(([, a], [, b]) => a - b)
    .map(([source, rank]) => `${source} ${rank}`)
    .join(', ');

const topContributions = ({ contributions, features }: ExplainedItem): string =>
  Object.entries(contributions)
    .filter(([, value]) => value !== 0)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, TOP_FEATURES)
    .map(([name, value]) => `${name} ${signed(value)} (is ${inDigits(features[name] ?? null)})`)
    .join('; ');

const headText = ({ requestId, at, surface, readerRef, arm, model, degraded, history, served }: Explanation): string =>
  [
    `${requestId === null ? 'what would have been answered' : `request ${requestId}`}: ${surface} at ${at}, arm ${arm}, ${model.name}@${model.version}`,
    readerRef === null ? 'for an anonymous reader' : `for ${readerRef}, who had done something with ${history} papers`,
    ...(degraded.length === 0 ? [] : [`degraded: ${degraded.join(', ')}`]),
    ...(served === null
      ? []
      : [
          served.cause === null
            ? 'ranked again: the same papers in the same order as served'
            : `ranked again, not as served: ${served.cause}`,
        ]),
  ].join('\n');

const itemText = (item: ExplainedItem): string => {
  const why = topContributions(item);
  return [
    `${placeText(item.place).padStart(3)}. ${item.paperId}  ${short(item.title)}`,
    `     score ${inDigits(item.score)}, ${item.upvotes} upvotes; proposed by ${sourcesText(item.sources) || 'the page before'}`,
    ...(item.reasons.length === 0 ? [] : [`     ${item.reasons.join('; ')}`]),
    ...(why === '' ? [] : [`     ${why}`]),
  ].join('\n');
};

const droppedText = ({ candidates, droppedBy, dropped }: Explanation): string => {
  const counts = Object.entries(droppedBy).map(([filter, count]) => `${filter} ${count}`);
  const head = `${candidates} candidates after filters; dropped: ${counts.length === 0 ? 'none' : counts.join(', ')}`;
  if (dropped.length === 0) return head;
  const rows = dropped
    .slice(0, DROPPED_SHOWN)
    .map(({ paperId, title, filter, sources }) => [paperId, filter, sourcesText(sources), short(title)]);
  const more = dropped.length > DROPPED_SHOWN ? `\nand ${dropped.length - DROPPED_SHOWN} more (--json has all)` : '';
  return `${head}\n${textTable([['paper', 'dropped by', 'proposed by', 'title'], ...rows])}${more}`;
};

const paperText = (paper: NonNullable<Explanation['paper']>): string => {
  const name = `${paper.paperId}  ${short(paper.title)}`;
  if (paper.place === null) {
    return paper.filter === null
      ? `${name}\n  was proposed by no source at that moment`
      : `${name}\n  was dropped by ${paper.filter}; proposed by ${sourcesText(paper.sources)}`;
  }
  const features = Object.entries(paper.features).map(([feature, value]) => [feature, inDigits(value)]);
  return `${name}\n  place ${placeText(paper.place)} by score ${inDigits(paper.score)}; proposed by ${sourcesText(paper.sources)}\n${textTable([['feature', 'value'], ...features])}`;
};

const sinceText = ({ since: { until, papers, interactions, moved } }: Explanation): string => {
  const head = `since then, until ${until}: ${interactions} interactions more, and ${changed(papers)}`;
  if (moved.length === 0) return `${head}; the answer would be the same`;
  const rows = moved.map((each) => [
    each.paperId,
    placeText(each.then),
    placeText(each.now),
    each.upvotesThen === null ? '-' : String(each.upvotesThen),
    each.upvotesNow === null ? '-' : String(each.upvotesNow),
    short(each.title),
  ]);
  return `${head}\n${textTable([['paper', 'place then', 'now', 'upvotes then', 'now', 'title'], ...rows])}`;
};

/**
 * An explanation for people.
 * @param most how many papers of the answer are told of in full
 * @param notes lines on what it was ranked again with
 */
export const explanationText = (explanation: Explanation, most: number, notes: readonly string[] = []): string =>
  [
    [headText(explanation), ...notes].join('\n'),
    ...(explanation.paper === null ? [] : [paperText(explanation.paper)]),
    explanation.items.slice(0, most).map(itemText).join('\n'),
    droppedText(explanation),
    sinceText(explanation),
  ].join('\n\n');
