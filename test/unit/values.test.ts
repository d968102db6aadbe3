import { expect, test } from '@jest/globals';
import { isContactId, isPathId, isSameContact, shownId } from '../../src/values.ts';

test.each<[string, string[], boolean, boolean]>([
  ['an id of Amazon Connect', ['a104cc36-9bbe-436b-a347-6be920106685', 'A-1', 'x'.repeat(256)], true, true],
  ['any other text up to that length', ['ä/?#%😀é'.repeat(32), 'a b', '$.x', '"a"', '...', '\ufffd'], true, false],
  ['no text', ['', ' '], false, false],
  ['another path', ['.', '..'], false, false],
  ['what no path can carry', ['\ud800', 'a\nb', 'a\u0000', '\u007f', '\u0085', '\u009f'], false, false],
  ['what is longer than the API reference allows', ['x'.repeat(257)], false, false],
])('%s can stand in a path, or come from outside AWS as an id: %j', (_, ids, inPath, fromOutside) => {
  expect(ids.map(id => [id, isPathId(id), isContactId(id)])).toEqual(ids.map(id => [id, inPath, fromOutside]));
});

test('letter case has no meaning in an id', () => {
  expect([isSameContact('a104CC36', 'A104cc36'), isSameContact('a104cc36', 'a104cc37')]).toEqual([true, false]);
});

test('an id is shown cut and well-formed', () => {
  expect([shownId('past'), shownId(`\ud800${'x'.repeat(40_000)}`)]).toEqual(['past', `\ufffd${'x'.repeat(255)}`]);
});
