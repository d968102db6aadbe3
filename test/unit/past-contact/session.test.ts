import { expect, test } from '@jest/globals';
import type { ListedContact } from '../../../src/aws/answers.ts';
import { endOf, membersOf, sessionOf } from '../../../src/past-contact/session.ts';

const ended = (minute: number) => new Date(minute * 60_000);

test('the session of a contact is its initial contact, which need not name itself', () => {
  const contacts = [{ Id: 'second', InitialContactId: 'first' }, { Id: 'first' }];
  expect(contacts.map(sessionOf)).toEqual(['first', 'first']);
});

const FIRST = { Id: 'first' };
const SECOND = { Id: 'second', InitialContactId: 'first' };
const LISTED = [
  { ContactId: 'first' },
  { ContactId: 'third', InitialContactId: 'first' },
  { ContactId: 'linked', InitialContactId: 'other' },
  { ContactId: 'first of another session' },
];
const ELSEWHERE = [{ ContactId: 'second', InitialContactId: 'other' }];
const CAPITALS = [
  { ContactId: 'SECOND', InitialContactId: 'first' },
  { ContactId: 'FIRST' },
  { ContactId: 'third', InitialContactId: 'FIRST' },
];

test.each<{ what: string; members: string[]; source: typeof FIRST; listed: ListedContact[] }>([
  { what: 'those of its initial contact', members: ['second', 'first', 'third'], source: SECOND, listed: LISTED },
  { what: 'the same for the initial contact', members: ['first', 'third'], source: FIRST, listed: LISTED },
  { what: 'the source where nothing is listed', members: ['second'], source: SECOND, listed: [] },
  { what: 'the source that is listed in another session', members: ['second'], source: SECOND, listed: ELSEWHERE },
  { what: 'the same in any letter case', members: ['second', 'FIRST', 'third'], source: SECOND, listed: CAPITALS },
])('the members of a session are $what', ({ members, source, listed }) => {
  expect(membersOf(source, listed).map(({ ContactId }) => ContactId)).toEqual(members);
});

test('the source is known from its description', () => {
  const source = { Id: 'first', Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: ended(5) } as const;
  const given = [{ ContactId: 'first', Channel: 'TASK', InitiationMethod: 'DISCONNECT' } as const];
  expect(membersOf(source, given)).toEqual([{ ...source, ContactId: 'first' }]);
});

test('a session ended with the newest of its members, once all have an end', () => {
  const endOfThose = (...ends: (Date | undefined | null)[]) =>
    endOf(ends.map(DisconnectTimestamp => ({ ContactId: 'any', DisconnectTimestamp }) as ListedContact));
  expect(endOfThose(ended(1), ended(3), ended(2))).toEqual(ended(3));
  expect(endOfThose(ended(3))).toEqual(ended(3));
  expect(endOfThose(ended(1), undefined, ended(2))).toBeUndefined();
  expect(endOfThose(ended(1), null, ended(2))).toBeUndefined();
});
