import { interactionEventSchema, paperSchema, type InteractionEvent, type Paper } from '#contracts';
import { drawBelow, seededRandom, type Random } from '#ranking';

/** Noon of an ordinary day: the newest event of an invented log. */
export const INVENTED_NOW = Date.parse('2026-03-10T12:00:00.000Z');
const DAY = 86_400_000;
const SUBJECTS = 200;
const LABS = 500;
/** Days that papers and events are spread over. */
const DAYS = 60;
/** Words that a subject's papers draw from beside everybody's. */
const SUBJECT_WORDS = 400;
const WORDS = 60_000;
const STOP_WORDS = ['the', 'of', 'and', 'a', 'to', 'in', 'is', 'for', 'with', 'that', 'on', 'as', 'by', 'we', 'are', 'this'];

/**
 * Papers and readers as large as real ones: abstracts of 190 words under Zipf's law, 7 authors, 3 subjects, every third with an organisation and code, 20 references, as in the archives of
 * Daily Papers and arXiv. Readers keep to two subjects, since else nothing would be read together. The same seed gives the same log.
 */
export class InventedLog {
  readonly #random: Random;
  readonly #word: () => number;

  constructor(
    readonly papers: number,
    readonly readers: number,
    seed = 1,
  ) {
    this.#random = seededRandom(seed);
    this.#word = zipf(WORDS, this.#random);
  }

  /** Subject of a paper by its number. */
  subjectOf(paper: number): number {
    return paper % SUBJECTS;
  }

  idOf(paper: number): string {
    return `${2401 + (paper % 12)}.${String(Math.floor(paper / 12)).padStart(5, '0')}`;
  }

  refOf(reader: number): string {
    return `r_${String(reader).padStart(24, '0')}`;
  }

  paper(number: number): Paper {
    const random = this.#random;
    const subject = this.subjectOf(number);
    const word = (): string => (random() < 0.25 ? `s${subject}w${drawBelow(random, SUBJECT_WORDS)}` : `word${this.#word()}`);
    // Nearly half of a running text are words that no index keeps.
    const words = (count: number, stop: number): string =>
      Array.from({ length: count }, () => (random() < stop ? STOP_WORDS[drawBelow(random, STOP_WORDS.length)]! : word())).join(' ');
    const listed = new Date(INVENTED_NOW - Math.floor((1 - number / this.papers) * DAYS * DAY)).toISOString().slice(0, 10);
    return paperSchema.parse({
      id: this.idOf(number),
      title: words(9, 0.2),
      abstract: words(190, 0.45),
      authors: Array.from({ length: 7 }, () => `Given Family${Math.floor(6 * this.papers * random() ** 2)}`),
      publishedAt: listed,
      listedOn: listed,
      submitter: `user${drawBelow(random, this.papers / 4)}`,
      topics: [0, 1, 7].map((step) => `subject ${(subject + step) % SUBJECTS}`),
      ...(number % 3 === 0
        ? {
            organization: { name: `Lab ${drawBelow(random, LABS)}` },
            githubRepo: `https://github.com/lab${drawBelow(random, LABS)}/code${number}`,
          }
        : {}),
      upvotes: Math.floor(14 * random() ** 3 * 10),
      comments: drawBelow(random, 4),
      cites: number < 50 ? [] : Array.from({ length: 20 }, () => this.idOf(drawBelow(random, number))),
      source: 'invented',
    });
  }

  /** A vector near others of the paper's subject, unit norm, as an encoder of `dimensions` numbers would make. */
  vector(paper: number, dimensions: number): Float32Array {
    const direction = seededRandom(7_919 + this.subjectOf(paper));
    const vector = Float32Array.from({ length: dimensions }, () => direction() - 0.5 + (this.#random() - 0.5) * 0.8);
    const norm = Math.hypot(...vector);
    return vector.map((x) => x / norm);
  }

  /**
   * What one reader did, oldest first: `engaged` opens, upvotes and saves, and `shown` impressions. With a `random` of the reader's own it is the same
   * whoever was asked about before.
   */
  *eventsOf(reader: number, engaged: number, shown: number, random: Random = this.#random): Generator<InteractionEvent> {
    const subjects = [reader % SUBJECTS, (reader * 7) % SUBJECTS];
    const about = (): number => {
      const subject = subjects[drawBelow(random, 2)]!;
      // Early ones are read most, as far as a subject's shelf goes.
      const place = Math.floor((this.papers / SUBJECTS) * random() ** 2);
      return Math.min(this.papers - 1, place * SUBJECTS + subject);
    };
    const count = engaged + shown;
    for (let at = 0; at < count; at++) {
      const time = INVENTED_NOW - Math.floor((1 - at / count) * DAYS * DAY) + drawBelow(random, 1000);
      const isShown = (at * shown) % count >= engaged;
      const action = isShown ? 'impression' : (['open', 'open', 'upvote', 'save'] as const)[at % 4]!;
      yield this.event(reader, action, this.idOf(about()), time, at);
    }
  }

  /** The reader hides these papers, after all else. */
  *hidesOf(reader: number, papers: readonly string[]): Generator<InteractionEvent> {
    for (const [at, id] of papers.entries()) yield this.event(reader, 'hide', id, INVENTED_NOW - 1000 + at, 1_000_000 + at);
  }

  private event(reader: number, action: string, paperId: string, time: number, at: number): InteractionEvent {
    const stamp = new Date(time).toISOString();
    const state = action === 'upvote' || action === 'save' || action === 'hide';
    return {
      ...TEMPLATE,
      id: `e${reader}-${at}-invented`,
      time: stamp,
      recordedtime: stamp,
      data: {
        action,
        target: { kind: 'paper', id: paperId },
        readerRef: this.refOf(reader),
        trust: 'server',
        ...(state ? { on: true } : {}),
      },
    } as InteractionEvent; // of a checked shape: see the template
  }
}

/** Checked once, since checking five million events would take longer than folding them. */
const TEMPLATE = interactionEventSchema.parse({
  specversion: '1.0',
  id: 'invented-template',
  source: '/invented',
  type: 'org.broadsheet.interaction.v1',
  time: new Date(INVENTED_NOW).toISOString(),
  recordedtime: new Date(INVENTED_NOW).toISOString(),
  dataschema: 'urn:broadsheet:schema:interaction:1',
  data: { action: 'open', target: { kind: 'paper', id: '2401.00000' }, readerRef: `r_${'0'.repeat(24)}`, trust: 'server' },
});

/** Numbers below `size`, the n-th with odds 1 / (n + 2.7). Source: Zipf-Mandelbrot. */
const zipf = (size: number, random: Random): (() => number) => {
  const sums = new Float64Array(size);
  for (let n = 0, sum = 0; n < size; n++) sums[n] = sum += 1 / (n + 2.7);
  return () => {
    const wanted = random() * sums[size - 1]!;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
};
