import { expect, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { chatEvent } from '../support/events.ts';

const ofContact = (contactData: Record<string, unknown>) => parseContactFlowEvent(chatEvent({}, contactData));
/** What takes the Error branch as a malformed event, with these words. */
const malformed = (words: string) =>
  expect.objectContaining({ name: 'MalformedEventError', message: expect.stringContaining(words) });

test.each([
  { InstanceARN: 'arn:aws:connect:us-east-1:111122223333:instance/abc', instanceId: 'abc' },
  { InstanceARN: 'arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc', instanceId: 'abc' },
  { InstanceARN: 'anything:instance/no-uuid', instanceId: 'no-uuid' },
  { InstanceARN: 'arn:aws:connect:us-east-1:111122223333:instance/abc/contact/def', instanceId: 'abc' },
])('an event names its instance in any partition: $InstanceARN', ({ InstanceARN, instanceId }) => {
  expect(ofContact({ InstanceARN }).instanceId).toBe(instanceId);
});

test('an event without contact data is malformed', () => {
  for (const event of [undefined, null, 'ContactFlowEvent', { Name: 'ContactFlowEvent' }]) {
    expect(() => parseContactFlowEvent(event)).toThrow(malformed('Details.ContactData of the event is missing'));
  }
  for (const ContactData of [[], null, 'text']) {
    const event = { Details: { ContactData } };
    expect(() => parseContactFlowEvent(event)).toThrow(malformed('Details.ContactData of the event is not an object'));
  }
});

test('an event whose contact id cannot be one is malformed', () => {
  for (const ContactId of [undefined, null, 42, '', ' ', '..', '\ud800', 'x'.repeat(257)]) {
    const words = `ContactId of the event is ${JSON.stringify(ContactId)?.slice(0, 99)}`;
    expect(() => ofContact({ ContactId })).toThrow(malformed(words));
  }
});

test('an event whose InstanceARN names no instance is malformed, which a log can bear', () => {
  const arns = ['', null, 'arn:aws:connect:::instance/', 'instance-abc', {}, 'x:instance/..', 'x'.repeat(50_000)];
  for (const InstanceARN of arns) {
    expect(() => ofContact({ InstanceARN })).toThrow(malformed(':instance/'));
    expect(() => ofContact({ InstanceARN })).toThrow(/^.{0,400}$/);
  }
});

test.each([
  { field: 'InitialContactId', read: 'initialContactId', none: NEW_CHAT, absent: NEW_CHAT },
  { field: 'PreviousContactId', read: 'previousContactId', none: undefined, absent: undefined },
  { field: 'RelatedContactId', read: 'relatedContactId', none: null, absent: undefined },
] as const)(
  '$field has no white space around it; blank, null or no text it is $none, and without the key $absent',
  row => {
    const values = ['\tpast\n', '\u00a0', '', null, 5];
    const found = values.map(value => ofContact({ [row.field]: value })[row.read]);
    expect(found).toEqual(['past', ...Array(4).fill(row.none)]);
    const { [row.field]: _, ...others } = chatEvent({}).Details.ContactData;
    expect(parseContactFlowEvent({ Details: { ContactData: others } })[row.read]).toBe(row.absent);
  },
);

test('the id of the current contact has no white space around it, and is malformed where nothing else could be sent', () => {
  expect(ofContact({ ContactId: ' current\n' }).contactId).toBe('current');
  expect(() => ofContact({ ContactId: ' .. ' })).toThrow(malformed('ContactId of the event is " .. "'));
});
