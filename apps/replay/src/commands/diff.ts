import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { exitCodes, UsageError, type ReplayCommand } from '../cli/command.js';
import { parseOptions } from '../cli/parse-options.js';
import { Progress } from '../cli/progress.js';
import { compareRuns, type ComparedRequest, type ComparisonOptions } from '../comparison/compare-runs.js';
import { comparisonFiles, likenessMeasures, slateComparisonSchema } from '../comparison/comparison-result.js';
import { comparisonText } from '../comparison/comparison-text.js';
import { brokenLikeness, DEEPEST, parseLikenessAssertion, type LikenessAssertion } from '../comparison/likeness-assertion.js';
import { csvLine } from '../evaluation/csv-line.js';
import { sideNames, type SideName } from '../evaluation/evaluation-result.js';
import { canonicalJson } from '../files/canonical-json.js';
import { readWhole } from '../stream/selection/moments.js';

const help = `npm run replay -- diff DIR_A DIR_B [options]: how differently two runs answer the same requests.

Reads the two run directories and nothing else; requests are the same when moment and requestId are. For two sides of one run give its directory twice
and --sides. Tells, over all requests and by surface: overlap@K (share of the first K in both), RBO (agreement at every depth, the top most), Kendall's tau, how far
papers moved in places and in score, and how many answers are the same; then the papers that gained or lost most.

  --sides FIRST,SECOND  served, a or b of each run (default a,a)
  --k N                 places that overlap looks at (default 10)
  --out DIR             where the files go (default DIR_B)
  --assert LINE         may be repeated; exit code 4 names each line that does not hold. MEASURE[.least|.most][[surface=NAME]] OP NUMBER, where MEASURE is
                        overlap[@K], rbo, tau, rankChange, scoreChange or same, its mean unless least or most is said, and OP one of >= <= > < ==; overlap@K is --k K

Writes ${comparisonFiles.json} (with distributions, changes over time and movers) and ${comparisonFiles.csv} (a line each request).

  npm run replay -- diff runs/monday runs/tuesday
  npm run replay -- diff runs/half-lives runs/half-lives --sides a,b --k 20
  npm run replay -- diff runs/before runs/after --assert 'overlap@10>=0.9' --assert 'tau[surface=for-you]>=0.8'`;

interface DiffOrder extends ComparisonOptions {
  readonly out: string;
  readonly assertions: readonly LikenessAssertion[];
}

const specs = {
  sides: { type: 'string', default: 'a,a' },
  k: { type: 'string' },
  out: { type: 'string' },
  assert: { type: 'string', multiple: true, default: [] as string[] },
} as const;

const DEFAULT_K = 10;

/** @throws {UsageError} */
export const readDiffOrder = (args: readonly string[]): DiffOrder => {
  const { values, positionals } = parseOptions(args, specs, 2);
  const [first, second] = positionals;
  if (first === undefined || second === undefined) throw new UsageError('DIR_A and DIR_B are needed: two directories that run wrote');
  const [one, two] = sidesOf(values.sides);
  const assertions = values.assert.map(assertionOf);
  const k = depthOf(values.k, assertions);
  return { first: { directory: first, side: one }, second: { directory: second, side: two }, k, out: values.out ?? second, assertions };
};

const assertionOf = (line: string): LikenessAssertion => {
  const read = parseLikenessAssertion(line);
  if (typeof read === 'string') throw new UsageError(`--assert ${read}`);
  return read;
};

/** Overlap is taken at one depth: that of `--k`, else the one that an assertion names. */
const depthOf = (given: string | undefined, assertions: readonly LikenessAssertion[]): number => {
  const named = assertions.flatMap(({ k }) => k ?? []);
  const k = given === undefined ? (named[0] ?? DEFAULT_K) : readWhole('--k', given, { least: 1, most: DEEPEST });
  const other = assertions.find((each) => each.k !== null && each.k !== k);
  if (other !== undefined) throw new UsageError(`--assert ${other.text}: overlap is taken at ${k}, and one diff has one depth`);
  return k;
};

const sidesOf = (text: string): [SideName, SideName] => {
  const sides = text.split(',').map((word) => sideNames.find((known) => known === word.trim()));
  const [first, second] = sides;
  if (sides.length !== 2 || first === undefined || second === undefined)
    throw new UsageError(`--sides ${text}: must be two of ${sideNames.join(', ')}, such as a,b`);
  return [first, second];
};

export const diffCommand: ReplayCommand = {
  name: 'diff',
  summary: 'compares two runs, or two sides of one, request by request',
  help,
  async run(args, { print, say }) {
    const order = readDiffOrder(args);
    await mkdir(order.out, { recursive: true });
    const progress = new Progress(say);
    const lines = new RequestLines(join(order.out, comparisonFiles.csv));
    let count = 0;
    const comparison = await compareRuns(order, async (compared) => {
      progress.update(++count, null, 'requests');
      await lines.write(compared);
    });
    await lines.end();
    progress.end();
    await writeFile(join(order.out, comparisonFiles.json), `${canonicalJson(slateComparisonSchema)(comparison)}\n`);
    print(comparisonText(comparison));
    const complaints = order.assertions.flatMap((assertion) => brokenLikeness(assertion, comparison) ?? []);
    for (const complaint of complaints) say(complaint);
    return complaints.length > 0 ? exitCodes.assertion : exitCodes.done;
  },
};

/** `diff.csv`, written as requests are compared. */
class RequestLines {
  private readonly file;

  constructor(path: string) {
    this.file = createWriteStream(path);
    this.file.write(csvLine(['at', 'requestId', 'surface', 'slotsFirst', 'slotsSecond', ...likenessMeasures]));
  }

  async write({ request, slots, likeness }: ComparedRequest): Promise<void> {
    const line = csvLine([
      request.at,
      request.requestId,
      request.surface,
      ...slots,
      ...likenessMeasures.map((measure) => likeness[measure]),
    ]);
    if (!this.file.write(line)) await once(this.file, 'drain');
  }

  async end(): Promise<void> {
    this.file.end();
    await finished(this.file);
  }
}
