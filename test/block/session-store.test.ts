import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ID } from '../../local/connect/index.ts';
import { Deadline } from '../../src/deadline.ts';
import { dynamoDbSessionStore } from '../../src/session-store/dynamodb.ts';
import {
  askedContacts,
  associations,
  endChat,
  eventOf,
  keyOf,
  newChat,
  reset,
  SECRET,
  type StoreWorld,
  setMinutes,
  someCustomer,
  startStoreBlock,
  startStoreWorld,
  storedSessions,
  storeSessions,
} from '../support/session-store.ts';

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterEach(() => reset(world));
afterAll(() => world.close());

/** A customer's chat that begins at a minute, invokes the block and ends five minutes later. */
async function chatAt(minutes: number, customer: string, fields: Partial<Contact> = {}) {
  setMinutes(minutes);
  const chat = newChat(world, customer, fields);
  const invoked = await world.block.invoke(eventOf(chat));
  setMinutes(minutes + 5);
  endChat(chat);
  return { chat, ...invoked };
}

describe('with the session store, and no id from the flow,', () => {
  test("a customer's second chat continues their first, and the third the second", async () => {
    const customer = someCustomer();
    const first = await chatAt(0, customer);
    expect(first.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT', reason: '' });
    expect(first.log).toMatchObject([
      { sourceContactIdFrom: 'none', customerKnown: true, storeAttempts: expect.any(Number) },
    ]);

    const second = await chatAt(10, customer);
    const third = await chatAt(20, customer);
    for (const [{ attributes, log, metrics }, past] of [
      [second, first.chat],
      [third, second.chat],
    ] as const) {
      expect(attributes).toMatchObject({
        associationStatus: 'ASSOCIATED',
        continuedFromContactId: past.Id,
        sourceContactId: past.Id,
        sourceEndedSecondsAgo: '300',
      });
      expect(log).toMatchObject([{ level: 'INFO', sourceContactIdFrom: 'store', ownerVerified: true }]);
      expect(metrics).toMatchObject({ Returning: 1, Continued: 1, Unverified: 0 });
    }
    expect(await storedSessions(world, customer)).toEqual({
      [first.chat.Id]: 0,
      [second.chat.Id]: 10,
      [third.chat.Id]: 20,
    });
  });

  test("another customer's chat continues nothing", async () => {
    await chatAt(0, someCustomer());
    expect((await chatAt(10, someCustomer())).attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  });

  test('a repeated invocation answers the same, with the same ClientToken, and keeps the time of the first', async () => {
    const customer = someCustomer();
    const { chat: past } = await chatAt(0, customer);
    setMinutes(10);
    const chat = newChat(world, customer);
    const { attributes } = await world.block.invoke(eventOf(chat));
    expect(attributes).toMatchObject({ continuedFromContactId: past.Id });
    for (const minutes of [10.1, 12]) {
      setMinutes(minutes);
      const repeated = await world.block.invoke(eventOf(chat));
      expect({ ...repeated.attributes, sourceEndedSecondsAgo: '' }).toEqual({
        ...attributes,
        sourceEndedSecondsAgo: '',
      });
    }
    expect(new Set(associations(world).map(({ body }) => body.ClientToken)).size).toBe(1);
    expect(await storedSessions(world, customer)).toEqual({ [past.Id]: 0, [chat.Id]: 10 });
  });

  test('the item expires as many days after the last chat as a session is remembered', async () => {
    const customer = someCustomer();
    await chatAt(0, customer);
    await chatAt(10, customer);
    setMinutes(10);
    const item = (await world.dynamoDb.items()).find(each => each['customer']?.S === keyOf(customer));
    expect(item?.['expiresAt']?.N).toBe(String(Math.ceil(Date.now() / 1_000) + 90 * 24 * 60 * 60));
  });
});

test('50 concurrent invocations of two sessions find the same past one, and leave each session once', async () => {
  const customer = someCustomer();
  await storeSessions(world, customer, { past: 0 });
  setMinutes(10);
  // Without the handler, whose time one process could not give to 50 at once.
  const settings = { table: world.dynamoDb.table, key: SECRET, days: 90 };
  const store = dynamoDbSessionStore(world.dynamoDb.client, settings);
  const recorded = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const identity = { place: 'CUSTOMER_ID', kind: 'CUSTOMER_ID', id: customer } as const;
      const session = { instanceId: INSTANCE_ID, initialContactId: `current-${index % 2}`, customer: identity };
      return store.record(session, new Deadline(25_000));
    }),
  );
  for (const each of recorded) expect(each).toMatchObject({ kind: 'recorded', pastSessions: ['past'], surplus: [] });
  expect(await storedSessions(world, customer)).toEqual({ past: 0, 'current-0': 10, 'current-1': 10 });
});

