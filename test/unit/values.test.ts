import { expect, test } from '@jest/globals';
import { isContactId, isPathId, isSameContact, shownId } from '../../src/values.ts';

const [UUID, LONGEST] = ['a104cc36-9bbe-436b-a347-6be920106685', 'x'.repeat(256)];
test.each([
  { what: 'an id of Amazon Connect', ids: [UUID, 'A-1', LONGEST], inPath: true, fromOutside: true },
  { what: 'other text', ids: ['ä/?#%😀é'.repeat(32), 'a b', '$.x', '"a"', '...'], inPath: true, fromOutside: false },
  { what: 'no text', ids: ['', ' '], inPath: false, fromOutside: false },
  { what: 'another path', ids: ['.', '..'], inPath: false, fromOutside: false },
  {
    what: 'a control character',
    ids: ['a\nb', 'a\u0000', '\u007f', '\u0085', '\u009f'],
    inPath: false,
    fromOutside: false,
  },
  { what: 'a lone surrogate', ids: ['\ud800'], inPath: false, fromOutside: false },
  { what: 'more than the API reference allows', ids: [`${LONGEST}x`], inPath: false, fromOutside: false },
])(
  '$what can stand in a path: $inPath; come from outside AWS as an id: $fromOutside',
  ({ ids, inPath, fromOutside }) => {
    expect(ids.filter(id => isPathId(id) !== inPath || isContactId(id) !== fromOutside)).toEqual([]);
  },
);

test('letter case has no meaning in an id', () => {
  expect([isSameContact('a104CC36', 'A104cc36'), isSameContact('a104cc36', 'a104cc37')]).toEqual([true, false]);
});

test('an id is shown cut and well-formed', () => {
  expect([shownId('past'), shownId(`\ud800${'x'.repeat(40_000)}`)]).toEqual(['past', `\ufffd${'x'.repeat(255)}`]);
});
