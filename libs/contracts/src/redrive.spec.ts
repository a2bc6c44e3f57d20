import { asTaken, attemptsBefore, redriveHeaders } from './redrive.js';

const AT = Date.parse('2026-11-24T09:00:00.000Z');
const event = { id: 'event-1', recordedtime: '2026-11-01T09:00:00.000Z' };

describe('redrive headers', () => {
  it('keep the original headers and count the tries', () => {
    const once = redriveHeaders({ ce_id: 'event-1' }, 'interactions.v1/3/17', 1);
    expect(once).toMatchObject({ ce_id: 'event-1' });
    expect(attemptsBefore(once)).toBe(1);
  });

  it('name the first place, however often a record is redriven', () => {
    const twice = redriveHeaders(redriveHeaders({}, 'interactions.v1/3/17', 1), 'interactions.v1/3/99', 2);
    expect(Object.values(twice)).toContain('interactions.v1/3/17');
    expect(attemptsBefore(twice)).toBe(2);
  });

  it.each(['', 'many', '-1', '1.5', '1e99'])('count as none when they say %j', (broadsheet_attempts) => {
    expect(attemptsBefore({ broadsheet_attempts })).toBe(0);
  });
});

describe('asTaken', () => {
  it('leaves an event alone that was never redriven', () => {
    expect(asTaken(event, { headers: {}, timestamp: AT })).toBe(event);
  });

  it('dates a redriven event by when the log took it again', () => {
    const taken = asTaken(event, { headers: redriveHeaders({}, 'interactions.v1/3/17', 1), timestamp: AT });
    expect(taken).toEqual({ ...event, recordedtime: '2026-11-24T09:00:00.000Z' });
  });

  it('never makes an event earlier', () => {
    expect(asTaken(event, { headers: redriveHeaders({}, 'interactions.v1/3/17', 1), timestamp: 0 })).toBe(event);
  });
});
