import { describe, expect, test } from '@jest/globals';
import { C1, C3, CUSTOMER_ID, JUST_ENDED_CHAT, NEW_CHAT, PERSISTENT_CHAT } from '../../local/connect/index.ts';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import { blockForEachTest } from '../support/block.ts';

const REFUSE = 'CreatePersistentContactAssociation:error=400';
const world = blockForEachTest({ transcriptDelaySeconds: 60 });

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

// Which refusal is explained how is in test/unit/refusal.test.ts.
describe('when Connect answers an association with 400', () => {
  test('a chat that has its history already is ALREADY_PERSISTENT, with the contact that it continues', async () => {
    const ids = { ContactId: PERSISTENT_CHAT, InitialContactId: PERSISTENT_CHAT, RelatedContactId: C3 };
    const { attributes, metrics } = await world.continueFrom(C1, {}, ids);
    const status = { associationStatus: 'ALREADY_PERSISTENT', reason: 'ALREADY_PERSISTENT' };
    expect(attributes).toMatchObject({ ...status, continuedFromContactId: C3, retryAfterSeconds: '' });
    expect(metrics).toMatchObject({ Returning: 1, Continued: 1, RejectedByConnect: 0 });
  });

  test('the customer who waits for the transcript is associated the second time, with the same token', async () => {
    world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: secondsAgo(5) });
    const { attributes, log, metrics } = await world.continueFrom(JUST_ENDED_CHAT);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
    const retryAfterSeconds = Number(attributes?.retryAfterSeconds);
    expect(TRANSCRIPT_READY_SECONDS - retryAfterSeconds).toBeGreaterThanOrEqual(4);
    expect(TRANSCRIPT_READY_SECONDS - retryAfterSeconds).toBeLessThan(20);
    const serviceError = { operation: 'CreatePersistentContactAssociation' };
    expect(log).toMatchObject([{ level: 'WARN', retryAfterSeconds, serviceError }]);
    expect(metrics).toMatchObject({ RejectedByConnect: 0 });

    world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: secondsAgo(60) });
    expect((await world.continueFrom(JUST_ENDED_CHAT)).attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    expect(new Set(world.associations().map(({ ClientToken }) => ClientToken)).size).toBe(1);
  });

  test('anything else is REJECTED_BY_CONNECT, after all that could explain it was asked for', async () => {
    world.connect.setFaults([REFUSE]);
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
});

test('a chat that is known by an attribute, associated and invoked again is ALREADY_PERSISTENT', async () => {
  world.deploy({ SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', CUSTOMER_IDENTITY: 'ATTRIBUTE' });
  const Attributes = { customerId: CUSTOMER_ID };
  expect((await world.continueFrom(C1, {}, { Attributes })).log).toMatchObject([{ ownerVerified: true }]);
  // From now on the attributes may be a copy of another contact's.
  const { attributes } = await world.continueFrom(C1, {}, { Attributes, RelatedContactId: C3 });
  expect(attributes).toMatchObject({ associationStatus: 'ALREADY_PERSISTENT', continuedFromContactId: C3 });
  expect(world.associations()).toHaveLength(1);
});
