import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { EVENTS, readEvent, sampleEvent } from '../../scripts/start/events.ts';

test('events/ holds the events that npm start has notes on, and no other', () => {
  expect(Object.keys(EVENTS).sort()).toEqual(readdirSync('events').sort());
});

type FlowEvent = { Details: { ContactData: Record<string, unknown>; Parameters: Record<string, string> } };
test.each(Object.keys(EVENTS))('events/%s is what Amazon Connect sends for a contact of the sample data', file => {
  const event = readEvent(`events/${file}`) as FlowEvent;
  // A flow may set attributes; the sample data has neither names, queues nor system endpoints.
  const { ContactId, Attributes, Name, Queue, SystemEndpoint } = event.Details.ContactData;
  const expected = sampleEvent(`${ContactId}`, event.Details.Parameters) as FlowEvent;
  Object.assign(expected.Details.ContactData, { Attributes, Name, Queue, SystemEndpoint });
  expect(event).toEqual(expected);
});
