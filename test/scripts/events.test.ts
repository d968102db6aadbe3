import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sessionId } from '../../local/connect/contact.ts';
import { INSTANCE_ARN, sampleContacts } from '../../local/connect/index.ts';
import { EVENTS } from '../../scripts/start/events.ts';
import { eventFile } from '../support/events.ts';

const files = readdirSync(new URL('../../events', import.meta.url));

describe('events/', () => {
  test('holds the events that npm start has notes on, and no other', () => {
    expect(Object.keys(EVENTS).sort()).toEqual(files.sort());
  });

  test.each(files)("%s runs for a contact of the sample data, and is that contact's", file => {
    const { Details } = eventFile(file.replace('.json', '')) as { Details: { ContactData: Record<string, unknown> } };
    const event = Details.ContactData;
    const contact = sampleContacts(new Date()).find(({ Id }) => Id === event['ContactId']);
    if (!contact) throw new Error('It runs for another contact.');
    expect(event).toMatchObject({
      InstanceARN: INSTANCE_ARN,
      Channel: contact.Channel,
      InitialContactId: sessionId(contact),
      InitiationMethod: contact.InitiationMethod,
      CustomerId: contact.CustomerId ?? null,
      CustomerEndpoint: contact.CustomerEndpoint ?? null,
      RelatedContactId: contact.RelatedContactId ?? null,
      SegmentAttributes: contact.SegmentAttributes,
    });
  });
});
