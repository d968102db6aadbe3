import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, type DynamoDBClient, type UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ID } from '../../local/connect/index.ts';
import { Deadline } from '../../src/aws/deadline.ts';
import type { ChatRequest } from '../../src/request.ts';
import { SessionTable } from '../../src/session-store/table.ts';
import { associationsOf } from '../support/block.ts';
import {
  endChat,
  eventOf,
  keyOf,
  SECRET,
  setMinutes,
  someCustomer,
  startStoreBlock,
  storeWorldForFile,
} from '../support/session-store.ts';

const world = storeWorldForFile();

/** A customer's chat that begins at a minute, invokes the block and ends five minutes later. */
async function chatAt(minutes: number, customer: string, fields: Partial<Contact> = {}) {
  setMinutes(minutes);
  const chat = world.newChat(customer, fields);
  const invoked = await world.invoke(chat);
  setMinutes(minutes + 5);
  endChat(chat);
  return { chat, ...invoked };
}

/** Records a session without the handler, whose time one process could not give to 20 at once. */
function recordSession(
  customer: string,
  initialContactId: string,
  send = (command: UpdateItemCommand): Promise<unknown> => world.dynamoDb.client.send(command),
) {
  const settings = { table: world.dynamoDb.table, key: SECRET, days: 90 };
  const table = new SessionTable({ send } as unknown as DynamoDBClient, settings);
  const identity = { kind: 'CUSTOMER_ID', scope: 'CUSTOMER_ID', id: customer } as const;
  const session = { instanceId: INSTANCE_ID, initialContactId, customer: identity };
  return table.record(session as ChatRequest, new Deadline(25_000));
}

describe('with the session store, and no id from the flow,', () => {
  test("a customer's second chat continues their first, and the third the second; not another customer's", async () => {
    const customer = someCustomer();
    await chatAt(-10, someCustomer());
    // Too old, although the item is not deleted yet.
    const DAYS = -90 * 24 * 60;
    await world.remember(customer, { old: DAYS - 1, older: DAYS - 62 });
    world.table.onRequest = () => sleep(20);
    const first = await chatAt(0, customer);
    // A chat of the last hour might still look for the one of 90 days and a minute ago; the older one is forgotten in time.
    expect(await world.sessions(customer)).toEqual({ old: DAYS - 1, [first.chat.Id]: 0 });
    expect(first.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT', reason: '' });
    const storeAttempts = expect.any(Number);
    expect(first.log).toMatchObject([{ sourceContactIdFrom: 'none', customerKnown: true, storeAttempts }]);

    const second = await chatAt(10, customer);
    const third = await chatAt(20, customer);
    for (const [{ attributes, log, metrics }, { Id }] of [
      [second, first.chat] as const,
      [third, second.chat] as const,
    ]) {
      const ended = { sourceContactId: Id, sourceEndedSecondsAgo: '300' };
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: Id, ...ended });
      expect(log).toMatchObject([{ level: 'INFO', sourceContactIdFrom: 'store', ownerVerified: true }]);
      expect(metrics).toMatchObject({ Returning: 1, Continued: 1, Unverified: 0, SessionStoreFailed: 0 });
    }
    const sessions = { old: DAYS - 1, [first.chat.Id]: 0, [second.chat.Id]: 10, [third.chat.Id]: 20 };
    expect(await world.sessions(customer)).toEqual(sessions);

    // The item expires as many days after the last chat as a session is remembered.
    setMinutes(20);
    const expiresAt = Math.ceil(Date.now() / 1_000) + 90 * 24 * 60 * 60;
    expect((await world.item(customer))['expiresAt']?.N).toBe(String(expiresAt));
  });

  test('a repeated invocation answers as the first did, with the same ClientToken, though another window was opened', async () => {
    const customer = someCustomer();
    const past = (await chatAt(0, customer)).chat;
    setMinutes(10);
    const chat = world.newChat(customer);
    const { attributes } = await world.invoke(chat);
    expect(attributes).toMatchObject({ continuedFromContactId: past.Id });
    const { chat: other } = await chatAt(10.5, customer);
    for (const minutes of [10.6, 12]) {
      setMinutes(minutes);
      const repeated = await world.invoke(chat);
      const sourceEndedSecondsAgo = expect.any(String);
      expect(repeated.attributes).toEqual({ ...attributes, sourceEndedSecondsAgo });
    }
    const sent = associationsOf(world.connect).filter(({ contactId }) => contactId === chat.Id);
    expect(new Set(sent.map(({ body }) => body['ClientToken'])).size).toBe(1);
    expect(await world.sessions(customer)).toEqual({ [past.Id]: 0, [chat.Id]: 10, [other.Id]: 10.5 });
  });

  test('a session is recorded once when its chat is transferred and its survey runs, and continued at its end', async () => {
    const customer = someCustomer();
    const first = (await chatAt(0, customer)).chat;
    const member = { InitialContactId: first.Id, PreviousContactId: first.Id };
    const { attributes } = await chatAt(5, customer, { ...member, InitiationMethod: 'TRANSFER' });
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    const { chat: survey } = await chatAt(10, customer, { ...member, InitiationMethod: 'DISCONNECT' });
    expect(await world.sessions(customer)).toEqual({ [first.Id]: 0 });
    const next = await chatAt(20, customer);
    expect(next.attributes).toMatchObject({ sourceContactId: first.Id, continuedFromContactId: survey.Id });
  });
});

