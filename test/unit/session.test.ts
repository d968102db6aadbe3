import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { endOf, membersOf, type SessionMember, sessionOf } from '../../src/past-contact/session.ts';

const ended = (minute: number) => new Date(minute * 60_000);
const chat = { Channel: 'CHAT', InitiationMethod: 'TRANSFER' } as const;
const ids = (members: SessionMember[]) => members.map(({ ContactId }) => ContactId);

test.each<[string, Contact]>([
  ['first', { Id: 'second', InitialContactId: 'first' }],
  ['first', { Id: 'second', InitialContactId: ' first ' }],
  ['first', { Id: 'first' }],
  ['first', { Id: 'first', InitialContactId: ' ' }],
  ['first', { Id: 'first', InitialContactId: null as never }],
])('the session is %s of %j', (session, contact) => {
  expect(sessionOf(contact)).toBe(session);
});

describe('the members of a session', () => {
  const first = { Id: 'first' };
  const second = { Id: 'second', InitialContactId: 'first' };
  const capital = { Id: 'C2', InitialContactId: 'c1' };
  const listed = [
    ...[{ ContactId: 'first' }, { ContactId: 'third', InitialContactId: 'first' }, { InitialContactId: 'first' }],
    ...[{ ContactId: 'linked', InitialContactId: 'other' }, { ContactId: 'first of another session' }],
  ];
  const inCapitals = [
    { ContactId: 'c2', InitialContactId: 'c1' },
    { ContactId: 'C1' },
    { ContactId: 'c3', InitialContactId: 'C1' },
  ];
  const elsewhere = [{ ContactId: 'second', InitialContactId: 'other' }];

  test.each<[string, string[], Contact, AssociatedContactSummary[]]>([
    ['those with its initial contact, and that one, which names none', ['second', 'first', 'third'], second, listed],
    ['the same for the initial contact', ['first', 'third'], first, listed],
    ['the source where nothing is listed', ['second'], second, []],
    ['the source where it is listed in another session', ['second'], second, elsewhere],
    ['the same in any letter case', ['C2', 'C1', 'c3'], capital, inCapitals],
  ])('are %s: %j', (_, members, source, given) => {
    expect(ids(membersOf(source, given))).toEqual(members);
  });

  test('know the source from its description', () => {
    const source = { ...chat, Id: 'source', DisconnectTimestamp: ended(5) };
    const given = [{ ContactId: 'source', Channel: 'TASK', InitiationMethod: 'DISCONNECT' } as const];
    expect(membersOf(source, given)).toMatchObject([{ ...chat, ContactId: 'source', DisconnectTimestamp: ended(5) }]);
  });
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
