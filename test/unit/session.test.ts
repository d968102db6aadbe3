import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { agentChatsOf, endOf, membersOf, type SessionMember, sessionOf } from '../../src/session.ts';

const C1 = 'a104cc36-9bbe-436b-a347-6be920106685';
const ended = (minute: number) => new Date(minute * 60_000);
const chat = { Channel: 'CHAT', InitiationMethod: 'TRANSFER' } as const;

describe('the session of a contact', () => {
  test.each<[string, Contact]>([
    ['first', { Id: 'second', InitialContactId: 'first' }],
    ['first', { Id: 'second', InitialContactId: ' first ' }],
    ['first', { Id: 'first' }],
    ['first', { Id: 'first', InitialContactId: '' }],
    ['first', { Id: 'first', InitialContactId: null as never }],
  ])('is %s for %j', (session, contact) => {
    expect(sessionOf(contact)).toBe(session);
  });
});

describe('the members of a session', () => {
  const members = (source: Contact, listed: AssociatedContactSummary[]) =>
    membersOf(source, listed).map(({ ContactId }) => ContactId);

  test('are the listed contacts with the same initial contact, and that contact itself, which names none', () => {
    const listed = [
      { ContactId: 'first' },
      { ContactId: 'third', InitialContactId: 'first' },
      { ContactId: 'blank', InitialContactId: ' ' },
      { ContactId: 'linked', InitialContactId: 'other session' },
      { ContactId: 'first of another session' },
      { InitialContactId: 'first' },
    ];
    expect(members({ Id: 'second', InitialContactId: 'first' }, listed)).toEqual(['second', 'first', 'third']);
    expect(members({ Id: 'first' }, listed)).toEqual(['first', 'third']);
  });

  test.each([
    ['an empty list', []],
    ['a list of others', [{ ContactId: 'other', InitialContactId: 'other session' }]],
    ['a list that puts it into another session', [{ ContactId: 'source', InitialContactId: 'other session' }]],
  ])('have the source among them, whatever is listed: %s', (_, listed) => {
    expect(members({ Id: 'source', InitialContactId: 'first' }, listed)).toEqual(['source']);
  });

  test('know the source from its description, and have it once', () => {
    const source = { ...chat, Id: 'source', DisconnectTimestamp: ended(5) };
    const listed = [{ ContactId: 'source', Channel: 'TASK', InitiationMethod: 'DISCONNECT' } as const];
    expect(membersOf(source, listed)).toMatchObject([{ ...chat, ContactId: 'source', DisconnectTimestamp: ended(5) }]);
  });

  test('are the same in capital letters', () => {
    const source = { Id: 'd1e48153-953b-419e-b5f8-f4a1dd92d268', InitialContactId: C1 };
    const listed = [
      { ContactId: source.Id.toUpperCase(), InitialContactId: C1 },
      { ContactId: C1.toUpperCase() },
      { ContactId: 'third', InitialContactId: C1.toUpperCase() },
    ];
    expect(members(source, listed)).toEqual([source.Id, C1.toUpperCase(), 'third']);
  });
});

describe('the end of a session', () => {
  const endIn = (...ends: (Date | undefined | null)[]) =>
    endOf(ends.map((DisconnectTimestamp, index) => ({ ContactId: `${index}`, DisconnectTimestamp }) as SessionMember));

  test('is the newest end of its members, wherever it stands', () => {
    expect(endIn(ended(1), ended(3), ended(2))).toEqual(ended(3));
    expect(endIn(ended(3))).toEqual(ended(3));
  });

  test.each([[undefined], [null]])('has not come while the end of one of them is %p', end => {
    expect(endIn(ended(1), end, ended(2))).toBeUndefined();
  });
});

describe('the chats that an agent may have handled', () => {
  const chats = (...members: Omit<SessionMember, 'ContactId'>[]) =>
    agentChatsOf(members.map((member, index) => ({ ...member, ContactId: `${index}` }))).map(
      ({ ContactId }) => ContactId,
    );

  test('come with the newest end first', () => {
    const at = (minute: number) => ({ ...chat, DisconnectTimestamp: ended(minute) });
    expect(chats(at(1), at(3), at(2))).toEqual(['1', '2', '0']);
  });

  test('are neither what the disconnect flow began nor what is not a chat', () => {
    const at = { DisconnectTimestamp: ended(1) };
    expect(
      chats(
        { ...at, ...chat, InitiationMethod: 'DISCONNECT' },
        { ...at, ...chat, Channel: 'TASK' },
        { ...at, ...chat, Channel: 'VOICE' },
        { ...at, InitiationMethod: 'API' },
        { ...at, Channel: 'CHAT' },
        { ...at, ...chat, InitiationMethod: 'SOMETHING_NEW' as never },
      ),
    ).toEqual(['4', '5']);
  });

  test('leave the order of the members as it is', () => {
    const members = [1, 2].map(minute => ({ ...chat, ContactId: `${minute}`, DisconnectTimestamp: ended(minute) }));
    agentChatsOf(members);
    expect(members.map(({ ContactId }) => ContactId)).toEqual(['1', '2']);
  });
});
