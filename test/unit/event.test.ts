import { expect, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { chatEvent } from '../support/events.ts';

const ofContact = (contactData: Record<string, unknown>) => parseContactFlowEvent(chatEvent({}, contactData));

test('an event names its instance in any partition', () => {
  const govCloud = 'arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc';
  const arns = ['arn:aws:connect:us-east-1:111122223333:instance/abc', govCloud, `${govCloud}/contact/def`];
  const found = [...arns, 'anything:instance/no-uuid'].map(InstanceARN => ofContact({ InstanceARN }).instanceId);
  expect(found).toEqual(['abc', 'abc', 'abc', 'no-uuid']);
});

const ODD = [[], null, 'text'];
const IDS = [undefined, null, 42, '', ' ', ' . ', '\u009f', '\ud800', 'x'.repeat(257)];
const ARNS = ['', null, 'arn:aws:connect:::instance/', 'instance-abc', {}, 'x:instance/..', 'x'.repeat(50_000)];
test.each<{ of: string; events: unknown[]; words: string }>([
  { of: 'no contact data', events: [undefined, null, 'text', { Name: 'ContactFlowEvent' }], words: 'is missing' },
  { of: 'odd contact data', events: ODD.map(ContactData => ({ Details: { ContactData } })), words: 'is not an object' },
  { of: 'no contact', events: IDS.map(ContactId => chatEvent({}, { ContactId })), words: 'ContactId of the event is' },
  { of: 'no instance', events: ARNS.map(InstanceARN => chatEvent({}, { InstanceARN })), words: ':instance/' },
])('an event of $of is malformed: $words', ({ events, words }) => {
  const message = expect.stringMatching(/^.{0,400}$/);
  for (const event of events) {
    const parsing = () => parseContactFlowEvent(event);
    expect(parsing).toThrow(expect.objectContaining({ name: 'MalformedEventError', message }));
    expect(parsing).toThrow(words);
  }
});

test.each([
  { field: 'InitialContactId', read: 'initialContactId', none: NEW_CHAT, absent: NEW_CHAT },
  { field: 'PreviousContactId', read: 'previousContactId', none: undefined, absent: undefined },
  { field: 'RelatedContactId', read: 'relatedContactId', none: null, absent: undefined },
] as const)('$field is read without white space; blank, null or no text it is $none, and absent $absent', row => {
  const values = ['\tpast\n', '\u00a0', '', null, 5, undefined];
  const found = values.map(value => ofContact({ [row.field]: value })[row.read]);
  expect(found).toEqual(['past', ...Array(4).fill(row.none), row.absent]);
});

test('the id of the current contact has no white space around it', () => {
  expect(ofContact({ ContactId: ' current\n' }).contactId).toBe('current');
  expect(() => ofContact({ ContactId: ' .. ' })).toThrow('ContactId of the event is " .. "');
});
