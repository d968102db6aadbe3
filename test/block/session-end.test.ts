import { ConnectClient } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  type Contact,
  INSTANCE_ARN,
  INSTANCE_ID,
  type LocalConnect,
  NEW_CHAT,
  PERSISTENT_CHAT,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { amazonConnect } from '../../src/amazon-connect/operations.ts';
import { clientConfig } from '../../src/aws/client-config.ts';
import { Deadline } from '../../src/deadline.ts';
import { explainRefusal, TRANSCRIPT_READY_SECONDS } from '../../src/explain-refusal.ts';
import type { AssociationRequest } from '../../src/request.ts';
import { type Block, type Invoked, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const REFUSE = 'CreatePersistentContactAssociation:error=400';
const REQUEST: AssociationRequest = {
  instanceId: INSTANCE_ID,
  contactId: NEW_CHAT,
  initialContactId: NEW_CHAT,
  customer: undefined,
  rehydrationType: 'ENTIRE_PAST_SESSION',
  sourceContactId: C1,
  sourceContactIdFrom: 'parameter',
};
const TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'];

let connect: LocalConnect;
let block: Block;
let onAssociation: () => void;
beforeEach(async () => {
  onAssociation = () => undefined;
  connect = await startLocalConnect({
    transcriptDelaySeconds: 60,
    onRequest({ operation }) {
      if (operation === 'CreatePersistentContactAssociation') onAssociation();
    },
  });
  block = await startBlock(connect);
});
afterEach(() => connect.close());

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);
const continueFrom = (sourceContactId: string, rehydrationType = 'ENTIRE_PAST_SESSION') =>
  block.invoke(chatEvent({ sourceContactId, rehydrationType }));
const listings = () =>
  connect.calls.filter(({ operation }) => operation === 'ListAssociatedContacts').map(({ contactId }) => contactId);

function change(id: string, fields: Partial<Contact>): void {
  const contact = connect.contacts.get(id);
  if (!contact) throw new Error(`There is no contact ${id}.`);
  Object.assign(contact, fields);
}

/** That the customer is to wait for the transcript of a session that ended so long before, however long it took since. */
function expectToWait(seconds: number, end: Date, { attributes, log }: Invoked): void {
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
  expect(attributes?.retryAfterSeconds).toMatch(/^[1-9]\d*$/);
  const wait = Number(attributes?.retryAfterSeconds);
  expect(wait).toBeGreaterThanOrEqual(TRANSCRIPT_READY_SECONDS - (Date.now() - end.getTime()) / 1_000);
  expect(wait).toBeLessThanOrEqual(TRANSCRIPT_READY_SECONDS - seconds);
  expect(log).toMatchObject([{ retryAfterSeconds: wait }]);
}

describe('an association that Connect refuses is explained by the end of the whole session', () => {
  test.each(TYPES)('which has not come while its survey goes on: SOURCE_CONTACT_STILL_ACTIVE, %s', async type => {
    change(C3, { DisconnectTimestamp: undefined });
    const { attributes } = await continueFrom(C1, type);
    expect(attributes).toMatchObject({
      associationStatus: 'REJECTED',
      reason: 'SOURCE_CONTACT_STILL_ACTIVE',
      retryAfterSeconds: '',
    });
  });

  test.each(TYPES)('whose newest one decides how long to wait for the transcript: %s', async type => {
    const end = secondsAgo(20);
    change(C3, { DisconnectTimestamp: end });
    expectToWait(20, end, await continueFrom(C1, type));
  });

  test.each<[string, Partial<Contact>, string]>([
    ['a task', { Channel: 'TASK' }, 'SOURCE_CONTACT_STILL_ACTIVE'],
    ['of another session', { InitialContactId: PERSISTENT_CHAT }, 'REJECTED_BY_CONNECT'],
  ])('of which an active contact is a member, or is not: %s', async (_, fields, reason) => {
    connect.setFaults([REFUSE]);
    change(C3, { DisconnectTimestamp: undefined, ...fields });
    expect((await continueFrom(C1)).attributes).toMatchObject({ associationStatus: 'REJECTED', reason });
  });

  test('which lies long ago: REJECTED_BY_CONNECT, though the chat that continues it goes on', async () => {
    connect.setFaults([REFUSE]);
    expect(connect.contacts.get(PERSISTENT_CHAT)?.RelatedContactId).toBe(C3);
    expect(connect.contacts.get(PERSISTENT_CHAT)?.DisconnectTimestamp).toBeUndefined();
    const { attributes } = await continueFrom(C2, 'FROM_SEGMENT');
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', retryAfterSeconds: '' });
    expect(listings()).toEqual([C2]);
  });
});

