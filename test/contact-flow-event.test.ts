import { describe, expect, test } from '@jest/globals';
import { parseContactFlowEvent } from '../src/contact-flow-event.ts';
import { chatEvent } from './support/events.ts';

describe('a contact-flow event', () => {
  test.each([
    ['arn:aws:connect:us-east-1:111122223333:instance/abc', 'abc'],
    ['arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/abc', 'abc'],
    ['arn:aws-cn:connect:cn-north-1:111122223333:instance/abc', 'abc'],
    ['anything:instance/no-uuid', 'no-uuid'],
    ['arn:aws:connect:us-east-1:111122223333:instance/abc/contact/def', 'abc'],
  ])('names its instance in any partition: %s', (InstanceARN, instanceId) => {
    expect(parseContactFlowEvent(chatEvent({}, { InstanceARN })).instanceId).toBe(instanceId);
  });

  test.each([
    ['no event', undefined],
    ['null', null],
    ['a text', 'ContactFlowEvent'],
    ['no details', { Name: 'ContactFlowEvent' }],
    ['contact data that is a list', { Details: { ContactData: [] } }],
    ['contact data that is null', { Details: { ContactData: null } }],
  ])('without contact data is malformed: %s', (_, event) => {
    expect(() => parseContactFlowEvent(event)).toThrow(
      expect.objectContaining({ name: 'MalformedEventError', message: expect.stringContaining('Details.ContactData') }),
    );
  });

  test.each([[''], [null], [42], [undefined]])('whose contact id is %p is malformed', ContactId => {
    expect(() => parseContactFlowEvent(chatEvent({}, { ContactId }))).toThrow(
      expect.objectContaining({
        name: 'MalformedEventError',
        message: expect.stringContaining(`ContactId of the event is ${JSON.stringify(ContactId)}`),
      }),
    );
  });

  test.each([[''], [null], ['arn:aws:connect:us-east-1:111122223333:instance/'], ['instance-abc'], [{}]])(
    'whose InstanceARN is %p is malformed',
    InstanceARN => {
      expect(() => parseContactFlowEvent(chatEvent({}, { InstanceARN }))).toThrow(
        expect.objectContaining({ name: 'MalformedEventError', message: expect.stringContaining(':instance/') }),
      );
    },
  );

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
