import { expect, test } from '@jest/globals';
import { areSummaries, isContact } from '../../src/amazon-connect/contact.ts';

const NEVER = new Date(Number.NaN);
/** What each answer is taken for, beside the answer, so that a failure names it. */
const judged = (answers: unknown[], judge: (answer: unknown) => boolean) => answers.map(each => [each, judge(each)]);
const all = (answers: unknown[], expected: boolean) => answers.map(each => [each, expected]);

test('what DescribeContact answered is the contact that was asked for, letter case and what is not read aside', () => {
  const contacts = [
    { Id: 'c' },
    { Id: 'C' },
    { Id: 'c', Channel: 'CHAT', InitialContactId: null, DisconnectTimestamp: new Date(0), Attributes: {} },
    { Id: 'c', CustomerId: 'ann', CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } },
    { Id: 'c', CustomerId: 5, CustomerEndpoint: { Type: 5, Address: 6 } },
    { Id: 'c', CustomerEndpoint: {}, AgentInfo: { Id: 'a' }, QueueInfo: null, SomethingNew: 5 },
  ];
  expect(judged(contacts, contact => isContact(contact, 'c'))).toEqual(all(contacts, true));
});

test('another contact, and what makes no sense, is not', () => {
  const others = [
    ...[undefined, null, 'c', 5, [], {}],
    ...[{ Id: 'd' }, { Id: 5 }, { Id: '' }, { Id: null }],
    { Id: 'c', Channel: {} },
    { Id: 'c', InitialContactId: [] },
    { Id: 'c', RelatedContactId: 5 },
    { Id: 'c', CustomerEndpoint: 'phone' },
    { Id: 'c', Attributes: ['a'] },
    { Id: 'c', SegmentAttributes: 'connect:Chat' },
    { Id: 'c', AgentInfo: { Id: 5 } },
    { Id: 'c', QueueInfo: [] },
    { Id: 'c', QueueInfo: { Id: {} } },
    { Id: 'c', DisconnectTimestamp: 'yesterday' },
    { Id: 'c', DisconnectTimestamp: NEVER },
  ];
  expect(judged(others, contact => isContact(contact, 'c'))).toEqual(all(others, false));
});

test('what ListAssociatedContacts answered is a list of contacts with ids', () => {
  const lists = [[], [{ ContactId: 'c' }], [{ ContactId: 'c', DisconnectTimestamp: new Date(0), SomethingNew: 5 }]];
  expect(judged(lists, areSummaries)).toEqual(all(lists, true));
  const others = [
    ...[undefined, null, {}, [null], [{}], [{ ContactId: 5 }], [{ ContactId: 'c' }, {}]],
    ...['InitialContactId', 'InitiationMethod', 'Channel'].map(name => [{ ContactId: 'c', [name]: 5 }]),
    [{ ContactId: 'c', DisconnectTimestamp: NEVER }],
  ];
  expect(judged(others, areSummaries)).toEqual(all(others, false));
});