describe('the session is listed only to explain', () => {
  test('not for a chat that has its history already', async () => {
    connect.setFaults([REFUSE]);
    change(NEW_CHAT, { RelatedContactId: C3 });
    expect((await continueFrom(C1)).attributes).toMatchObject({ associationStatus: 'ALREADY_PERSISTENT' });
    expect(listings()).toEqual([]);
  });

  test.each(['404', '409'])('not for a refusal with %s', async status => {
    connect.setFaults([`CreatePersistentContactAssociation:error=${status}`]);
    expect((await continueFrom(C1)).attributes).toMatchObject({ associationStatus: 'REJECTED' });
    expect(listings()).toEqual([]);
  });

  test('not for a source that could not be described, though the time is there', async () => {
    connect.setFaults([REFUSE, 'DescribeContact:throttle']);
    onAssociation = () => connect.setFaults([]);
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }), { remaining: 2_000 });
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT' });
    expect(connect.calls.at(-1)).toMatchObject({ operation: 'DescribeContact', contactId: NEW_CHAT });
    expect(listings()).toEqual([]);
  });
});

describe('without the list, the source contact alone says it', () => {
  // The session goes on, which cannot be seen.
  beforeEach(() => change(C3, { DisconnectTimestamp: undefined }));

  // Not through the block, which at the end of its time waits for the explanation only for a moment.
  test.each(['throttle', 'hang', 'empty', 'malformed', 'error=500'])(
    'when it is not to be had in time: %s',
    async fault => {
      connect.setFaults([`ListAssociatedContacts:${fault}`]);
      const source = { Id: C1, Channel: 'CHAT', DisconnectTimestamp: secondsAgo(5) } as const;
      const operations = amazonConnect(new ConnectClient(clientConfig()), { id: INSTANCE_ID, arn: INSTANCE_ARN });
      const { outcome } = await explainRefusal(REQUEST, source, operations, new Deadline(1_500));
      expect(outcome).toMatchObject({ status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
      expect(operations.attempts.ListAssociatedContacts).toBeGreaterThan(0);
      expect(operations.errors).toHaveProperty('ListAssociatedContacts');
    },
  );

  test.each(['error=404', 'error=400'])('when it is refused: %s', async fault => {
    connect.setFaults([REFUSE, `ListAssociatedContacts:${fault}`]);
    const end = secondsAgo(5);
    change(C1, { DisconnectTimestamp: end });
    const justEnded = await continueFrom(C1);
    expectToWait(5, end, justEnded);
    expect(justEnded.log).toMatchObject([{ serviceError: { operation: 'CreatePersistentContactAssociation' } }]);
    expect(listings()).toEqual([C1]);
  });

  test('and a source that ended long ago is REJECTED_BY_CONNECT', async () => {
    connect.setFaults([REFUSE, 'ListAssociatedContacts:error=404']);
    expect((await continueFrom(C1)).attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', retryAfterSeconds: '' });
  });

  test('when the list has not even the source in it', async () => {
    connect.setFaults([REFUSE]);
    const end = secondsAgo(5);
    change(C1, { DisconnectTimestamp: end, InitialContactId: 'a-session-of-its-own' });
    expectToWait(5, end, await continueFrom(C1, 'FROM_SEGMENT'));
  });
});
