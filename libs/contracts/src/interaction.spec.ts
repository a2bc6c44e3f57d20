import fc from 'fast-check';
import { actions, interactionDataSchema, interactionInputSchema, isStateAction, targetsOf, type Action } from './interaction.js';
import { parseWith } from './parsing.js';

const readerRef = `r_${'a'.repeat(43)}`;
const targetIds = { paper: '2310.01234', author: 'Ada Lovelace', topic: 'attention', org: 'acme', reader: readerRef } as const;

const validFor = (action: Action) => ({
  action,
  target: { kind: targetsOf[action][0]!, id: targetIds[targetsOf[action][0]!] },
  ...(isStateAction(action) ? { on: true } : {}),
  ...(action === 'rate' ? { value: 4 } : action === 'dwell' ? { value: 12.5 } : {}),
});

describe('an interaction', () => {
  it('knows the 14 actions of the design, seven that set a state and seven that happened', () => {
    expect(actions).toHaveLength(14);
    expect(actions.filter(isStateAction)).toHaveLength(7);
  });

  it.each(actions)('takes a well-formed %s from a client and from the log', (action) => {
    expect(parseWith(interactionInputSchema, validFor(action))).toMatchObject({ ok: true });
    expect(parseWith(interactionDataSchema, { ...validFor(action), readerRef, trust: 'server' })).toMatchObject({ ok: true });
  });

  it.each([
    { why: 'an unknown action', change: { action: 'like' }, field: 'action', rule: 'must be one of upvote' },
    { why: 'a state action without on', change: { on: undefined }, field: 'on', rule: 'is required for upvote' },
    { why: 'an occurrence with on', change: { action: 'open' }, field: 'on', rule: 'is not allowed for open' },
    {
      why: 'a target of the wrong kind',
      change: { target: { kind: 'topic', id: 'x' } },
      field: 'target.kind',
      rule: 'must be paper for upvote',
    },
    {
      why: 'a target of no kind',
      change: { target: { kind: 'planet', id: 'x' } },
      field: 'target.kind',
      rule: 'must have a kind of paper',
    },
    { why: 'a paper id with a quote', change: { target: { kind: 'paper', id: `23'10` } }, field: 'target.id', rule: 'must be 1 to 128' },
    { why: 'a rating of six stars', change: { action: 'rate', value: 6 }, field: 'value', rule: 'must be 1 to 5 stars' },
    { why: 'a negative dwell', change: { action: 'dwell', on: undefined, value: -1 }, field: 'value', rule: 'must be 0 to 86400 seconds' },
    {
      why: 'a reader who is a paper',
      change: { action: 'seed', self: true },
      field: 'self',
      rule: 'is only allowed for seed of an author',
    },
    { why: 'a field nobody knows', change: { colour: 'red' }, field: 'colour', rule: 'is not a field of an interaction' },
    { why: 'a time that is no time', change: { time: 'yesterday' }, field: 'time', rule: 'must be an RFC 3339' },
    { why: 'a negative position', change: { position: -1 }, field: 'position', rule: 'must not be negative' },
  ])('refuses $why and names the field', ({ change, field, rule }) => {
    const parsed = parseWith(interactionInputSchema, { ...validFor('upvote'), ...change });
    expect(parsed.ok ? [] : parsed.problems).toContainEqual(expect.objectContaining({ field, rule: expect.stringContaining(rule) }));
  });

  it('drops fields of later schema versions when read from the log', () => {
    const parsed = parseWith(interactionDataSchema, { ...validFor('save'), readerRef, trust: 'client', addedIn2027: true });
    expect(parsed.ok && parsed.value).not.toHaveProperty('addedIn2027');
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (input) => typeof parseWith(interactionInputSchema, input).ok === 'boolean'));
  });
});
