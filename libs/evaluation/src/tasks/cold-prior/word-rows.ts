import { tokenize } from '#ranking';
import type { SparseRows } from './ridge.js';

interface Text {
  readonly title: string;
  readonly abstract: string;
}

/** A word in fewer texts than this says nothing of others. */
const LEAST_TEXTS = 3;

/** Makes TF-IDF rows of length 1, sublinear in the term frequency, title words counted twice, over the words of `known` texts. */
export const wordRows = (known: readonly Text[]): ((texts: readonly Text[]) => SparseRows) => {
  const textsWith = new Map<string, number>();
  for (const text of known) for (const word of countsOf(text).keys()) textsWith.set(word, (textsWith.get(word) ?? 0) + 1);
  const kept = [...textsWith].filter(([, texts]) => texts >= LEAST_TEXTS);
  const columnOf = new Map(kept.map(([word], column) => [word, column]));
  const idf = kept.map(([, texts]) => 1 + Math.log((1 + known.length) / (1 + texts)));
  return (texts) => {
    const starts = new Int32Array(texts.length + 1);
    const [columns, values]: [number[], number[]] = [[], []];
    for (const [row, text] of texts.entries()) {
      const cells = [...countsOf(text)].flatMap(([word, times]) => {
        const column = columnOf.get(word);
        return column === undefined ? [] : [{ column, value: (1 + Math.log(times)) * idf[column]! }];
      });
      const norm = Math.hypot(...cells.map(({ value }) => value)) || 1;
      for (const { column, value } of cells) {
        columns.push(column);
        values.push(value / norm);
      }
      starts[row + 1] = columns.length;
    }
    return { width: kept.length, starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
  };
};

const countsOf = ({ title, abstract }: Text): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const word of tokenize(`${title} ${title} ${abstract}`)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};
