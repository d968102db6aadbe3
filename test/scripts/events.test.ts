import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ARN, sampleContacts } from '../../local/connect/index.ts';
import { EVENTS, readEvent } from '../../scripts/start/events.ts';

test('events/ holds the events that npm start has notes on, and no other', () => {
  expect(Object.keys(EVENTS).sort()).toEqual(readdirSync(new URL('../../events', import.meta.url)).sort());
});

test.each(Object.keys(EVENTS))("events/%s runs for a contact of the sample data, and is that contact's", file => {
  const { Details } = readEvent(`events/${file}`) as { Details: { ContactData: { ContactId: string } } };
  const { ContactData } = Details;
  const contact = sampleContacts(new Date()).find(({ Id }) => Id === ContactData.ContactId) as Contact;
  expect(ContactData).toMatchObject({
    InstanceARN: INSTANCE_ARN,
    Channel: contact.Channel,
    InitialContactId: contact.InitialContactId ?? contact.Id,
    InitiationMethod: contact.InitiationMethod,
    CustomerId: contact.CustomerId ?? null,
    CustomerEndpoint: contact.CustomerEndpoint ?? null,
    RelatedContactId: contact.RelatedContactId ?? null,
    SegmentAttributes: contact.SegmentAttributes,
  });
});
