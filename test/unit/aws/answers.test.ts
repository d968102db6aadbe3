import { expect, test } from '@jest/globals';
import { isToken, readContact, readSummaries } from '../../../src/aws/answers.ts';

const NEVER = new Date(Number.NaN);
const TEXTS = [
  'Channel',
  'InitialContactId',
  'PreviousContactId',
  'RelatedContactId',
  'CustomerId',
  'CustomerEndpoint',
];
const OBJECTS = ['Attributes', 'SegmentAttributes', 'AgentInfo', 'QueueInfo'];

test('what DescribeContact answered is the contact that was asked for, letter case and what is not read aside', () => {
  const contacts = [
    { Id: 'c' },
    { Id: 'C' },
    { Id: 'c', Channel: 'CHAT', InitialContactId: null, DisconnectTimestamp: new Date(0), Attributes: {} },
    { Id: 'c', InitialContactId: ' ', CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } },
    { Id: 'c', CustomerId: null, CustomerEndpoint: {}, AgentInfo: { Id: 'a' }, QueueInfo: null, SomethingNew: 5 },
  ];
  expect(contacts.filter(contact => !readContact(contact, 'c'))).toEqual([]);
});

// Whose a contact is decides who may see it: what is no text is no sign that it is nobody's.
test.each([
  { what: 'no object', contacts: [undefined, null, 'c', 5, []] },
  { what: 'a contact with another id, or none', contacts: [{}, { Id: 'd' }, { Id: 5 }, { Id: '' }, { Id: null }] },
  { what: 'a number for a text or an endpoint', contacts: TEXTS.map(name => ({ Id: 'c', [name]: 5 })) },
  { what: 'a number for a type', contacts: [{ Id: 'c', CustomerEndpoint: { Type: 5, Address: 'B' } }] },
  { what: 'a number for an address', contacts: [{ Id: 'c', CustomerEndpoint: { Type: 'A', Address: 5 } }] },
  { what: 'a list for an object', contacts: OBJECTS.map(name => ({ Id: 'c', [name]: ['a'] })) },
  { what: 'a number for an agent', contacts: [{ Id: 'c', AgentInfo: { Id: 5 } }] },
  { what: 'a number for a queue', contacts: [{ Id: 'c', QueueInfo: { Id: 5 } }] },
  { what: 'no time for the beginning', contacts: [{ Id: 'c', InitiationTimestamp: NEVER }] },
  { what: 'no time for the end', contacts: ['yesterday', NEVER].map(end => ({ Id: 'c', DisconnectTimestamp: end })) },
  { what: 'another path for the first contact', contacts: [{ Id: 'c', InitialContactId: ' ..' }] },
  { what: 'another path for the contact before', contacts: [{ Id: 'c', PreviousContactId: ' ..' }] },
])('an answer with $what is not the contact that was asked for', ({ contacts }) => {
  expect(contacts.filter(contact => readContact(contact, 'c'))).toEqual([]);
});

test('an answer to a request for another path is no contact', () => {
  expect(readContact({ Id: ' .. ' }, '..')).toBeUndefined();
});

test('what ListAssociatedContacts answered is a list of contacts with ids, and perhaps a token', () => {
  const lists = [[], [{ ContactId: 'c' }], [{ ContactId: 'c', DisconnectTimestamp: new Date(0), SomethingNew: 5 }]];
  expect(lists.filter(list => !readSummaries(list))).toEqual([]);
  const fields = { InitialContactId: 5, InitiationMethod: 5, Channel: 5, DisconnectTimestamp: NEVER };
  const odd = Object.entries(fields).map(([name, value]) => [{ ContactId: 'c', [name]: value }]);
  const others = [
    undefined,
    null,
    {},
    [null],
    [{}],
    [{ ContactId: 5 }],
    [{ ContactId: 'c' }, {}],
    [{ ContactId: '..' }],
  ];
  expect([...others, ...odd].filter(readSummaries)).toEqual([]);
  expect([undefined, null, 'token', 5, {}, '\ud800'].filter(isToken)).toEqual([undefined, null, 'token']);
});

test('the ids of contacts in an answer have no white space around them, and a blank one is absent', () => {
  const ids = { InitialContactId: '\tfirst', PreviousContactId: ' ', RelatedContactId: 'related\n' };
  const trimmed = { InitialContactId: 'first', PreviousContactId: undefined, RelatedContactId: 'related' };
  const contact = readContact({ ...ids, Id: ' C ', CustomerId: ' ann ' }, 'c');
  expect(contact).toEqual({ ...trimmed, Id: 'C', CustomerId: ' ann ' });
  expect(readSummaries([{ ...ids, ContactId: ' C ' }])).toEqual([{ ...trimmed, ContactId: 'C' }]);
});
