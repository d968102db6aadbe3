import { expect, test } from '@jest/globals';
import { isToken, readContact, readSummaries } from '../../../src/aws/answers.ts';

const NEVER = new Date(Number.NaN);
/** What each answer is taken for, beside the answer, so that a failure names it. */
const judged = (answers: unknown[], judge: (answer: unknown) => boolean) => answers.map(each => [each, judge(each)]);
const all = (answers: unknown[], expected: boolean) => answers.map(each => [each, expected]);

test('what DescribeContact answered is the contact that was asked for, letter case and what is not read aside', () => {
  const contacts = [
    { Id: 'c' },
    { Id: 'C' },
    { Id: 'c', Channel: 'CHAT', InitialContactId: null, DisconnectTimestamp: new Date(0), Attributes: {} },
    { Id: 'c', InitialContactId: ' ', CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } },
    { Id: 'c', CustomerId: null, CustomerEndpoint: {}, AgentInfo: { Id: 'a' }, QueueInfo: null, SomethingNew: 5 },
  ];
  expect(judged(contacts, contact => readContact(contact, 'c') !== undefined)).toEqual(all(contacts, true));
});

test('another contact, and what makes no sense, is not', () => {
  const others = [
    ...[undefined, null, 'c', 5, [], {}, ...['d', 5, '', null].map(Id => ({ Id }))],
    ...['Channel', 'InitialContactId', 'PreviousContactId', 'RelatedContactId'].map(name => ({ Id: 'c', [name]: 5 })),
    // Whose a contact is decides who may see it: what is no text is no sign that it is nobody's.
    ...['CustomerId', 'CustomerEndpoint'].map(name => ({ Id: 'c', [name]: 5 })),
    ...['Type', 'Address'].map(name => ({ Id: 'c', CustomerEndpoint: { Type: 'A', Address: 'B', [name]: 5 } })),
    ...['Attributes', 'SegmentAttributes', 'AgentInfo', 'QueueInfo'].map(name => ({ Id: 'c', [name]: ['a'] })),
    ...['AgentInfo', 'QueueInfo'].map(name => ({ Id: 'c', [name]: { Id: 5 } })),
    ...['yesterday', NEVER].map(DisconnectTimestamp => ({ Id: 'c', DisconnectTimestamp })),
    { Id: 'c', InitiationTimestamp: NEVER },
    ...['InitialContactId', 'PreviousContactId'].map(name => ({ Id: 'c', [name]: ' ..' })),
  ];
  expect(judged(others, contact => readContact(contact, 'c') !== undefined)).toEqual(all(others, false));
  expect(readContact({ Id: ' .. ' }, '..')).toBeUndefined();
});

test('what ListAssociatedContacts answered is a list of contacts with ids, and perhaps a token', () => {
  const lists = [[], [{ ContactId: 'c' }], [{ ContactId: 'c', DisconnectTimestamp: new Date(0), SomethingNew: 5 }]];
  expect(judged(lists, list => readSummaries(list) !== undefined)).toEqual(all(lists, true));
  const others = [
    ...[undefined, null, {}, [null], [{}], [{ ContactId: 5 }], [{ ContactId: 'c' }, {}], [{ ContactId: ' .. ' }]],
    ...['InitialContactId', 'InitiationMethod', 'Channel'].map(name => [{ ContactId: 'c', [name]: 5 }]),
    [{ ContactId: 'c', DisconnectTimestamp: NEVER }],
  ];
  expect(judged(others, list => readSummaries(list) !== undefined)).toEqual(all(others, false));
  expect([undefined, null, 'token', 5, {}, '\ud800'].map(isToken)).toEqual([true, true, true, false, false, false]);
});

test('the ids of contacts in an answer have no white space around them, and a blank one is absent', () => {
  const ids = { InitialContactId: '\tfirst', PreviousContactId: ' ', RelatedContactId: 'related\n' };
  const trimmed = { InitialContactId: 'first', PreviousContactId: undefined, RelatedContactId: 'related' };
  expect(readContact({ ...ids, Id: ' C ', CustomerId: ' ann ' }, 'c')).toEqual({
    ...trimmed,
    Id: 'C',
    CustomerId: ' ann ',
  });
  expect(readSummaries([{ ...ids, ContactId: ' C ' }])).toEqual([{ ...trimmed, ContactId: 'C' }]);
});
