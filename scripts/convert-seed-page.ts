/**
 * Rebuilds `data/seed-page/papers.jsonl` from the page dump. After a build:
 *
 *   node dist/scripts/convert-seed-page.js <folder with papers.jsonl and archive_matches.csv> [output file]
 *
 * The output depends on the input alone, so running it again changes nothing.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { daySchema, type Paper, paperSchema } from '#contracts';

const entrySchema = z.object({
  rank: z.int().min(1),
  title: z.string(),
  abstract: z.string(),
  authorCount: z.int().nullable(),
  organization: z.object({ name: z.string(), fullName: z.string() }).nullable(),
  publishedAt: daySchema,
  comments: z.int(),
});
type Entry = z.output<typeof entrySchema>;

/**
 * Topics that the page does not give: a topic is set when one of its words occurs in title or abstract. Kept small and plain on
 * purpose; the README says that they are derived.
 */
const topicWords: Readonly<Record<string, RegExp>> = {
  attention: /\battention(al)?\b/i,
  transformers: /\btransformers?\b/i,
  'language models': /\b(language models?|language modell?ing|LLMs?)\b/i,
  'long context': /\blong[- ](context|sequences?|range)\b|\bcontext length\b/i,
  'sparse attention': /\bsparse(ly)?[- ]attention\b|\battention sparsity\b|\bsub-?quadratic\b/i,
  'image generation': /\b(image|text-to-image) (generation|animation|synthesis)\b|\bcustomized image\b/i,
  diffusion: /\bdiffusion\b/i,
  'computer vision': /\b(vision|images?|videos?|visual)\b/i,
  video: /\bvideos?\b/i,
  retrieval: /\bretrieval\b|\bembedding models?\b/i,
  speech: /\bspeech\b|\baudio\b/i,
  multimodal: /\bmulti-?modal(ity|ities)?\b|\bvision-language\b/i,
  'mixture of experts': /\bmixture[- ]of[- ](experts|head)/i,
  recommendation: /\brecommend(ation|er)/i,
  // Nearly every abstract names a benchmark, so only the title (the first line) counts.
  benchmarks: /^.*\b(benchmark(s|ing)?|dataset)\b/i,
  interpretability: /\binterpretab(le|ility)\b|\bmechanistic(ally)?\b|\bexplanations?\b/i,
  graphs: /\bgraph[- ](structured|neural|data)/i,
  reasoning: /\breasoning\b/i,
  'recurrent networks': /\brecurrent\b|\bRNNs?\b/i,
};

const topicsOf = (text: string): string[] => Object.entries(topicWords).flatMap(([topic, words]) => (words.test(text) ? [topic] : []));

const idOf = (rank: number): string => `bs-${String(rank).padStart(4, '0')}`;

/** `rank,title,arxiv_id,upvotes,upvotes_as_of`; titles may be quoted, the other columns hold no commas. */
const readAliases = (csv: string): ReadonlyMap<number, string> =>
  new Map(
    csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [rank, arxivId] = [line.slice(0, line.indexOf(',')), line.split(',').at(-3)];
        if (arxivId === undefined) throw new Error(`no arXiv id in: ${line}`);
        return [Number(rank), arxivId];
      }),
  );

const paperOf = (entry: Entry, alias: string | undefined): Paper =>
  paperSchema.parse({
    id: idOf(entry.rank),
    title: entry.title,
    abstract: entry.abstract,
    ...(entry.authorCount === null ? {} : { authorCount: entry.authorCount }),
    publishedAt: entry.publishedAt,
    ...(entry.organization === null ? {} : { organization: entry.organization }),
    topics: topicsOf(`${entry.title}\n${entry.abstract}`),
    comments: entry.comments,
    ...(alias === undefined ? {} : { aliases: [alias] }),
    source: 'seed',
  });

const [folder, output = 'data/seed-page/papers.jsonl'] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: convert-seed-page <folder with papers.jsonl and archive_matches.csv> [output file]');
  process.exit(2);
}
const aliases = readAliases(await readFile(join(folder, 'archive_matches.csv'), 'utf8'));
const entries = (await readFile(join(folder, 'papers.jsonl'), 'utf8')).trimEnd().split('\n');
const papers = entries.map((line) => entrySchema.parse(JSON.parse(line))).map((entry) => paperOf(entry, aliases.get(entry.rank)));
await writeFile(output, papers.map((paper) => `${JSON.stringify(paper)}\n`).join(''));
console.log(`${papers.length} papers, ${papers.filter((paper) => paper.aliases.length > 0).length} with an alias -> ${output}`);
