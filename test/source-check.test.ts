import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  C1,
  C2,
  C3,
  JUST_ENDED_CHAT,
  type LocalConnect,
  NEW_CHAT,
  PAST_SMS,
  startLocalConnect,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
} from '../local-connect/index.ts';
import { type Block, startBlock } from './support/block.ts';
import { chatEvent, eventFile } from './support/events.ts';

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect, {}, 'bundle');
});
afterEach(() => connect.close());

const associations = () => connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');
const operations = () => connect.calls.map(({ operation, contactId }) => [operation, contactId]);

describe('any contact of a past session', () => {
  test.each([C1, C2, C3])('continues the entire session: %s', async sourceContactId => {
    const { attributes } = await block.invoke(chatEvent({ sourceContactId }));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId });
    expect(associations()).toMatchObject([{ body: { SourceContactId: C1, RehydrationType: 'ENTIRE_PAST_SESSION' } }]);
  });

  test('stands for the same request, with the same token, as the initial one', async () => {
    for (const sourceContactId of [C1, C2, C3]) {
      await block.invoke(chatEvent({ sourceContactId }));
    }
    expect(new Set(associations().map(({ body }) => body.ClientToken)).size).toBe(1);
  });

  test('is itself the segment to continue from', async () => {
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C2, rehydrationType: 'FROM_SEGMENT' }));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
  });

  test('is in the current session when their initial contacts are the same', async () => {
    const sibling = { ...connect.contacts.get(C2), Id: 'sibling', InitialContactId: TRANSFERRED_CHAT_FIRST };
    connect.contacts.set('sibling', sibling as never);
    const { attributes } = await block.invoke(
      chatEvent(
        { sourceContactId: 'sibling' },
        { ContactId: TRANSFERRED_CHAT, InitialContactId: TRANSFERRED_CHAT_FIRST },
      ),
    );
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION' });
    expect(associations()).toEqual([]);
  });

  test('that was transferred and whose session goes on is left to Connect', async () => {
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: TRANSFERRED_CHAT_FIRST }));
    expect(associations()).toHaveLength(1);
    expect(attributes?.associationStatus).toBe('REJECTED');
  });
});

describe('a look that has no answer by half of the time', () => {
  const FAULTS = [
    'DescribeContact:throttle',
    'DescribeContact:hang',
    'DescribeContact:error=500',
    'DescribeContact:empty',
  ];

  test.each(FAULTS)('is given up, and the association goes on without it, with a warning: %s', async fault => {
    connect.setFaults([fault]);
    const { attributes, log, milliseconds, lag } = await block.invoke(chatEvent({ sourceContactId: C1 }), {
      remaining: 900,
    });
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
    expect(log).toMatchObject([
      { level: 'WARN', lookedInVain: true, unverified: true, serviceError: { operation: 'DescribeContact' } },
    ]);
    expect(milliseconds - lag).toBeLessThan(700);
  });

  test.each([
    ['the current customer is known', {}, { CustomerId: 'ann' }],
    ['the check is required', { CUSTOMER_CHECK: 'REQUIRED' }, {}],
  ])('is CHECK_UNAVAILABLE where it was to decide whose chat it is: %s', async (_, environment, contactData) => {
    connect.setFaults(['DescribeContact:throttle']);
    block = await startBlock(connect, environment, 'bundle');
    const event = chatEvent({ sourceContactId: C1 }, contactData);
    const { attributes, milliseconds, lag } = await block.invoke(event, { remaining: 700 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'CHECK_UNAVAILABLE' });
    expect(milliseconds - lag).toBeLessThan(350);
    expect(associations()).toEqual([]);
  });

  test('does not matter when nobody asks whose chat it is', async () => {
    connect.setFaults(['DescribeContact:throttle']);
    block = await startBlock(connect, { CUSTOMER_CHECK: 'OFF' }, 'bundle');
    const event = chatEvent({ sourceContactId: C1 }, { CustomerId: 'ann' });
    const { attributes, log } = await block.invoke(event, { remaining: 700 });
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    expect(log).toMatchObject([{ lookedInVain: true, unverified: false }]);
  });

  test('shares one deadline with the association', async () => {
    connect.setFaults(['throttle']);
    const { attributes, milliseconds, lag } = await block.invoke(chatEvent({ sourceContactId: C1 }), {
      remaining: 900,
    });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'THROTTLED' });
    expect(milliseconds - lag).toBeLessThan(900);
    expect(milliseconds).toBeGreaterThanOrEqual(650);
  });
});