describe('two chats of one customer that began', () => {
  test.each([
    ['59.999 seconds apart are tabs: neither is the past', 59_999, { associationStatus: 'NO_SOURCE_CONTACT' }],
    ['60 seconds apart are two: the first one is tried', 60_000, { reason: 'SOURCE_CONTACT_STILL_ACTIVE' }],
  ])('%s', async (_, milliseconds, expected) => {
    const customer = someCustomer();
    const start = (minutes: number) => {
      setMinutes(minutes);
      return world.block.invoke(eventOf(newChat(world, customer)));
    };
    await start(0);
    expect((await start(milliseconds / 60_000)).attributes).toMatchObject(expected);
  });

  test('at once are each continued by the next one, the later by preference', async () => {
    const customer = someCustomer();
    await chatAt(0, customer);
    const { chat: later } = await chatAt(0.5, customer);
    expect((await chatAt(10, customer)).attributes).toMatchObject({ continuedFromContactId: later.Id });
  });
});

describe('a session is recorded once', () => {
  test('when its chat is transferred, and its survey runs', async () => {
    const customer = someCustomer();
    const { chat: first } = await chatAt(0, customer);
    const sameSession = { InitialContactId: first.Id, PreviousContactId: first.Id };
    const transferred = await chatAt(5, customer, { ...sameSession, InitiationMethod: 'TRANSFER' });
    expect(transferred.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    await chatAt(10, customer, { ...sameSession, InitiationMethod: 'DISCONNECT' });
    expect(await storedSessions(world, customer)).toEqual({ [first.Id]: 0 });
  });

  test('and the next chat continues its last contact', async () => {
    const customer = someCustomer();
    const { chat: first } = await chatAt(0, customer);
    const { chat: last } = await chatAt(5, customer, { InitialContactId: first.Id, InitiationMethod: 'TRANSFER' });
    const { attributes } = await chatAt(20, customer);
    expect(attributes).toMatchObject({ sourceContactId: first.Id, continuedFromContactId: last.Id });
  });
});

describe('nothing is asked of the table for', () => {
  test('the start of an environment', async () => {
    await startStoreBlock(world.connect, world.table);
    expect(world.table.requests).toEqual([]);
  });

  test('any chat while the store is off', async () => {
    const off = await startStoreBlock(world.connect, world.table, { SESSION_STORE_TABLE: '' });
    const { attributes, log } = await off.invoke(eventOf(newChat(world, someCustomer())));
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    expect(log[0]).not.toHaveProperty('customerKnown');
    expect(world.table.requests).toEqual([]);
  });

  test.each([
    ['a call', { Channel: 'VOICE' }, 'CHANNEL_NOT_SUPPORTED'],
    ['a task', { Channel: 'TASK' }, 'CHANNEL_NOT_SUPPORTED'],
    ['an e-mail', { Channel: 'EMAIL' }, 'CHANNEL_NOT_SUPPORTED'],
    ['a guide', { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } }, 'GUIDE'],
    ['a disconnect flow', { InitiationMethod: 'DISCONNECT' }, 'DISCONNECT_FLOW'],
  ] satisfies [string, Partial<Contact>, string][])('%s', async (_, fields, reason) => {
    const { attributes } = await world.block.invoke(eventOf(newChat(world, someCustomer(), fields)));
    expect(attributes).toMatchObject({ associationStatus: 'NOT_APPLICABLE', reason });
    expect(world.table.requests).toEqual([]);
  });

  test.each(['', ' ', 'null', 'undefined'])('an unknown customer: %j', async customer => {
    const { attributes, log } = await world.block.invoke(eventOf(newChat(world, customer)));
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    expect(log).toMatchObject([{ customerKnown: false, level: 'INFO' }]);
    expect(world.table.requests).toEqual([]);
  });

  test('an unknown customer whose flow names a past chat', async () => {
    const past = newChat(world, someCustomer());
    const event = eventOf(newChat(world, ''), { sourceContactId: past.Id });
    expect((await world.block.invoke(event)).attributes).toMatchObject({ reason: 'CUSTOMER_UNKNOWN' });
    expect(world.table.requests).toEqual([]);
  });
});

test('a session that is too old is not continued, although its item is not deleted yet', async () => {
  const customer = someCustomer();
  const days = (count: number) => -count * 24 * 60;
  setMinutes(0);
  const old = newChat(world, customer);
  endChat(old);
  await storeSessions(world, customer, { [old.Id]: days(90) - 1 });
  const { chat, attributes } = await chatAt(0, customer);
  expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  expect(askedContacts(world)).not.toContain(old.Id);
  expect(await storedSessions(world, customer)).toEqual({ [chat.Id]: 0 });
});
