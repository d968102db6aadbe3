import { describe, expect, test } from '@jest/globals';
import { parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { chatEvent } from '../support/events.ts';

/** What takes the Error branch as a malformed event, with these words. */
const malformed = (words: string) =>
  expect.objectContaining({ name: 'MalformedEventError', message: expect.stringContaining(words) });

describe('a contact-flow event', () => {
  test.each([
    ['arn:aws:connect:us-east-1:111122223333:instance/abc', 'abc'],
    ['arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc', 'abc'],
    ['anything:instance/no-uuid', 'no-uuid'],
    ['arn:aws:connect:us-east-1:111122223333:instance/abc/contact/def', 'abc'],
  ])('names its instance in any partition: %s', (InstanceARN, instanceId) => {
    expect(parseContactFlowEvent(chatEvent({}, { InstanceARN })).instanceId).toBe(instanceId);
  });

  test('without contact data is malformed', () => {
    const noData = [[], null, 'text'].map(ContactData => ({ Details: { ContactData } }));
    for (const event of [undefined, null, 'ContactFlowEvent', { Name: 'ContactFlowEvent' }, ...noData]) {
      expect(() => parseContactFlowEvent(event)).toThrow(malformed('Details.ContactData'));
    }
  });

  test.each([
    ['missing or no text', [undefined, null, 42, '', ' ']],
    ['another path', ['.', '..']],
    ['what no path can carry', ['\ud800', 'a\nb', 'a\u0000', '\u0085']],
    ['longer than the API reference allows', ['x'.repeat(257)]],
  ])('whose contact id is %s is malformed', (_, ids) => {
    for (const ContactId of ids) {
      expect(() => parseContactFlowEvent(chatEvent({}, { ContactId }))).toThrow(
        malformed(`ContactId of the event is ${JSON.stringify(ContactId)?.slice(0, 99)}`),
      );
    }
  });

  test('whose InstanceARN names no instance is malformed', () => {
    for (const InstanceARN of ['', null, 'arn:aws:connect:::instance/', 'instance-abc', {}, 'x:instance/..']) {
      expect(() => parseContactFlowEvent(chatEvent({}, { InstanceARN }))).toThrow(malformed(':instance/'));
    }
  });

  test('may have ids of 256 characters of any kind that a path can carry', () => {
    const ContactId = 'ä/?#%😀é'.repeat(32);
    expect(ContactId).toHaveLength(256);
    expect(parseContactFlowEvent(chatEvent({}, { ContactId })).contactId).toBe(ContactId);
  });

  test('quotes no more of a bad value than a log can bear', () => {
    const InstanceARN = 'x'.repeat(50_000);
    expect(() => parseContactFlowEvent(chatEvent({}, { InstanceARN }))).toThrow(/^.{0,400}$/);
  });

  test.each([
    ['no parameters and attributes', undefined, { Attributes: undefined }],
    ['null parameters and attributes', null, { Attributes: null }],
    ['a queue that is a name', {}, { Queue: 'Support' }],
    ['an endpoint that is a text', {}, { CustomerEndpoint: '+12025550143' }],
    ['segment attributes that are null', {}, { SegmentAttributes: null }],
    ['an unknown channel, method and field', {}, { Channel: 'TELEPATHY', InitiationMethod: 'DREAM', Mood: 'good' }],
    ['missing session ids', {}, { InitialContactId: undefined, PreviousContactId: null }],
  ])('may have %s', (_, parameters, contactData) => {
    expect(() => parseContactFlowEvent(chatEvent(parameters, contactData))).not.toThrow();
  });
});
