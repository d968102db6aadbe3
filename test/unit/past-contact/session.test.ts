import { expect, test } from '@jest/globals';
import { endOf, membersOf } from '../../../src/past-contact/session.ts';

const ended = (minute: number) => new Date(minute * 60_000);

test('the members of a session are those of its initial contact, and the source as it is described', () => {
  const described = { Channel: 'CHAT', InitiationMethod: 'API', DisconnectTimestamp: ended(5) } as const;
  const source = { Id: 'second', InitialContactId: 'first', ...described };
  const members = [{ ContactId: 'FIRST' }, { ContactId: 'third', InitialContactId: 'First' }];
  const others = [
    { ContactId: 'SECOND', InitialContactId: 'first', Channel: 'TASK' } as const,
    { ContactId: 'linked', InitialContactId: 'other' },
    { ContactId: 'first of another session' },
  ];
  expect(membersOf(source, [...others, ...members])).toEqual([{ ...source, ContactId: 'second' }, ...members]);
  expect(membersOf({ Id: 'first' }, [...others, ...members])).toMatchObject([
    { ContactId: 'first' },
    { ContactId: 'SECOND' },
    { ContactId: 'third' },
  ]);
});

test('a session ended with the newest of its members, once all have an end', () => {
  const endOfThose = (...ends: (Date | undefined | null)[]) =>
    endOf(ends.map(end => ({ ContactId: 'any', DisconnectTimestamp: end as Date })));
  expect([endOfThose(ended(1), ended(3), ended(2)), endOfThose(ended(3))]).toEqual([ended(3), ended(3)]);
  expect([undefined, null].map(end => endOfThose(ended(1), end, ended(2)))).toEqual([undefined, undefined]);
});
