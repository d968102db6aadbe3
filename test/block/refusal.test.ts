import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  JUST_ENDED_CHAT,
  type LocalConnect,
  NEW_CHAT,
  PAST_SMS,
  PERSISTENT_CHAT,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { TRANSCRIPT_READY_SECONDS } from '../../src/explain-refusal.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const REFUSE = ['CreatePersistentContactAssociation:error=400'];

let connect: LocalConnect;
let block: Block;
async function start(options: Parameters<typeof startLocalConnect>[0] = {}): Promise<void> {
  await connect?.close();
  connect = await startLocalConnect(options);
  block = await startBlock(connect);
}
beforeEach(() => start());
afterEach(() => connect.close());

describe('when Connect answers an association with 400', () => {
  test('a chat that has its history already is ALREADY_PERSISTENT, with the contact that it continues', async () => {
    const event = chatEvent({ sourceContactId: C1 }, { ContactId: PERSISTENT_CHAT, InitialContactId: PERSISTENT_CHAT });
    const { attributes, metrics } = await block.invoke(event);
    expect(attributes).toMatchObject({
      associationStatus: 'ALREADY_PERSISTENT',
      reason: 'ALREADY_PERSISTENT',
      continuedFromContactId: C3,
      retryAfterSeconds: '',
    });
    expect(metrics).toMatchObject({ Returning: 1, Continued: 1, RejectedByConnect: 0 });
    expect(connect.calls.map(({ operation, contactId }) => [operation, contactId])).toEqual([
      ['DescribeContact', C1],
      ['CreatePersistentContactAssociation', PERSISTENT_CHAT],
      ['DescribeContact', PERSISTENT_CHAT],
    ]);
  });

  test('and the check is off, it is not asked why', async () => {
    block = await startBlock(connect, { SOURCE_CONTACT_CHECK: 'OFF' });
    const event = chatEvent({ sourceContactId: C1 }, { ContactId: PERSISTENT_CHAT, InitialContactId: PERSISTENT_CHAT });
    expect((await block.invoke(event)).attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT' });
    expect(connect.calls).toHaveLength(1);
  });

  test.each([
    [0, TRANSCRIPT_READY_SECONDS],
    [30, TRANSCRIPT_READY_SECONDS - 30],
    [TRANSCRIPT_READY_SECONDS - 4, 4],
    [-30, TRANSCRIPT_READY_SECONDS],
  ])('a source that ended %d seconds ago is to be asked for again in %d', async (ago, wait) => {
    connect.setFaults(REFUSE);
    const past = connect.contacts.get(C1);
    const endedAt = Date.now() - ago * 1_000;
    if (past) past.DisconnectTimestamp = new Date(endedAt);
    const { attributes, log, metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
    const seconds = Number(attributes?.retryAfterSeconds);
    expect(Number.isInteger(seconds)).toBe(true);
    // What the machine took, a busy one included, is no longer to be waited for; the wire has whole seconds.
    const took = Math.ceil((Date.now() - endedAt) / 1_000) - ago;
    expect(seconds).toBeGreaterThanOrEqual(Math.max(1, wait - took - 1));
    expect(seconds).toBeLessThanOrEqual(wait);
    expect(log).toMatchObject([{ level: 'WARN', retryAfterSeconds: seconds }]);
    expect(metrics).toMatchObject({ RejectedByConnect: 0 });
  });

  test('anything else is REJECTED_BY_CONNECT, with the message of Connect in the log', async () => {
    connect.setFaults(REFUSE);
    const { attributes, log, metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', retryAfterSeconds: '' });
    expect(metrics).toMatchObject({ Continued: 0, RejectedByConnect: 1, AssociationAttempts: 1 });
    expect(log).toMatchObject([
      {
        serviceError: {
          operation: 'CreatePersistentContactAssociation',
          name: 'InvalidRequestException',
          httpStatusCode: 400,
          message: 'Injected fault: error=400',
        },
      },
    ]);
  });

  test('and cannot say why, what was found out before still counts', async () => {
    connect.setFaults([...REFUSE, 'DescribeContact:slow=1*1', 'DescribeContact:throttle']);
    const event = chatEvent({ sourceContactId: JUST_ENDED_CHAT });
    const { attributes, log } = await block.invoke(event, { remaining: 1_000 });
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED' });
    expect(log).toMatchObject([{ serviceError: { operation: 'CreatePersistentContactAssociation' } }]);
  });
});

test('a related contact alone does not mean that the chat has its history: it is associated', async () => {
  const current = connect.contacts.get(NEW_CHAT);
  if (current) current.RelatedContactId = PAST_SMS;
  const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }));
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
});

test('the customer who waits for the transcript is associated the second time, with the same token', async () => {
  await start({ transcriptDelaySeconds: 2 });
  const event = chatEvent({ sourceContactId: JUST_ENDED_CHAT });
  const past = connect.contacts.get(JUST_ENDED_CHAT);
  if (past) past.DisconnectTimestamp = new Date();
  expect((await block.invoke(event)).attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED' });
  if (past) past.DisconnectTimestamp = new Date(Date.now() - 60_000);
  expect((await block.invoke(event)).attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  expect(new Set(associationsOf(connect).map(({ body }) => body.ClientToken)).size).toBe(1);
});

test('a source that another chat continues already is REJECTED_BY_CONNECT where Connect refuses that', async () => {
  await start({ sourceTwice: 'refuse' });
  await block.invoke(eventFile('entire-past-session'));
  const { attributes } = await block.invoke(eventFile('transferred-contact'));
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
});

test('a segment whose session goes on is left to Connect', async () => {
  const survey = connect.contacts.get(C3);
  if (survey) survey.DisconnectTimestamp = undefined;
  const { attributes } = await block.invoke(chatEvent({ sourceContactId: C2 }));
  expect(associationsOf(connect)).toHaveLength(1);
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', continuedFromContactId: '' });
});
