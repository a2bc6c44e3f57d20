import type { StreamSummary } from '../files/run-files.js';
import { notRankedText } from './run-text.js';

const stream = (fields: Partial<StreamSummary>): StreamSummary => ({
  records: {},
  actions: {},
  lateness: [],
  positions: [],
  hours: {},
  ...fields,
});

describe('what a run says of answers that it passed over', () => {
  it('is nothing where all were ranked', () => {
    expect(notRankedText(stream({ records: { 'feed.served.v1': { kept: 3 } } }))).toBeNull();
  });

  it('is how many of each cause, and examples with place, request and rule', () => {
    const text = notRankedText(
      stream({
        records: { 'feed.served.v1': { kept: 3, 'not-askable': 12, unreadable: 1 } },
        notRanked: [
          { at: 'feed.served.v1/3/17', requestId: 'request-17', cause: 'not-askable', says: 'query.limit is required' },
          { at: 'feed.served.v1/4/2', requestId: null, cause: 'unreadable', says: 'data is required' },
        ],
      }),
    );
    expect(text?.split('\n')).toEqual([
      'not ranked again, and in none of the files but stream.json:',
      '  12 x not-askable: the query that it logged breaks the schema of requests, so it can not be asked again',
      '  1 x unreadable: breaks the schema of feed.served.v1',
      '    feed.served.v1/3/17  request-17  query.limit is required',
      '    feed.served.v1/4/2  data is required',
    ]);
  });
});