test('a look that is refused with a 400 is REJECTED_BY_CONNECT, without an association', async () => {
  connect.setFaults(['DescribeContact:error=400']);
  const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }));
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
  expect(associations()).toEqual([]);
});

describe('when Connect answers 400', () => {
  const REFUSE = ['CreatePersistentContactAssociation:error=400'];

  test('a chat that has its history already is ALREADY_PERSISTENT, with the contact that it continues', async () => {
    const current = connect.contacts.get(NEW_CHAT);
    if (current) Object.assign(current, { RelatedContactId: PAST_SMS, persistent: true });
    const { attributes, metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({
      associationStatus: 'ALREADY_PERSISTENT',
      reason: 'ALREADY_PERSISTENT',
      continuedFromContactId: PAST_SMS,
      retryAfterSeconds: '',
    });
    expect(metrics).toMatchObject({ ALREADY_PERSISTENT: 1 });
    expect(operations()).toEqual([
      ['DescribeContact', C1],
      ['CreatePersistentContactAssociation', NEW_CHAT],
      ['DescribeContact', NEW_CHAT],
    ]);
  });

  test('a related contact alone is no reason: the chat is associated', async () => {
    const current = connect.contacts.get(NEW_CHAT);
    if (current) current.RelatedContactId = PAST_SMS;
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
  });

  test.each([
    [0, 90],
    [30, 60],
    [88, 2],
    [-30, 90],
  ])('a source that ended %d seconds ago is to be asked for again in %d', async (ago, wait) => {
    connect.setFaults(REFUSE);
    const past = connect.contacts.get(C1);
    if (past) past.DisconnectTimestamp = new Date(Date.now() - ago * 1_000);
    const { attributes, log } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
    const seconds = Number(attributes?.retryAfterSeconds);
    expect(Number.isInteger(seconds)).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(Math.max(1, wait - 1));
    expect(seconds).toBeLessThanOrEqual(wait);
    expect(log).toMatchObject([{ level: 'WARN', retryAfterSeconds: seconds }]);
  });

  test('anything else is REJECTED_BY_CONNECT, with the message of Connect in the log', async () => {
    connect.setFaults(REFUSE);
    const { attributes, log, metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(attributes).toMatchObject({ reason: 'REJECTED_BY_CONNECT', retryAfterSeconds: '' });
    expect(metrics).toEqual({ REJECTED: 1, REJECTED_BY_CONNECT: 1, ATTEMPTS: 1 });
    expect(log).toMatchObject([
      {
        serviceError: {
          operation: 'CreatePersistentContactAssociation',
          httpStatusCode: 400,
          message: expect.any(String),
        },
      },
    ]);
  });

  test('and the second look has no answer, the first one still says what it can', async () => {
    connect.setFaults([...REFUSE, 'DescribeContact:slow=1*1', 'DescribeContact:throttle']);
    const { attributes, log } = await block.invoke(chatEvent({ sourceContactId: JUST_ENDED_CHAT }), { remaining: 700 });
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED' });
    expect(log).toMatchObject([{ serviceError: { operation: 'CreatePersistentContactAssociation' } }]);
  });

  test('the customer who waits is associated the second time', async () => {
    await connect.close();
    connect = await startLocalConnect({ transcriptDelaySeconds: 1 });
    block = await startBlock(connect, {}, 'bundle');
    const event = chatEvent({ sourceContactId: JUST_ENDED_CHAT });
    expect((await block.invoke(event)).attributes).toMatchObject({ reason: 'SOURCE_CONTACT_JUST_ENDED' });
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect((await block.invoke(event)).attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  });
});

test('a source that another chat continues already is REJECTED_BY_CONNECT where Connect refuses that', async () => {
  await connect.close();
  connect = await startLocalConnect({ sourceTwice: 'refuse' });
  block = await startBlock(connect, {}, 'bundle');
  await block.invoke(eventFile('entire-past-session'));
  const { attributes } = await block.invoke(eventFile('transferred-contact'));
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
});
