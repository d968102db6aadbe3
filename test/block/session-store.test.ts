import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { Contact } from '../../local/connect/index.ts';
import { associationsOf } from '../support/block.ts';
import {
  endAt,
  eventOf,
  keyOf,
  newChat,
  setMinutes,
  someCustomer,
  startStoreBlock,
  storeWorldForFile,
} from '../support/session-store.ts';

const world = storeWorldForFile();
const DAYS = 24 * 60;

/** A customer's chat that begins at a minute, invokes the block and ends five minutes later. */
async function chatAt(minutes: number, customer: string, fields: Partial<Contact> = {}, parameters = {}) {
  setMinutes(minutes);
  const chat = newChat(world, customer, fields);
  const invoked = await world.block.invoke(eventOf(chat, parameters));
  endAt(minutes + 5, chat);
  return { chat, ...invoked };
}

describe('with the session store, and no id from the flow,', () => {
  test("a customer's second chat continues their first, and the third the second; not another customer's", async () => {
    const customer = someCustomer();
    await chatAt(-10, someCustomer());
    // Too old, although the item is not deleted yet.
    const tooOld = { old: -90 * DAYS - 1 };
    await world.remember(customer, tooOld);
    const first = await chatAt(0, customer);
    const sessions = { ...tooOld, [first.chat.Id]: 0 };
    expect(await world.sessions(customer)).toEqual(sessions);
    expect(first.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT', reason: '' });
    const storeAttempts = expect.any(Number);
    expect(first.log).toMatchObject([{ sourceContactIdFrom: 'none', customerKnown: true, storeAttempts }]);

    // No chat of the last hour can need the older one: it is forgotten, although that takes longer than all else.
    await world.remember(customer, { ...sessions, older: -90 * DAYS - 62 });
    world.table.onRequest = () => sleep(50);
    const second = await chatAt(10, customer);
    expect(await world.sessions(customer)).toEqual({ ...sessions, [second.chat.Id]: 10 });
    const third = await chatAt(20, customer);
    for (const [{ attributes, log, metrics }, { chat }] of [[second, first] as const, [third, second] as const]) {
      const ended = { sourceContactId: chat.Id, sourceEndedSecondsAgo: '300' };
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: chat.Id, ...ended });
      expect(log).toMatchObject([{ level: 'INFO', sourceContactIdFrom: 'store', ownerVerified: true }]);
      expect(metrics).toMatchObject({ Returning: 1, Continued: 1, Unverified: 0, SessionStoreFailed: 0 });
    }
    // The item expires as many days after the last chat as a session is remembered.
    setMinutes(20 + 90 * DAYS);
    expect((await world.item(customer))['expiresAt']?.N).toBe(String(Math.ceil(Date.now() / 1_000)));
  });

  test('a repeated invocation answers as the first did, with the same ClientToken, though another window was opened', async () => {
    const customer = someCustomer();
    const past = (await chatAt(0, customer)).chat;
    setMinutes(10);
    const chat = newChat(world, customer);
    const invoke = () => world.block.invoke(eventOf(chat));
    const { attributes } = await invoke();
    expect(attributes).toMatchObject({ continuedFromContactId: past.Id });
    const { chat: other } = await chatAt(10.5, customer);
    for (const minutes of [10.6, 12]) {
      setMinutes(minutes);
      expect((await invoke()).attributes).toEqual({ ...attributes, sourceEndedSecondsAgo: expect.any(String) });
    }
    const sent = associationsOf(world.connect).filter(({ contactId }) => contactId === chat.Id);
    expect(sent).toEqual([sent[0], sent[0], sent[0]]);
    expect(await world.sessions(customer)).toEqual({ [past.Id]: 0, [chat.Id]: 10, [other.Id]: 10.5 });
  });

  test('FIND finds and records, however slow the table is, and the next invocation continues what was found', async () => {
    const customer = someCustomer();
    const past = world.pastChat(0, customer);
    await world.remember(customer, { [past.Id]: 0 });
    world.table.onRequest = () => sleep(200);
    setMinutes(10);
    const chat = newChat(world, customer);
    const found = await world.block.invoke(eventOf(chat, { mode: 'FIND', sourceContactId: past.Id }));
    expect(found.attributes).toMatchObject({ associationStatus: 'FOUND', sourceContactId: past.Id });
    expect(await world.sessions(customer)).toEqual({ [past.Id]: 0, [chat.Id]: 10 });
    const continued = await world.block.invoke(eventOf(chat));
    expect(continued.attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
  });

  test('a session whose chat is transferred is recorded once, by its first contact', async () => {
    const customer = someCustomer();
    const first = (await chatAt(0, customer)).chat;
    await chatAt(5, customer, { InitialContactId: first.Id, InitiationMethod: 'TRANSFER' });
    expect(await world.sessions(customer)).toEqual({ [first.Id]: 0 });
  });
});

