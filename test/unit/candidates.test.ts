import type { Contact } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../src/outcome.ts';
import { findCandidates } from '../../src/past-contact/candidates.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

const PERSISTENT = 'ALREADY_PERSISTENT';
const [IF_KNOWN, REQUIRED] = ['OWNER_IF_KNOWN', 'OWNER_REQUIRED'];
const [CHAT, CALL] = ['CHAT', 'VOICE'].map(Channel => ({ value: { Channel, DisconnectTimestamp: new Date(0) } }));
const SILENT = { unavailable: 'TIMED_OUT' };

// The second call of a chat that was associated, whose attributes may be another's: what is found, by the check, with this
// id from the flow, in a function with a session store or without; and what the linked contact is, where it is asked for.
test.each([
  [PERSISTENT, IF_KNOWN, 'past', false, CHAT],
  [PERSISTENT, REQUIRED, 'past', false, CHAT],
  [PERSISTENT, REQUIRED, 'past', true, CHAT],
  [PERSISTENT, REQUIRED, '', true, CHAT],
  ['past', IF_KNOWN, 'past', false, CALL],
  ['CHECK_UNAVAILABLE', IF_KNOWN, 'past', false, SILENT],
  ['CHECK_UNAVAILABLE', REQUIRED, 'past', true, SILENT],
  ['CUSTOMER_UNKNOWN', REQUIRED, 'past', false, CALL],
  ['', REQUIRED, '', true, CALL],
  // Nothing is asked for where the answer is clear.
  ['SOURCE_CONTACT_ID_INVALID', REQUIRED, '?', false, undefined],
  ['', REQUIRED, '', false, undefined],
  ['past', 'CONTACT', 'past', false, undefined],
])('%s is found with %s of the id %j, with a store: %p; linked to %j', async (found, check, id, hasStore, linked) => {
  const current = { value: { RelatedContactId: 'linked', InitiationTimestamp: new Date(1) } };
  const { connect, asked } = fakeConnect({ describe: { current, linked: linked as Answer<Contact> } });
  const fields = { ContactId: 'current', InitialContactId: 'current', RelatedContactId: 'linked' };
  const environment = { SOURCE_CONTACT_CHECK: check, CUSTOMER_IDENTITY: 'ATTRIBUTE' };
  const request = chatRequest({ sourceContactId: id }, fields, environment);
  const record = hasStore ? Promise.resolve({ customerKnown: false }) : undefined;
  const candidates = await findCandidates({ request, connect, deadline: new Deadline(1_000) }, record);
  expect(isFinished(candidates) ? reasonOf(candidates.outcome) : candidates[0]?.sourceContactId).toBe(found);
  // They have a quarter of the time.
  const requests = asked.map(([request, left]) => `${request} ${Math.round(left / 50)}`);
  expect(requests).toEqual(linked ? ['describe current 5', 'describe linked 5'] : []);
});
