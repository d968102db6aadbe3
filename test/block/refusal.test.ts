import { describe, expect, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  type Contact,
  CUSTOMER_ID,
  JUST_ENDED_CHAT,
  NEW_CHAT,
  PAST_SMS,
  PAST_VOICE_CALL,
  PERSISTENT_CHAT,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
} from '../../local/connect/index.ts';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import { blockForEachTest, type Invoked } from '../support/block.ts';

const REFUSE = 'CreatePersistentContactAssociation:error=400';
const TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'];
const world = blockForEachTest({ transcriptDelaySeconds: 60 });

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

/** That the customer is to wait for the transcript of a session that ended so long before, however long it took since. */
function expectToWait(seconds: number, end: Date, { attributes, log, metrics }: Invoked): void {
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
  expect(attributes?.retryAfterSeconds).toMatch(/^[1-9]\d*$/);
  const wait = Number(attributes?.retryAfterSeconds);
  const passed = (Date.now() - end.getTime()) / 1_000;
  // The wire has whole seconds, and another clock than ours may put the end ahead.
  expect(wait).toBeGreaterThanOrEqual(Math.min(TRANSCRIPT_READY_SECONDS, TRANSCRIPT_READY_SECONDS - passed - 1));
  expect(wait).toBeLessThanOrEqual(Math.min(TRANSCRIPT_READY_SECONDS, TRANSCRIPT_READY_SECONDS - seconds));
  expect(log).toMatchObject([
    { level: 'WARN', retryAfterSeconds: wait, serviceError: { operation: 'CreatePersistentContactAssociation' } },
  ]);
  expect(metrics).toMatchObject({ RejectedByConnect: 0 });
}

describe('when Connect answers an association with 400', () => {
  test('a chat that has its history already is ALREADY_PERSISTENT, with the contact that it continues', async () => {
    const ids = { ContactId: PERSISTENT_CHAT, InitialContactId: PERSISTENT_CHAT };
    // What the event does not show was set by an association meanwhile; what it shows, by the server that started the chat.
    for (const RelatedContactId of [null, C3]) {
      const { attributes, metrics } = await world.continueFrom(C1, {}, { ...ids, RelatedContactId });
      expect(attributes).toMatchObject({
        associationStatus: 'ALREADY_PERSISTENT',
        reason: 'ALREADY_PERSISTENT',
        continuedFromContactId: C3,
        retryAfterSeconds: '',
      });
      expect(metrics).toMatchObject({ Returning: 1, Continued: 1, RejectedByConnect: 0 });
    }
  });

  test.each([0, 30, TRANSCRIPT_READY_SECONDS - 4, -30])(
    'a source that ended %d seconds ago is waited for',
    async ago => {
      world.connect.setFaults([REFUSE]);
      const end = secondsAgo(ago);
      world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: end });
      expectToWait(ago, end, await world.continueFrom(JUST_ENDED_CHAT));
    },
  );

  test.each<[what: string, related: Partial<Contact> | undefined]>([
    ['a call that was deflected', { Channel: 'VOICE' }],
    ['a task', { Channel: 'TASK' }],
    ['an email', { Channel: 'EMAIL' }],
    ['an open chat', { DisconnectTimestamp: undefined }],
    ['a chat that ended after this one began', { DisconnectTimestamp: secondsAgo(20) }],
    ['a contact that does not exist', undefined],
  ])('a link to %s is no history: the source decides', async (_, related) => {
    const RelatedContactId = 'related';
    if (related) world.change(RelatedContactId, { CustomerId: undefined, ...related }, C1);
    world.change(NEW_CHAT, { RelatedContactId, InitiationTimestamp: secondsAgo(60) });
    world.connect.setFaults([REFUSE]);
    const end = secondsAgo(5);
    world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: end });
    expectToWait(5, end, await world.continueFrom(JUST_ENDED_CHAT, {}, { RelatedContactId }));
    const { attributes, metrics } = await world.continueFrom(C1, {}, { RelatedContactId });
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', continuedFromContactId: '' });
    expect(metrics).toMatchObject({ Continued: 0, RejectedByConnect: 1 });
  });

  test('a transferred contact began when its chat did', async () => {
    const ids = { ContactId: TRANSFERRED_CHAT, InitialContactId: TRANSFERRED_CHAT_FIRST };
    world.change(TRANSFERRED_CHAT, { persistent: true, RelatedContactId: C2 });
    for (const [minutes, reason] of [
      [11, 'ALREADY_PERSISTENT'],
      [9, 'REJECTED_BY_CONNECT'],
    ] as const) {
      world.change(C2, { DisconnectTimestamp: secondsAgo(60 * minutes) });
      const { attributes } = await world.continueFrom(C1, {}, { ...ids, RelatedContactId: C2 });
      expect(attributes).toMatchObject({ reason });
    }
  });

  test('a refusal that could not be explained is not counted as one', async () => {
    world.connect.setFaults([REFUSE, 'DescribeContact:slow=1*1', 'DescribeContact:error=404']);
    const { attributes, metrics } = await world.continueFrom(C1);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
    expect(metrics).toMatchObject({ Returning: 1, Continued: 0, Failed: 0, RejectedByConnect: 0 });
  });

  test.each(TYPES)('the end of the whole session counts, of a task or a survey too: %s', async rehydrationType => {
    world.change('task', { Channel: 'TASK', DisconnectTimestamp: undefined }, C2);
    world.connect.setFaults([`${REFUSE}*1`]);
    expect((await world.continueFrom(C2, { rehydrationType })).attributes).toMatchObject({
      ...{ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_STILL_ACTIVE' },
      ...{ continuedFromContactId: '', retryAfterSeconds: '' },
    });
    // The list has the smallest quota: the last agent's segment was looked for with the same one.
    expect(world.calledFor('ListAssociatedContacts')).toHaveLength(1);
    const end = secondsAgo(20);
    world.change('task', { DisconnectTimestamp: secondsAgo(3_600) });
    world.change(C3, { DisconnectTimestamp: end });
    expectToWait(20, end, await world.continueFrom(C2, { rehydrationType }));
  });

  test('anything else is REJECTED_BY_CONNECT, though another chat continues the session and goes on', async () => {
    world.connect.setFaults([REFUSE]);
    expect(world.connect.contacts.get(PERSISTENT_CHAT)).toMatchObject({ RelatedContactId: C3 });
    const { attributes, log, metrics } = await world.continueFrom(C1);
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', retryAfterSeconds: '' });
    expect(metrics).toMatchObject({ Continued: 0, RejectedByConnect: 1, AssociationAttempts: 1 });
    const serviceError = { name: 'InvalidRequestException', httpStatusCode: 400, message: 'Injected fault: error=400' };
    expect(log).toMatchObject([{ serviceError }]);
    expect(world.requests()).toEqual([
      `DescribeContact ${C1}`,
      `CreatePersistentContactAssociation ${NEW_CHAT}`,
      `DescribeContact ${NEW_CHAT}`,
      `ListAssociatedContacts ${C1}`,
    ]);
  });

  // The session goes on, which without the list cannot be seen.
  test.each([
    ['the current contact', ['DescribeContact:slow=1*1', 'DescribeContact:error=404'], secondsAgo(5)],
    ["the session's contacts", ['ListAssociatedContacts:error=404'], undefined],
    ["the session's contacts in time", ['ListAssociatedContacts:throttle'], undefined],
  ])('what is known without %s still counts', async (_, faults, sessionEnd) => {
    world.connect.setFaults([REFUSE, ...faults]);
    world.change(C3, { DisconnectTimestamp: sessionEnd });
    const end = secondsAgo(5);
    world.change(C1, { DisconnectTimestamp: end });
    expectToWait(5, end, await world.continueFrom(C1, {}, { remaining: 3_000 }));
  });

  test('nothing is listed for a source that could not be described', async () => {
    world.deploy({ SOURCE_CONTACT_CHECK: 'CONTACT' });
    // One attempt has the whole half of so little time.
    world.connect.setFaults([REFUSE, 'DescribeContact:hang*1']);
    const { attributes } = await world.continueFrom(C1, {}, { remaining: 1_100 });
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT' });
    expect(world.requests().at(-1)).toBe(`DescribeContact ${NEW_CHAT}`);
  });
});

