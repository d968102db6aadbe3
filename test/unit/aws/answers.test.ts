import { expect, test } from '@jest/globals';
import { isToken, readContact, readSummaries } from '../../../src/aws/answers.ts';

const NEVER = new Date(Number.NaN);
const IDS = ['InitialContactId', 'PreviousContactId', 'RelatedContactId'];
const TEXTS = [...IDS, 'Channel', 'CustomerId', 'CustomerEndpoint'];
const OBJECTS = ['Attributes', 'SegmentAttributes', 'AgentInfo', 'QueueInfo'];
const [BEGAN, ENDED] = ['InitiationTimestamp', 'DisconnectTimestamp'];
const each = (names: string[], ...values: unknown[]) =>
  names.flatMap(name => values.map(value => ({ Id: 'c', ContactId: 'c', [name]: value })));

// Whose a contact is decides who may see it: what is no text is no sign that it is nobody's.
test.each([
  { what: 'its id in any letter case', contacts: [{ Id: 'c' }, { Id: 'C' }], isRead: true },
  { what: 'nothing or null', contacts: [...each(TEXTS, null), ...each(OBJECTS, null)], isRead: true },
  { what: 'usual values', contacts: [{ Id: 'c', Channel: 'CHAT', [ENDED]: new Date(0) }], isRead: true },
  { what: 'what is not read', contacts: each(['SomethingNew'], 5), isRead: true },
  { what: 'no object', contacts: [undefined, null, 'c', 5, []], isRead: false },
  { what: 'another id, or none', contacts: [{}, { Id: 'd' }, { Id: 5 }, { Id: '' }, { Id: null }], isRead: false },
  { what: 'a number for a text or an endpoint', contacts: each(TEXTS, 5), isRead: false },
  { what: 'a number in an endpoint', contacts: each(['CustomerEndpoint'], { Type: 5 }, { Address: 5 }), isRead: false },
  { what: 'a number for the id in an object', contacts: each(['AgentInfo', 'QueueInfo'], { Id: 5 }), isRead: false },
  { what: 'a list for an object', contacts: each(OBJECTS, ['a']), isRead: false },
  { what: 'no time for a time', contacts: each([BEGAN, ENDED], NEVER, 'yesterday'), isRead: false },
  { what: 'another path for an id', contacts: each(['InitialContactId', 'PreviousContactId'], ' ..'), isRead: false },
])('a described contact with $what is read: $isRead', ({ contacts, isRead }) => {
  expect(contacts.filter(contact => (readContact(contact, 'c') !== undefined) !== isRead)).toEqual([]);
});

test('what ListAssociatedContacts answered is a list of contacts with ids, and perhaps a token', () => {
  const lists = [[], [{ ContactId: 'c' }], [{ ContactId: 'c', [ENDED]: new Date(0), SomethingNew: 5 }]];
  expect(lists.filter(list => !readSummaries(list))).toEqual([]);
  const odd = [...each(['InitialContactId', 'InitiationMethod', 'Channel'], 5), ...each([ENDED], NEVER)];
  const others = [null, {}, { ContactId: 5 }, { ContactId: '..' }, ...odd];
  expect([undefined, null, {}, ...others.map(other => [{ ContactId: 'c' }, other])].filter(readSummaries)).toEqual([]);
  expect([undefined, null, 'token', 5, {}, '\ud800'].filter(isToken)).toEqual([undefined, null, 'token']);
});

test('the ids of contacts in an answer have no white space around them, and a blank one is absent; another path is none', () => {
  const ids = { InitialContactId: '\tfirst', PreviousContactId: ' ', RelatedContactId: 'related\n' };
  const trimmed = { InitialContactId: 'first', PreviousContactId: undefined, RelatedContactId: 'related' };
  const contact = readContact({ ...ids, Id: ' C ', CustomerId: ' ann ' }, 'c');
  expect(contact).toEqual({ ...trimmed, Id: 'C', CustomerId: ' ann ' });
  expect(readSummaries([{ ...ids, ContactId: ' C ' }])).toEqual([{ ...trimmed, ContactId: 'C' }]);
  expect(readContact({ Id: ' .. ' }, '..')).toBeUndefined();
});
