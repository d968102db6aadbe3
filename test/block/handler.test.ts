import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  CUSTOMER_ID,
  INSTANCE_ARN,
  INSTANCE_ID,
  type LocalConnect,
  NEW_CHAT,
  OTHER_CUSTOMERS_CHAT,
  PAST_SMS,
  PAST_VOICE_CALL,
  startLocalConnect,
  TRANSFERRED_CHAT,
} from '../../local/connect/index.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect);
});
afterEach(() => connect.close());

describe('the block', () => {
  test.each([
    ['entire-past-session', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId: C1 }],
    ['from-segment', { associationStatus: 'ASSOCIATED', continuedFromContactId: C2, sourceContactId: C2 }],
    ['source-in-attribute', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId: C1 }],
    ['transferred-contact', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 }],
    ['sms', { associationStatus: 'ASSOCIATED', continuedFromContactId: PAST_SMS }],
    ['new-customer', { associationStatus: 'NO_SOURCE_CONTACT', reason: '', sourceContactId: '' }],
    ['voice', { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED', rehydrationType: '' }],
    ['survey-in-disconnect-flow', { associationStatus: 'NOT_APPLICABLE', reason: 'DISCONNECT_FLOW' }],
  ])('answers events/%s.json with %j, in strings', async (name, expected) => {
    const { attributes } = await block.invoke(eventFile(name));
    expect(attributes).toMatchObject(expected);
    expect(new Set(Object.values(attributes ?? {}).map(value => typeof value))).toEqual(new Set(['string']));
    expect(associationsOf(connect)).toHaveLength(expected.associationStatus === 'ASSOCIATED' ? 1 : 0);
  });

  test('makes the new chat one that continues the past one', async () => {
    await block.invoke(eventFile('entire-past-session'));
    expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBe(C3);
  });

  test('sends the current contact, not the initial one of its session', async () => {
    await block.invoke(eventFile('transferred-contact'));
    expect(associationsOf(connect)).toMatchObject([{ contactId: TRANSFERRED_CHAT, instanceId: INSTANCE_ID }]);
  });

  test('calls nothing where there is nothing to continue, or the id cannot be one', async () => {
    for (const name of ['new-customer', 'voice', 'survey-in-disconnect-flow']) await block.invoke(eventFile(name));
    for (const sourceContactId of ['$.Attributes.x', '..', NEW_CHAT])
      await block.invoke(chatEvent({ sourceContactId }));
    expect(connect.calls).toEqual([]);
  });

  test.each([
    ['SOURCE_CONTACT_NOT_FOUND', NOBODY],
    ['SOURCE_CONTACT_ID_INVALID', 'past chat'],
    ['SOURCE_CONTACT_NOT_CHAT', PAST_VOICE_CALL],
    ['SOURCE_CONTACT_STILL_ACTIVE', ACTIVE_CHAT],
    ['SOURCE_CONTACT_IN_CURRENT_SESSION', NEW_CHAT],
    ['SOURCE_CONTACT_NOT_OWNED', OTHER_CUSTOMERS_CHAT],
  ])('rejects with %s: %s', async (reason, sourceContactId) => {
    const CustomerId = reason === 'SOURCE_CONTACT_NOT_OWNED' ? CUSTOMER_ID : null;
    const { attributes } = await block.invoke(chatEvent({ sourceContactId }, { CustomerId }));
    expect(attributes).toMatchObject({
      associationStatus: 'REJECTED',
      reason,
      sourceContactId,
      continuedFromContactId: '',
    });
    expect(associationsOf(connect)).toEqual([]);
  });

  test('associates once when Connect invokes it again, and answers the same', async () => {
    const first = await block.invoke(chatEvent({ sourceContactId: C1 }));
    const again = await (await startBlock(connect)).invoke(chatEvent({ sourceContactId: C1 }));
    expect(again.attributes).toEqual(first.attributes);
    expect(new Set(associationsOf(connect).map(({ body }) => body['ClientToken'])).size).toBe(1);
  });

  test("has the flow's time limit, where that is shorter than Lambda's", async () => {
    connect.setFaults(['hang']);
    const { attributes, milliseconds } = await block.invoke(chatEvent({ sourceContactId: C1, timeLimitSeconds: '1' }));
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT', sourceContactId: C1 });
    // Far from both ends: how exact it is, the unit tests tell.
    expect(milliseconds).toBeGreaterThan(700);
    expect(milliseconds).toBeLessThan(4_000);
  });

  test('without time for an attempt makes none', async () => {
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }), { remaining: 200 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    expect(connect.calls).toEqual([]);
  });
});

describe('the Error branch is taken', () => {
  test.each([
    [
      'a malformed event, even where nothing would be called',
      chatEvent({}, { Channel: 'VOICE', ContactId: '' }),
      'MalformedEventError',
      'ContactId',
    ],
    [
      'a rehydration type that does not exist',
      eventFile('bad-rehydration-type'),
      'InvalidRehydrationTypeError',
      '"LAST_SEGMENT"',
    ],
    ['a time limit that does not exist', chatEvent({ timeLimitSeconds: 'eight' }), 'InvalidTimeLimitError', '"eight"'],
    ['a misspelt parameter', chatEvent({ sourceContactID: C1 }), 'UnknownParameterError', '"sourceContactID"'],
  ])('by %s', async (_, event, name, words) => {
    const { error, metrics } = await block.invoke(event);
    expect(error).toMatchObject({ name, message: expect.stringContaining(words) });
    expect(connect.calls).toEqual([]);
    expect(metrics).toEqual({});
  });

  test.each(['CreatePersistentContactAssociation', 'DescribeContact'])(
    'by a missing permission to %s at once, with the two resources that the policy needs',
    async operation => {
      connect.setFaults([`${operation}:error=403`]);
      const { error } = await block.invoke(chatEvent({ sourceContactId: C1 }));
      expect(error?.name).toBe('MissingPermissionError');
      expect(error?.message).toContain(`connect:${operation}`);
      expect(error?.message).toContain(`"${INSTANCE_ARN}"`);
      expect(error?.message).toContain(`"${INSTANCE_ARN}/contact/*"`);
      expect(connect.calls.filter(call => call.operation === operation)).toHaveLength(1);
    },
  );

  test.each([
    ['CredentialsError', 'AWS_ACCESS_KEY_ID', undefined],
    ['MissingRegionError', 'AWS_REGION', undefined],
    ['MissingRegionError', 'AWS_REGION', 'example.com#'],
  ])('by a %s, where %s is %j, when something is to be called and not before', async (name, variable, value) => {
    block = await startBlock(connect, { [variable]: value });
    expect((await block.invoke(eventFile('new-customer'))).error).toBeUndefined();
    const { error } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(error).toMatchObject({ name, message: expect.stringContaining(variable) });
    expect(connect.calls).toEqual([]);
  });
});

test('a bad environment variable fails at start-up', async () => {
  await expect(startBlock(connect, { DEFAULT_REHYDRATION_TYPE: 'ALL' })).rejects.toMatchObject({
    name: 'InvalidEnvironmentError',
    message: expect.stringContaining('DEFAULT_REHYDRATION_TYPE is "ALL"'),
  });
});
