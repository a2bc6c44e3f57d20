import { inDigits, signed, textTable } from '../evaluation/text-table.js';
import type { ExplainedItem, Explanation, PaperStanding } from './explanation.js';

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

const standingText = ({ place, filter, score, sources }: PaperStanding): string => {
  if (place !== null) return `place ${placeText(place)} by score ${inDigits(score)}; proposed by ${sourcesText(sources)}`;
  return filter === null ? 'proposed by no source' : `dropped by ${filter}; proposed by ${sourcesText(sources)}`;
};

/** Features in the order of the model; of a paper that is a candidate at both moments, those that are others now. */
const standingTable = (then: PaperStanding, now: PaperStanding | null): string => {
  const isBoth = now?.place !== null && then.place !== null;
  const names = Object.keys(then.place === null ? (now?.features ?? {}) : then.features);
  const rows = names
    .filter((name) => !isBoth || then.features[name] !== now?.features[name])
    .map((name) => [
      name,
      inDigits(then.features[name] ?? null),
      inDigits(now?.features[name] ?? null),
      addedText(then.contributions[name]),
      addedText(now?.contributions[name]),
    ]);
  return rows.length === 0 ? 'no feature is another now' : textTable([['feature', 'then', 'now', 'adds then', 'adds now'], ...rows]);
};

const addedText = (contribution: number | undefined): string => (contribution === undefined ? '-' : signed(contribution));

/** What became of the paper between the two moments, and by which features. */
const paperText = (then: PaperStanding, now: PaperStanding | null): string =>
  [
    `${then.paperId}  ${short(then.title)}`,
    `  then: ${standingText(then)}`,
    ...(now === null ? [] : [`  now:  ${standingText(now)}`]),
    standingTable(then, now),
  ].join('\n');

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
    ...(explanation.paper === null ? [] : [paperText(explanation.paper, explanation.since.paper)]),
    explanation.items.slice(0, most).map(itemText).join('\n'),
    droppedText(explanation),
    sinceText(explanation),
  ].join('\n\n');
