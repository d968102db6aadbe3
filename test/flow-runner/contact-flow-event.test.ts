import { describe, expect, test } from '@jest/globals';
import {
  type Contact,
  INSTANCE_ARN,
  NEW_CHAT,
  NEW_SMS,
  SURVEY,
  TRANSFERRED_CHAT,
  VOICE_CALL,
} from '../../local/connect/index.ts';
import { contactFlowEvent } from '../../local/flow-runner/index.ts';
import { eventFile } from '../support/events.ts';
import { sampleContact } from './support.ts';

type Event = {
  Details: { ContactData: Record<string, unknown> & Pick<Contact, 'Attributes'>; Parameters: Record<string, string> };
};

describe("a contact's event", () => {
  // The local Connect keeps neither a name, a queue nor a system endpoint.
  test.each([
    ['from-segment', NEW_CHAT],
    ['sms', NEW_SMS],
    ['transferred-contact', TRANSFERRED_CHAT],
    ['survey-in-disconnect-flow', SURVEY],
    ['voice', VOICE_CALL],
  ])('is events/%s.json for the contact of the sample data', (name, id) => {
    const file = eventFile(name) as Event;
    const { ContactData, Parameters } = file.Details;
    const expected = { ...ContactData, Name: null, Queue: null, SystemEndpoint: null };
    const contact = sampleContact(id, { Attributes: ContactData.Attributes });
    expect(contactFlowEvent(contact, INSTANCE_ARN, Parameters)).toEqual({
      ...file,
      Details: { ContactData: expected, Parameters },
    });
  });

  test('says what the chat continues, and has a copy of its attributes', () => {
    const contact = sampleContact(NEW_CHAT, { RelatedContactId: 'related', Attributes: { a: '1' } });
    const { ContactData } = (contactFlowEvent(contact, INSTANCE_ARN, {}) as Event).Details;
    expect(ContactData['RelatedContactId']).toBe('related');
    expect(ContactData.Attributes).toEqual(contact.Attributes);
    expect(ContactData.Attributes).not.toBe(contact.Attributes);
  });
});
