import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { attributeNames } from './attribute-names.js';

/** Names in the conventions as they stand, without those that were replaced. */
const known = new Set(
  Object.entries(conventions)
    .filter(([constant]) => constant.startsWith('ATTR_'))
    .map(([, name]) => name as unknown),
);

describe('attributeNames', () => {
  it('are those of the semantic conventions, or ours', () => {
    expect(Object.values(attributeNames).filter((name) => !known.has(name) && !name.startsWith('broadsheet.'))).toEqual([]);
  });
});
