import type { HfPapers, ReaderDay, Submission } from '#model';
import { isTasteCase, readerDays, wantedFigures } from '#model';

/** A reader's day of which something is judged. */
export interface TasteQuestion extends ReaderDay {
  /** Ids of the day's papers, in the order of `candidates`. */
  readonly paperIds: readonly string[];
  /** Row of the candidates -> whether the reader's putting it on the page is judged; one case for each. */
  readonly judged: ReadonlySet<number>;
}

/**
 * The data set's protocol, one case a submission: of the papers listed on its day, which did this reader put on the page, who put three or more there before?
 * @param heldBack rows of another file; when there are any, only they are judged, and the data set's own are what was before and what is learned from.
 */
export const tasteQuestions = (data: HfPapers, heldBack: readonly Submission[]): readonly TasteQuestion[] => {
  const own = new Set(heldBack.map(nameOf));
  const isJudged = (user: string, paperId: string): boolean => own.size === 0 || own.has(nameOf({ user, paperId }));
  return readerDays(data)
    .filter(isTasteCase)
    .map((readerDay) => {
      const paperIds = readerDay.candidates.map((place) => data.papers[place]!.paper.id);
      const wanted = Array.from(readerDay.candidates.keys()).filter((row) => readerDay.wanted.has(readerDay.candidates[row]!));
      return { ...readerDay, paperIds, judged: new Set(wanted.filter((row) => isJudged(readerDay.user, paperIds[row]!))) };
    })
    .filter(({ judged }) => judged.size > 0);
};

const nameOf = ({ user, paperId }: Pick<Submission, 'user' | 'paperId'>): string => `${user} ${paperId}`;

/** Data with the held-back rows among its own; rows that are in both count once. */
export const joined = (data: HfPapers, heldBack: readonly Submission[]): HfPapers => {
  const own = new Set(heldBack.map(nameOf));
  return { ...data, submissions: [...data.submissions.filter((row) => !own.has(nameOf(row))), ...heldBack] };
};

/** How a system ordered the case: places before the judged paper, rows of the same score counted half. */
export interface CaseFigures {
  readonly reciprocalRank: number;
  readonly auc: number;
}

/** Figures of each judged row, in the order of the rows. A row without a score, since the system did not know it, is last. */
export const figuresOf = ({ judged, candidates }: TasteQuestion, scores: ArrayLike<number>): CaseFigures[] => {
  const { reciprocalRanks, aucs } = wantedFigures(
    scores,
    candidates.map((_, row) => (judged.has(row) ? 1 : 0)),
  );
  return reciprocalRanks.map((reciprocalRank, place) => ({ reciprocalRank, auc: aucs[place]! }));
};