test('nothing is asked of the table when an environment starts, for an unknown customer, or while the store is off', async () => {
  await startStoreBlock(world.connect, world.table);
  const off = await startStoreBlock(world.connect, world.table, { SESSION_STORE_TABLE: '' });
  const answers = [
    await off.invoke(eventOf(newChat(world, someCustomer()))),
    await chatAt(0, 'undefined'),
    await chatAt(0, 'Guest'),
  ];
  const associationStatus = 'NO_SOURCE_CONTACT';
  expect(answers.map(({ log }) => log)).toMatchObject(answers.map(() => [{ level: 'INFO', associationStatus }]));
  expect(answers.map(({ log }) => log[0]?.['customerKnown'])).toEqual([undefined, false, false]);
  expect(world.table.requests).toEqual([]);
});

test('with a chat that is named, the remembered one is not asked for, and the session is recorded', async () => {
  const customer = someCustomer();
  const [named, remembered] = [world.pastChat(0, customer), world.pastChat(10, customer)];
  await world.remember(customer, { [remembered.Id]: 10 });
  const { chat, attributes, log } = await chatAt(20, customer, {}, { sourceContactId: named.Id });
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  expect(log).toMatchObject([{ sourceContactIdFrom: 'parameter', customerKnown: true, storeAttempts: 1 }]);
  expect(JSON.stringify(world.connect.calls)).not.toContain(remembered.Id);
  expect(await world.sessions(customer)).toEqual({ [remembered.Id]: 10, [chat.Id]: 20 });
  const refused = await chatAt(30, customer, {}, { sourceContactId: 'last week' });
  const reason = 'SOURCE_CONTACT_ID_INVALID';
  expect(refused.log).toMatchObject([{ reason, sourceContactIdFrom: 'parameter', storeAttempts: 1 }]);
});

test('an odd id of a session is one like any other', async () => {
  const odd = ['#', ':now', '#session', 'expiresAt', 'customer', 'a.b[0]', '__proto__', 'x'.repeat(256), 'a\ud800b'];
  for (const InitialContactId of odd) {
    const customer = someCustomer();
    for (const minutes of [0, 10]) {
      const { attributes, log } = await chatAt(minutes, customer, { InitialContactId });
      expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
      expect(log).toMatchObject([{ level: 'INFO', storeAttempts: 1 }]);
    }
    expect(Object.entries(await world.sessions(customer))).toEqual([[InitialContactId.toWellFormed(), 0]]);
  }
});

test('an item that is erased before it is trimmed stays erased', async () => {
  const customer = someCustomer();
  await world.remember(customer, { older: -91 * DAYS });
  const command = new DeleteItemCommand({ TableName: world.table.table, Key: { customer: { S: keyOf(customer) } } });
  world.table.onRequest = async () => world.table.requests.length === 2 && world.dynamoDb.client.send(command);
  await chatAt(0, customer);
  expect(world.table.requests).toHaveLength(2);
  expect(await world.item(customer)).toEqual({});
});
