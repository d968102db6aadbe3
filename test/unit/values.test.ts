import { expect, test } from '@jest/globals';
import { isContactId, isPathId } from '../../src/values.ts';

const [UUID, LONGEST] = ['a104cc36-9bbe-436b-a347-6be920106685', 'x'.repeat(256)];
test.each([
  { what: 'an id of Amazon Connect', ids: [UUID, 'A-1', LONGEST], path: true, outside: true },
  { what: 'other text', ids: ['ä/?#%😀é'.repeat(32), 'a b', '$.x', '"a"', '...'], path: true, outside: false },
  { what: 'no text', ids: ['', ' '], path: false, outside: false },
  { what: 'another path', ids: ['.', '..'], path: false, outside: false },
  { what: 'a control character', ids: ['a\nb', 'a\u0000', '\u007f', '\u0085', '\u009f'], path: false, outside: false },
  { what: 'a lone surrogate', ids: ['\ud800'], path: false, outside: false },
  { what: 'more than the API reference allows', ids: [`${LONGEST}x`], path: false, outside: false },
])('$what can stand in a path: $path; come from outside AWS as an id: $outside', ({ ids, path, outside }) => {
  expect(ids.filter(id => isPathId(id) !== path || isContactId(id) !== outside)).toEqual([]);
});
