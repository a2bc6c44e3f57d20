import fc from 'fast-check';
import { type Paper, type PaperId, paperSchema } from '#contracts';
import { Catalogue } from './catalogue.js';

const paper = (id: string, more: object = {}): Paper =>
  paperSchema.parse({ id, title: `Paper ${id}`, publishedAt: '2025-10-27', source: 'test', ...more });
const id = (text: string): PaperId => text as PaperId;
const empty = (): Catalogue => new Catalogue({ cardCacheBytes: 1_000_000 });

describe('the catalogue', () => {
  it('finds a paper by id and alias until it is withdrawn', () => {
    const catalogue = empty();
    catalogue.fold(id('a'), paper('a', { aliases: ['2001.00001'] }), 1n);
    expect(catalogue.canonical(id('2001.00001'))).toBe('a');
    catalogue.fold(id('a'), null, 2n);
    expect(catalogue.find(id('a'))).toBeUndefined();
    expect(catalogue.find(id('2001.00001'))).toBeUndefined();
    expect([catalogue.size, catalogue.bytes, catalogue.newest(0, 10)]).toEqual([0, 0, []]);
  });

  it('forgets the aliases, day and card of the record that was replaced', () => {
    const catalogue = empty();
    catalogue.fold(id('a'), paper('a', { aliases: ['old'], listedOn: '2025-10-01' }), 1n);
    expect(catalogue.cardJson(id('a'))).toContain('Paper a');
    catalogue.fold(id('a'), paper('a', { title: 'New', aliases: ['new'], listedOn: '2025-10-02' }), 2n);
    expect(catalogue.canonical(id('old'))).toBeUndefined();
    expect(catalogue.canonical(id('new'))).toBe('a');
    expect(catalogue.onDays(['2025-10-01', '2025-10-02'])).toEqual(['a']);
    expect(catalogue.cardJson(id('a'))).toContain('"title":"New"');
  });

  it('an own id goes before an alias of the same spelling', () => {
    const catalogue = empty();
    catalogue.fold(id('a'), paper('a', { aliases: ['b'] }), 1n);
    catalogue.fold(id('b'), paper('b'), 2n);
    expect(catalogue.canonical(id('b'))).toBe('b');
  });

  it('gives an alias of two papers to the lowest id, whichever came first, and to the other when that one goes', () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const catalogue = empty();
      order.forEach((one, offset) => catalogue.fold(id(one), paper(one, { aliases: ['both'] }), BigInt(offset)));
      expect(catalogue.canonical(id('both'))).toBe('a');
      expect(catalogue.claimants(id('both')).map((one) => one.id)).toEqual(['a', 'b']);
      catalogue.fold(id('a'), null, 7n);
      expect(catalogue.canonical(id('both'))).toBe('b');
      catalogue.fold(id('b'), null, 8n);
      expect(catalogue.find(id('both'))).toBeUndefined();
    }
  });

  it('gives an arXiv id of a seed entry to the paper that comes under it later, and back when it is withdrawn', () => {
    const catalogue = empty();
    catalogue.fold(id('bs-1'), paper('bs-1', { aliases: ['2310.01234'], source: 'seed' }), 1n);
    expect(catalogue.cardJson(id('2310.01234'))).toContain('Paper bs-1');
    catalogue.fold(id('2310.01234'), paper('2310.01234', { source: 'hub' }), 2n);
    expect(catalogue.canonical(id('2310.01234'))).toBe('2310.01234');
    expect(catalogue.cardJson(id('2310.01234'))).toContain('Paper 2310.01234');
    catalogue.fold(id('2310.01234'), null, 3n);
    expect(catalogue.canonical(id('2310.01234'))).toBe('bs-1');
    expect(catalogue.cardJson(id('2310.01234'))).toContain('Paper bs-1');
  });

  it('ends in the same state whatever order and repetition records come in', () => {
    const record = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      day: fc.constantFrom('2025-10-01', '2025-10-02'),
      withdrawn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (records, randoms) => {
        const stated = records.map(({ key, day, withdrawn }, offset) => ({
          key: id(key),
          paper: withdrawn ? null : paper(key, { listedOn: day, title: `T${offset}`, aliases: ['shared', `own-${key}`, 'b'] }),
          offset: BigInt(offset),
        }));
        const shuffled = [...stated, ...stated]
          .map((one) => ({ one, at: randoms.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at)
          .map(({ one }) => one);
        const [straight, other] = [empty(), empty()];
        for (const one of stated) straight.fold(one.key, one.paper, one.offset);
        for (const one of shuffled) other.fold(one.key, one.paper, one.offset);
        const picture = (catalogue: Catalogue) => [
          catalogue.size,
          catalogue.bytes,
          catalogue.newest(0, 10),
          [...catalogue.all()].map(({ title }) => title),
          ['a', 'b', 'shared', 'own-c'].map((one) => catalogue.canonical(id(one))),
        ];
        expect(picture(other)).toEqual(picture(straight));
      }),
    );
  });

  it('pages like one long list', () => {
    const catalogue = empty();
    for (let index = 0; index < 50; index++)
      catalogue.fold(
        id(`p${index}`),
        paper(`p${index}`, { listedOn: `2025-10-${String(1 + (index % 9)).padStart(2, '0')}` }),
        BigInt(index),
      );
    const whole = catalogue.newest(0, 1_000);
    expect(whole).toEqual([...catalogue.all()].map((one) => one.id));
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), (from, limit) =>
        expect(catalogue.newest(from, limit)).toEqual(whole.slice(from, from + limit)),
      ),
    );
  });
});
