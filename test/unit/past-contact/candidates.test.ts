import type { Contact } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { findCandidates } from '../../../src/past-contact/candidates.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

const PERSISTENT = 'ALREADY_PERSISTENT';
const [IF_KNOWN, REQUIRED] = ['OWNER_IF_KNOWN', 'OWNER_REQUIRED'];
const CHAT = { value: { Channel: 'CHAT' as const, DisconnectTimestamp: new Date(0) } };
const CALL = { value: { ...CHAT.value, Channel: 'VOICE' as const } };
const SILENT = { unavailable: 'TIMED_OUT' } as const;

interface Row {
  found: string;
  check: string;
  sourceContactId: string;
  /** What the linked contact is, where it is asked for. */
  linked?: Answer<Contact>;
  hasStore?: boolean;
  environment?: object;
  mode?: string;
}

const BY_ATTRIBUTE = { CUSTOMER_IDENTITY: 'ATTRIBUTE' };
const FIND = { mode: 'FIND', environment: {} };

// Of a chat whose event shows a link: perhaps it was associated by a call before. With ATTRIBUTE, its customer cannot be known then;
// with FIND, no association would say so.
test.each<Row>([
  { found: PERSISTENT, check: IF_KNOWN, sourceContactId: 'past', linked: CHAT },
  { found: PERSISTENT, check: REQUIRED, sourceContactId: 'past', linked: CHAT },
  { found: PERSISTENT, check: REQUIRED, sourceContactId: '', hasStore: true, linked: CHAT },
  { found: 'past', check: IF_KNOWN, sourceContactId: 'past', linked: CALL },
  { found: 'CHECK_UNAVAILABLE', check: REQUIRED, sourceContactId: 'past', linked: SILENT },
  { found: 'CUSTOMER_UNKNOWN', check: REQUIRED, sourceContactId: 'past', linked: CALL },
  { found: '', check: REQUIRED, sourceContactId: '', hasStore: true, linked: CALL },
  { ...FIND, found: PERSISTENT, check: 'CONTACT', sourceContactId: 'past', linked: CHAT },
  { ...FIND, found: PERSISTENT, check: IF_KNOWN, sourceContactId: '', hasStore: true, linked: CHAT },
  // Nothing is asked for where the answer is clear.
  { found: 'SOURCE_CONTACT_ID_INVALID', check: REQUIRED, sourceContactId: '?' },
  { found: '', check: REQUIRED, sourceContactId: '' },
  { found: 'past', check: 'CONTACT', sourceContactId: 'past' },
  { found: 'past', check: IF_KNOWN, sourceContactId: 'past', environment: {} },
  { ...FIND, found: 'CUSTOMER_UNKNOWN', check: REQUIRED, sourceContactId: 'past' },
  { ...FIND, found: 'SOURCE_CONTACT_ID_INVALID', check: IF_KNOWN, sourceContactId: '?' },
])('with $check and the id "$sourceContactId", what is found is "$found" ($#)', async row => {
  const { found, check, sourceContactId, linked, hasStore, environment = BY_ATTRIBUTE, mode = '' } = row;
  const current = { value: { RelatedContactId: 'linked', InitiationTimestamp: new Date(1) } };
  const { connect, asked } = fakeConnect({ describe: { current, linked } });
  const fields = { ContactId: 'current', InitialContactId: 'current', RelatedContactId: 'linked' };
  const request = chatRequest({ sourceContactId, mode }, fields, { SOURCE_CONTACT_CHECK: check, ...environment });
  const record = hasStore ? Promise.resolve({ customerKnown: false }) : undefined;
  const candidates = await findCandidates({ request, connect, deadline: new Deadline(1_000) }, record);
  expect(isFinished(candidates) ? reasonOf(candidates.outcome) : candidates[0]?.sourceContactId).toBe(found);
  expect(asked.map(([request]) => request)).toEqual(linked ? ['describe current', 'describe linked'] : []);
});
