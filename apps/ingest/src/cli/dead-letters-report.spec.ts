import { dataSchemas, eventTypes } from '#contracts';
import type { SurveyedLetter } from '../dead-letters/survey.js';
import { countText, letterJson, letterText, listText, RedriveReport, valueText } from './dead-letters-report.js';

const surveyed = (
  fields: { readonly message?: string; readonly value?: string | null; readonly state?: SurveyedLetter['state'] } = {},
): SurveyedLetter => ({
  letter: {
    partition: 1,
    offset: 4n,
    event: {
      specversion: '1.0',
      id: 'dl:archive:interactions.v1:3:17',
      source: 'urn:broadsheet:archive',
      type: eventTypes.deadLetter,
      time: '2026-11-24T09:00:00.000Z',
      recordedtime: '2026-11-24T09:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: dataSchemas.deadLetter,
      data: {
        original: {
          topic: 'interactions.v1',
          partition: 3,
          offset: '17',
          timestamp: '2026-11-24T08:59:59.000Z',
          key: 'r_abcdefghijklmnopqrstuv',
          value: fields.value ?? null,
          headers: { ce_id: 'event-1' },
        },
        consumer: 'archive',
        code: 'RECORD_INVALID',
        message: fields.message ?? 'data.action must be one of upvote, save',
        attempts: 2,
      },
    },
  },
  state: fields.state ?? null,
});

const done: SurveyedLetter['state'] = {
  begunAt: new Date('2026-11-24T10:00:00Z'),
  doneAt: new Date('2026-11-24T10:00:01Z'),
  to: { partition: 3, offset: 99n },
};

describe('the report of dead letters', () => {
  it('lists a letter in one line: when, why, whose, where, how often, how far', () => {
    expect(listText([surveyed()]).split('\n')[1]).toBe(
      '2026-11-24T09:00:00.000Z  RECORD_INVALID  archive   interactions.v1/3/17  2         parked  dl:archive:interactions.v1:3:17',
    );
    expect(listText([surveyed({ state: done })])).toContain('redriven');
    expect(listText([surveyed({ state: { ...done, doneAt: null, to: null } })])).toContain('begun');
    expect(listText([])).toBe('no dead letters');
  });

  it('shows one with all that is known, its value laid out', () => {
    const original = { key: 'r_abcdefghijklmnopqrstuv', value: Buffer.from('{"a":1}'), headers: { ce_id: 'event-1' } };
    const text = letterText(surveyed({ state: done }), original);
    for (const fact of [
      'RECORD_INVALID: data.action',
      'interactions.v1/3/17',
      'attempt 2',
      'ce_id: event-1',
      'interactions.v1/3/99',
      '"a": 1',
    ])
      expect(text).toContain(fact);
    expect(letterText(surveyed(), null)).toContain('the log has removed the record');
  });

  it('lets no value steer the terminal', () => {
    const escape = '\u001b[31mred\u001b[0m \u009b2J \u202eabc';
    const steering = /[\u001b\u009b\u202e]/;
    expect(valueText(Buffer.from(escape))).not.toMatch(steering);
    expect(letterText(surveyed({ message: escape }), { key: escape, value: null, headers: { name: escape } })).not.toMatch(steering);
  });

  it('gives bytes that are no text as base64, and cuts what is long', () => {
    expect(valueText(Buffer.from([0xff, 0xfe]))).toContain('//4=');
    expect(valueText(Buffer.from('x'.repeat(60_000))).length).toBeLessThan(17_000);
  });

  it('gives programs the facts without the bytes', () => {
    const json = letterJson(surveyed({ value: 'eyJhIjoxfQ==', state: done }));
    expect(json).toMatchObject({ state: 'redriven', redrivenTo: 'interactions.v1/3/99', attempts: 2 });
    expect(JSON.stringify(json)).not.toContain('eyJhIjoxfQ==');
  });

  it('counts by class', () => {
    const counts = [{ code: 'RECORD_INVALID', topic: 'interactions.v1', consumer: 'archive', parked: 3, redriven: 1, oldest: null }];
    expect(countText(counts).split('\n')[1]).toBe('RECORD_INVALID  interactions.v1  archive   3       1');
  });

  it('says after a run what was done, and why the rest was left', () => {
    const report = new RedriveReport();
    for (const outcome of ['redriven', 'redriven', 'already-redriven', 'superseded'] as const) report.add(outcome);
    expect(report.text(false)).toBe('2 redriven, 1 were before\n  1 left: a newer record of this paper has replaced it');
    expect(report.text(true)).toContain('nothing was written');
  });
});