test('concurrent invocations of two sessions find the same past one, and leave each session once', async () => {
  const customer = someCustomer();
  await world.remember(customer, { past: 0 });
  setMinutes(10);
  const recordings = Array.from({ length: 20 }, (_, index) => recordSession(customer, `current-${index % 2}`).record);
  for (const each of await Promise.all(recordings)) expect(each).toMatchObject({ pastSessions: ['past'] });
  expect(await world.sessions(customer)).toEqual({ past: 0, 'current-0': 10, 'current-1': 10 });
});

test('nothing is asked of the table for the start of an environment, nor while the store is off', async () => {
  await startStoreBlock(world.connect, world.table);
  const off = await startStoreBlock(world.connect, world.table, { SESSION_STORE_TABLE: '' });
  const { attributes, log } = await off.invoke(eventOf(world.newChat(someCustomer())));
  expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  expect(log[0]).not.toHaveProperty('customerKnown');
  expect(world.table.requests).toEqual([]);
});

test.each(['undefined', 'Guest'])('nothing is asked of the table for an unknown customer, whose id is %s', async id => {
  const { attributes, log } = await world.invoke(world.newChat(id));
  expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  expect(log).toMatchObject([{ customerKnown: false, level: 'INFO' }]);
  expect(world.table.requests).toEqual([]);
});

test.each([
  { what: 'a past one', id: 'past', answer: { associationStatus: 'ASSOCIATED' } },
  { what: 'the current one', id: 'current', answer: { reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION' } },
  { what: 'no contact', id: 'last week', answer: { reason: 'SOURCE_CONTACT_ID_INVALID' } },
])('with a named chat that is $what, the remembered one is not asked for, and the session is recorded', async row => {
  const { id, answer } = row;
  const customer = someCustomer();
  const [named, remembered] = [world.pastChat(0, customer), world.pastChat(10, customer)];
  await world.remember(customer, { [remembered.Id]: 10 });
  setMinutes(20);
  const current = world.newChat(customer);
  const sourceContactId = { past: named.Id, current: current.Id }[id] ?? id;
  const { attributes, log } = await world.invoke(current, { sourceContactId });
  expect(attributes).toMatchObject(answer);
  expect(log).toMatchObject([{ sourceContactIdFrom: 'parameter', customerKnown: true, storeAttempts: 1 }]);
  expect(JSON.stringify(world.connect.calls)).not.toContain(remembered.Id);
  expect(await world.sessions(customer)).toEqual({ [remembered.Id]: 10, [current.Id]: 20 });
});

const ODD_IDS = ['#', ':now', '#session', 'expiresAt', 'customer', 'a.b[0]', '__proto__', 'x'.repeat(256), 'a\ud800b'];
test.each(ODD_IDS.map(id => ({ id, name: id.slice(0, 20) })))(
  'an odd id of a session is one like any other: $name',
  async ({ id }) => {
    const customer = someCustomer();
    setMinutes(0);
    for (let invocation = 0; invocation < 2; invocation++) {
      expect(await recordSession(customer, id).record).toMatchObject({ pastSessions: [] });
    }
    expect(Object.entries(await world.sessions(customer))).toEqual([[id.toWellFormed(), 0]]);
  },
);

describe('an item of more than 21 sessions', () => {
  /** Records a customer's 23rd session, with something that happens before the item is trimmed. */
  async function trimAfter(happens: (customer: string) => Promise<unknown>) {
    const customer = someCustomer();
    const sessions = Array.from({ length: 22 }, (_, index) => [`past-${index}`, -120 * index - 120]);
    await world.remember(customer, Object.fromEntries(sessions));
    setMinutes(0);
    const { record, done } = recordSession(customer, 'current', async command => {
      if (command.input.UpdateExpression?.startsWith('REMOVE ')) await happens(customer);
      return world.dynamoDb.client.send(command);
    });
    expect(await record).not.toHaveProperty('error');
    await done;
    return { item: await world.item(customer), kept: Object.keys(await world.sessions(customer)).sort() };
  }

  test('keeps the newest 21, and one that began meanwhile', async () => {
    const { kept } = await trimAfter(customer => recordSession(customer, 'meanwhile').done);
    const past = Array.from({ length: 20 }, (_, index) => `past-${index}`);
    expect(kept).toEqual(['current', 'meanwhile', ...past].sort());
  });

  test('stays erased where it was erased before it is trimmed', async () => {
    const { item } = await trimAfter(customer => {
      const Key = { customer: { S: keyOf(customer) } };
      return world.dynamoDb.client.send(new DeleteItemCommand({ TableName: world.dynamoDb.table, Key }));
    });
    expect(item).toEqual({});
  });
});
