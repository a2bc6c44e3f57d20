import fc from 'fast-check';
import { type PaperId, paperSchema } from '#contracts';
import type { Checkpoint } from '#persistence';
import { Connector, type ConnectorItem } from './connector.js';
import { CheckpointStore, PaperSink, type Refusal, runConnector, type SourceChange } from './run-connector.js';

const paper = (id: string) => paperSchema.parse({ id, title: 'T', publishedAt: '2025-10-27', source: 'test' });

/** Items 0 to n-1, each with a checkpoint; breaks before item `breaksAt`. */
class ListConnector extends Connector {
  readonly name = 'list';
  readonly scope = 'test';

  constructor(
    private readonly kinds: readonly ('paper' | 'withdrawn' | 'refused')[],
    private readonly breaksAt = Infinity,
  ) {
    super();
  }

  fraction(): null {
    return null;
  }

  async *read(checkpoint: Checkpoint | null): AsyncIterable<ConnectorItem> {
    for (const [n, kind] of this.kinds.entries()) {
      if (n < Number(checkpoint?.['next'] ?? 0)) continue;
      if (n === this.breaksAt) throw new Error('the source broke');
      const common = { checkpoint: { next: n + 1 }, origin: { file: 'list', item: n } };
      if (kind === 'paper') yield { kind, paper: paper(`p${n}`), ...common };
      else if (kind === 'withdrawn') yield { kind, paperId: `p${n}` as PaperId, ...common };
      else yield { kind, problems: [{ field: 'title', rule: 'must not be empty' }], ...common };
    }
  }
}

class MemorySink extends PaperSink {
  readonly ids: string[] = [];
  failsAfter = Infinity;

  async put(changes: readonly SourceChange[]): Promise<readonly Refusal[]> {
    if (this.ids.length + changes.length > this.failsAfter) throw new Error('the log is away');
    this.ids.push(...changes.map((change) => (change.kind === 'paper' ? change.paper.id : `-${change.paperId}`)));
    return [];
  }
}

class MemoryCheckpoints extends CheckpointStore {
  saved: Checkpoint | null = null;

  async load(): Promise<Checkpoint | null> {
    return this.saved;
  }

  async save(_connector: string, _scope: string, checkpoint: Checkpoint): Promise<void> {
    this.saved = checkpoint;
  }
}

const setup = () => {
  const sink = new MemorySink();
  const checkpoints = new MemoryCheckpoints();
  const refused: Refusal[] = [];
  const run = (connector: Connector, restart = false) =>
    runConnector({
      connector,
      sink,
      checkpoints,
      restart,
      batch: 4,
      signal: new AbortController().signal,
      observer: { progress: () => undefined, refused: (refusal) => refused.push(refusal) },
    });
  return { sink, checkpoints, refused, run };
};

describe('runConnector', () => {
  it('publishes in order, counts, and tells what was refused and where', async () => {
    const { sink, refused, run } = setup();
    expect(await run(new ListConnector(['paper', 'refused', 'withdrawn', 'paper']))).toEqual({
      papers: 2,
      withdrawn: 1,
      refused: 1,
      failure: null,
    });
    expect(sink.ids).toEqual(['p0', '-p2', 'p3']);
    expect(refused.map(({ origin }) => origin.item)).toEqual([1]);
  });

  it('saves no checkpoint before the papers of it are durable', async () => {
    const { sink, checkpoints, run } = setup();
    sink.failsAfter = 5;
    expect(await run(new ListConnector(Array(9).fill('paper')))).toMatchObject({ papers: 4, failure: { message: 'the log is away' } });
    expect(checkpoints.saved).toEqual({ next: 4 });
  });

  it('loads nothing a second time, and everything with restart', async () => {
    const { sink, run } = setup();
    const connector = new ListConnector(['paper', 'paper']);
    await run(connector);
    expect(await run(connector)).toEqual({ papers: 0, withdrawn: 0, refused: 0, failure: null });
    await run(connector, true);
    expect(sink.ids).toEqual(['p0', 'p1', 'p0', 'p1']);
  });

  it('goes on after a break without a loss or a repeat, wherever it broke', async () => {
    const kinds = fc.array(fc.constantFrom('paper' as const, 'withdrawn' as const, 'refused' as const), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(30), async (items, breaksAt) => {
        const { sink, run } = setup();
        const broken = await run(new ListConnector(items, breaksAt));
        expect(broken.failure === null).toBe(breaksAt >= items.length);
        const rest = await run(new ListConnector(items));
        expect(broken.papers + rest.papers).toBe(items.filter((kind) => kind === 'paper').length);
        const expected = items.flatMap((kind, n) => (kind === 'refused' ? [] : [kind === 'paper' ? `p${n}` : `-p${n}`]));
        expect(sink.ids).toEqual(expected);
      }),
    );
  });
});
