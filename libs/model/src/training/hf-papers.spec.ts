import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readHfPapers, readSubmissions } from './hf-papers.js';

const paper = {
  id: '2501.00001',
  title: 'A title',
  abstract: 'Words.',
  authors: ['Ann Lee', ''],
  publishedAt: '2025-01-01',
  listedOn: '2025-01-02',
  submitter: 'u00007',
  organization: { name: 'lab', fullName: null },
  keywords: ['models', ''],
  githubRepo: 'not a link',
  projectPage: null,
  upvotes: 12,
  upvotesAsOf: '2025-03-01T00:00:00Z',
};

describe('a folder in the layout of hf-papers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-hf-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (files: { papers?: readonly unknown[]; readings?: string; submissions?: string } = {}): Promise<void> => {
    const lines = (files.papers ?? [paper]).map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
    await writeFile(join(folder, 'papers.jsonl.gz'), gzipSync(lines.join('\n')));
    const readings = files.readings ?? 'paper_id,observed_at,upvotes,comments,source\n2501.00001,2025-01-02T09:00:00Z,3,,daily-api-a\n';
    await writeFile(join(folder, 'upvote_snapshots.csv.gz'), gzipSync(readings));
    const submissions = files.submissions ?? 'user,paper_id,submitted_on,submitted_at\nu00007,2501.00001,2025-01-02,\n';
    await writeFile(join(folder, 'submissions.csv.gz'), gzipSync(submissions));
  };

  it('is read: papers without what was known only later, readings, submissions', async () => {
    await write();
    const { papers, readings, submissions } = await readHfPapers(folder);
    expect(papers[0]).toMatchObject({
      paper: { id: '2501.00001', authors: ['Ann Lee'], topics: ['models'], upvotes: 0, submitter: 'u00007', organization: { name: 'lab' } },
      listedAt: Date.UTC(2025, 0, 2),
      matureUpvotes: 12,
    });
    expect(papers[0]!.paper.githubRepo).toBeUndefined();
    expect(readings).toEqual([{ paperId: '2501.00001', at: Date.UTC(2025, 0, 2, 9), upvotes: 3, source: 'daily-api-a' }]);
    expect(submissions).toEqual([{ user: 'u00007', paperId: '2501.00001', day: Date.UTC(2025, 0, 2) }]);
  });

  it('may have its columns in another order, and more of them', async () => {
    await write({ submissions: 'paper_id,note,submitted_on,user\n2501.00001,x,2025-01-02,u1\n' });
    expect((await readHfPapers(folder)).submissions).toEqual([{ user: 'u1', paperId: '2501.00001', day: Date.UTC(2025, 0, 2) }]);
  });

  it.each([
    { why: 'a broken line of papers', files: { papers: [paper, '{'] }, problem: /papers\.jsonl\.gz line 2/ },
    { why: 'a paper without a title', files: { papers: [{ ...paper, title: undefined }] }, problem: /papers\.jsonl\.gz line 1: title/ },
    {
      why: 'a paper with votes as of no day',
      files: { papers: [{ ...paper, upvotesAsOf: 'soon' }] },
      problem: /papers\.jsonl\.gz line 1: .*soon/,
    },
    {
      why: 'a missing column',
      files: { submissions: 'user,paper_id\nu1,p1\n' },
      problem: /submissions\.csv\.gz line 1: no column submitted_on/,
    },
    {
      why: 'a row cut short',
      files: { submissions: 'user,paper_id,submitted_on\nu1,p1\n' },
      problem: /submissions\.csv\.gz line 2: 2 cells/,
    },
    {
      why: 'a day that is none',
      files: { submissions: 'user,paper_id,submitted_on\nu1,p1,soon\n' },
      problem: /submissions\.csv\.gz line 2: "soon" is no date/,
    },
    {
      why: 'a count that is none',
      files: { readings: 'paper_id,observed_at,upvotes,source\np1,2025-01-02T09:00:00Z,many,x\n' },
      problem: /upvote_snapshots\.csv\.gz line 2: "many" is no count/,
    },
  ])('is refused by name and line for $why', async ({ files, problem }) => {
    await write(files);
    await expect(readHfPapers(folder)).rejects.toThrow(problem);
  });

  it('is told apart from a folder that has none of it', async () => {
    await expect(readHfPapers(folder)).rejects.toThrow(/papers\.jsonl\.gz/);
  });

  it('may bring submissions of its own in a plain file', async () => {
    const file = join(folder, 'held-back.csv');
    await writeFile(file, 'user,paper_id,submitted_on,submitted_at\nu1,p1,2025-01-02,\n');
    expect(await readSubmissions(file)).toEqual([{ user: 'u1', paperId: 'p1', day: Date.UTC(2025, 0, 2) }]);
  });
});
