import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, type DynamoDBClient, type UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ID } from '../../local/connect/index.ts';
import { Deadline } from '../../src/aws/deadline.ts';
import type { ChatRequest } from '../../src/request.ts';
import { SessionTable } from '../../src/session-store/table.ts';
import { associationsOf } from '../support/block.ts';
import {
  endAt,
  eventOf,
  keyOf,
  newChat,
  SECRET,
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

test.each([
  { what: 'a past one', id: 'named', answer: { associationStatus: 'ASSOCIATED' } },
  { what: 'no contact', id: 'last week', answer: { reason: 'SOURCE_CONTACT_ID_INVALID' } },
])(
  'with a chat that is named and is $what, the remembered one is not asked for, and the session is recorded',
  async row => {
    const customer = someCustomer();
    const [named, remembered] = [world.pastChat(0, customer), world.pastChat(10, customer)];
    await world.remember(customer, { [remembered.Id]: 10 });
    const sourceContactId = row.id === 'named' ? named.Id : row.id;
    const { chat, attributes, log } = await chatAt(20, customer, {}, { sourceContactId });
    expect(attributes).toMatchObject(row.answer);
    expect(log).toMatchObject([{ sourceContactIdFrom: 'parameter', customerKnown: true, storeAttempts: 1 }]);
    expect(JSON.stringify(world.connect.calls)).not.toContain(remembered.Id);
    expect(await world.sessions(customer)).toEqual({ [remembered.Id]: 10, [chat.Id]: 20 });
  },
);

test('an odd id of a session is one like any other', async () => {
  const odd = ['#', ':now', '#session', 'expiresAt', 'customer', 'a.b[0]', '__proto__', 'x'.repeat(256), 'a\ud800b'];
  setMinutes(0);
  for (const id of odd) {
    const customer = someCustomer();
    const records = [await recordSession(customer, id).record, await recordSession(customer, id).record];
    const none = { pastSessions: [], attempts: 1 };
    expect(records).toMatchObject([none, none]);
    expect(Object.entries(await world.sessions(customer))).toEqual([[id.toWellFormed(), 0]]);
  }
});

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
