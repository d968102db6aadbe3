import type { AssociatedContactSummary } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { endOf, membersOf, type SessionMember, sessionOf } from '../../src/past-contact/session.ts';

const ended = (minute: number) => new Date(minute * 60_000);

test.each(['first', undefined, null])('of the initial contact %j, the session is the first', initial => {
  expect(sessionOf({ Id: initial ? 'second' : 'first', InitialContactId: initial as string })).toBe('first');
});

const FIRST = { Id: 'first' };
const SECOND = { Id: 'second', InitialContactId: 'first' };
const LISTED = [
  ...[{ ContactId: 'first' }, { ContactId: 'third', InitialContactId: 'first' }, { InitialContactId: 'first' }],
  ...[{ ContactId: 'linked', InitialContactId: 'other' }, { ContactId: 'first of another session' }],
];
const ELSEWHERE = [{ ContactId: 'second', InitialContactId: 'other' }];
const CAPITALS = [
  ...[{ ContactId: 'SECOND', InitialContactId: 'first' }, { ContactId: 'FIRST' }],
  { ContactId: 'third', InitialContactId: 'FIRST' },
];

test.each<[string, string[], typeof FIRST, AssociatedContactSummary[]]>([
  ['those with its initial contact, and that one, which names none', ['second', 'first', 'third'], SECOND, LISTED],
  ['the same for the initial contact', ['first', 'third'], FIRST, LISTED],
  ['the source where nothing is listed', ['second'], SECOND, []],
  ['the source where it is listed in another session', ['second'], SECOND, ELSEWHERE],
  ['the same in any letter case', ['second', 'FIRST', 'third'], SECOND, CAPITALS],
])('the members of a session are %s: %j', (_, members, source, given) => {
  expect(membersOf(source, given).map(({ ContactId }) => ContactId)).toEqual(members);
});

test('the source is known from its description', () => {
  const source = { Id: 'first', Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: ended(5) } as const;
  const given = [{ ContactId: 'first', Channel: 'TASK', InitiationMethod: 'DISCONNECT' } as const];
  expect(membersOf(source, given)).toEqual([{ ...source, ContactId: 'first' }]);
});

test.each<[Date | undefined, (Date | undefined | null)[]]>([
  [ended(3), [ended(1), ended(3), ended(2)]],
  [ended(3), [ended(3)]],
  [undefined, [ended(1), undefined, ended(2)]],
  [undefined, [ended(1), null, ended(2)]],
])('the end of a session, %p, is the newest of its members, once all have one: %j', (end, ends) => {
  const members = ends.map(DisconnectTimestamp => ({ ContactId: 'any', DisconnectTimestamp }) as SessionMember);
  expect(endOf(members)).toEqual(end);
});
