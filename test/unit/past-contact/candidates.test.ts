import type { Contact } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { findCandidates } from '../../../src/past-contact/candidates.ts';
import type { Candidate } from '../../../src/request.ts';
import type { SessionRecord } from '../../../src/session-store/table.ts';
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
  /** What the session store did, if there is one. */
  record?: Partial<SessionRecord>;
  environment?: object;
  mode?: string;
}

const REMEMBERED = { pastSessions: ['a', 'b', 'c'] };
const error = { operation: 'UpdateItem', name: 'TimeoutError', message: 'words' };
const BY_ATTRIBUTE = { CUSTOMER_IDENTITY: 'ATTRIBUTE' };
const NAMED = 'past (parameter)';
const FIND = { mode: 'FIND', environment: {} };

// Of a chat whose event shows a link: perhaps it was associated by a call before. With ATTRIBUTE, its customer cannot be known then;
// with FIND, no association would say so.
test.each<Row>([
  { found: PERSISTENT, check: IF_KNOWN, sourceContactId: 'past', linked: CHAT },
  { found: PERSISTENT, check: REQUIRED, sourceContactId: 'past', linked: CHAT },
  { found: PERSISTENT, check: REQUIRED, sourceContactId: '', record: {}, linked: CHAT },
  { found: NAMED, check: IF_KNOWN, sourceContactId: 'past', linked: CALL },
  { found: 'CHECK_UNAVAILABLE', check: REQUIRED, sourceContactId: 'past', linked: SILENT },
  { found: 'CUSTOMER_UNKNOWN', check: REQUIRED, sourceContactId: 'past', linked: CALL },
  { found: '', check: REQUIRED, sourceContactId: '', record: {}, linked: CALL },
  { ...FIND, found: PERSISTENT, check: 'CONTACT', sourceContactId: 'past', linked: CHAT },
  { ...FIND, found: PERSISTENT, check: IF_KNOWN, sourceContactId: '', record: {}, linked: CHAT },
  // Nothing is asked for where the answer is clear. Of the remembered sessions, two are tried.
  { found: 'a (store),b (store)', check: REQUIRED, sourceContactId: '', record: REMEMBERED, environment: {} },
  { found: 'SESSION_STORE_UNAVAILABLE', check: REQUIRED, sourceContactId: '', record: { error }, environment: {} },
  { found: 'SOURCE_CONTACT_ID_INVALID', check: REQUIRED, sourceContactId: '?' },
  { found: '', check: REQUIRED, sourceContactId: '' },
  { found: NAMED, check: 'CONTACT', sourceContactId: 'past' },
  { found: NAMED, check: IF_KNOWN, sourceContactId: 'past', environment: {} },
  { ...FIND, found: 'CUSTOMER_UNKNOWN', check: REQUIRED, sourceContactId: 'past' },
  { ...FIND, found: 'SOURCE_CONTACT_ID_INVALID', check: IF_KNOWN, sourceContactId: '?' },
])('with $check and the id "$sourceContactId", what is found is "$found" ($#)', async row => {
  const { found, check, sourceContactId, linked, record, environment = BY_ATTRIBUTE, mode = '' } = row;
  const current = { value: { RelatedContactId: 'linked', InitiationTimestamp: new Date(1) } };
  const { connect, asked } = fakeConnect({ describe: { current, linked } });
  const fields = { ContactId: 'current', InitialContactId: 'current', RelatedContactId: 'linked' };
  const request = chatRequest({ sourceContactId, mode }, fields, { SOURCE_CONTACT_CHECK: check, ...environment });
  const recorded = record && Promise.resolve({ customerKnown: true, ...record });
  const candidates = await findCandidates({ request, connect, deadline: new Deadline(1_000) }, recorded);
  const ids = (all: Candidate[]) => all.map(each => `${each.sourceContactId} (${each.sourceContactIdFrom})`).join();
  expect(isFinished(candidates) ? reasonOf(candidates.outcome) : ids(candidates)).toBe(found);
  // What is left of the second is for the association.
  expect(asked.filter(([, left]) => left > 500)).toEqual([]);
  expect(asked.map(([request]) => request)).toEqual(linked ? ['describe current', 'describe linked'] : []);
});