test('a related contact alone does not mean that the chat has its history: it is associated', async () => {
  world.change(NEW_CHAT, { RelatedContactId: PAST_SMS });
  const { attributes } = await world.continueFrom(C1);
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
});

test('the customer who waits for the transcript is associated the second time, with the same token', async () => {
  expect((await world.continueFrom(JUST_ENDED_CHAT)).attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED' });
  world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: secondsAgo(60) });
  expect((await world.continueFrom(JUST_ENDED_CHAT)).attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  expect(new Set(world.associations().map(({ ClientToken }) => ClientToken)).size).toBe(1);
});

test.each(['OWNER_IF_KNOWN', 'OWNER_REQUIRED'])(
  'a chat that is known by an attribute, associated and invoked again is ALREADY_PERSISTENT: %s',
  async SOURCE_CONTACT_CHECK => {
    world.deploy({ SOURCE_CONTACT_CHECK, CUSTOMER_IDENTITY: 'ATTRIBUTE' });
    const Attributes = { customerId: CUSTOMER_ID };
    expect((await world.continueFrom(C1, {}, { Attributes })).log).toMatchObject([{ ownerVerified: true }]);
    // From now on the attributes may be a copy of another contact's.
    const { attributes } = await world.continueFrom(C1, {}, { Attributes, RelatedContactId: C3 });
    expect(attributes).toMatchObject({ associationStatus: 'ALREADY_PERSISTENT', continuedFromContactId: C3 });
    expect(world.associations()).toHaveLength(1);

    // Of a chat that is linked to a call, who its customer is stays unknown.
    world.change(NEW_CHAT, { RelatedContactId: PAST_VOICE_CALL, persistent: undefined });
    const linked = await world.continueFrom(C1, {}, { Attributes, RelatedContactId: PAST_VOICE_CALL });
    expect(linked.attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'CUSTOMER_UNKNOWN' });
  },
);
