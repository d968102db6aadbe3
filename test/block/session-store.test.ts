import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { AGENT_A1, AGENT_A2, type Contact, INSTANCE_ARN, INSTANCE_ID } from '../../local/connect/index.ts';
import { Deadline } from '../../src/aws/retry.ts';
import type { ChatRequest } from '../../src/request.ts';
import { SessionTable } from '../../src/session-store/table.ts';
import { associationsOf } from '../support/block.ts';
import { signedIn } from '../support/events.ts';
import {
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
  chat.DisconnectTimestamp = new Date(Date.now());
  return { chat, ...invoked };
}

describe('with the session store, and no id from the flow,', () => {
  test("a customer's second chat continues their first, and the third the second; not another customer's", async () => {
    const customer = someCustomer();
    await chatAt(-10, someCustomer());
    // Too old, although the item is not deleted yet.
    const DAYS = -90 * 24 * 60;
    await world.remember(customer, { old: DAYS - 1, older: DAYS - 61 });
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
    // A chat of the last hour might still look for it.
    const sessions = { old: DAYS - 1, [first.chat.Id]: 0, [second.chat.Id]: 10, [third.chat.Id]: 20 };
    expect(await world.sessions(customer)).toEqual(sessions);

    // The item expires as many days after the last chat as a session is remembered.
    setMinutes(20);
    expect((await world.item(customer))['expiresAt']?.N).toBe(
      String(Math.ceil(Date.now() / 1_000) + 90 * 24 * 60 * 60),
    );
  });

  test('a repeated invocation answers the same, with the same ClientToken, and keeps the time of the first', async () => {
    const customer = someCustomer();
    const past = (await chatAt(0, customer)).chat;
    setMinutes(10);
    const chat = world.newChat(customer);
    const { attributes } = await world.invoke(chat);
    expect(attributes).toMatchObject({ continuedFromContactId: past.Id });
    for (const minutes of [10.1, 12]) {
      setMinutes(minutes);
      const repeated = await world.invoke(chat);
      const sourceEndedSecondsAgo = expect.any(String);
      expect(repeated.attributes).toEqual({ ...attributes, sourceEndedSecondsAgo });
    }
    expect(new Set(associationsOf(world.connect).map(({ body }) => body['ClientToken'])).size).toBe(1);
    expect(await world.sessions(customer)).toEqual({ [past.Id]: 0, [chat.Id]: 10 });
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

  test('FROM_LAST_AGENT_SEGMENT continues the remembered session up to its last agent', async () => {
    const customer = someCustomer();
    const first = world.pastChat(0, customer, { AgentInfo: AGENT_A1 });
    const member = { InitialContactId: first.Id };
    const last = world.pastChat(1, customer, { ...member, InitiationMethod: 'TRANSFER', AgentInfo: AGENT_A2 });
    world.pastChat(2, customer, { ...member, InitiationMethod: 'DISCONNECT' });
    await world.remember(customer, { [first.Id]: 0 });
    setMinutes(20);
    const parameters = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };
    const { attributes } = await world.invoke(world.newChat(customer), parameters);
    const ids = { sourceContactId: first.Id, continuedFromContactId: last.Id, sourceAgentId: AGENT_A2.Id };
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', ...parameters, ...ids });
  });
});

test('50 concurrent invocations of two sessions find the same past one, and leave each session once', async () => {
  const customer = someCustomer();
  await world.remember(customer, { past: 0 });
  setMinutes(10);
  // Without the handler, whose time one process could not give to 20 at once.
  const settings = { table: world.dynamoDb.table, key: SECRET, days: 90 };
  const table = new SessionTable(world.dynamoDb.client, settings);
  const identity = { kind: 'CUSTOMER_ID', scope: 'CUSTOMER_ID', id: customer };
  const recorded = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const session = { instanceId: INSTANCE_ID, initialContactId: `current-${index % 2}`, customer: identity };
      return table.record(session as ChatRequest, new Deadline(25_000)).record;
    }),
  );
  for (const each of recorded) expect(each).toMatchObject({ customerKnown: true, pastSessions: ['past'] });
  expect(await world.sessions(customer)).toEqual({ past: 0, 'current-0': 10, 'current-1': 10 });
});

describe('nothing is asked of the table', () => {
  test('for the start of an environment, nor for a chat while the store is off', async () => {
    await startStoreBlock(world.connect, world.table);
    const off = await startStoreBlock(world.connect, world.table, { SESSION_STORE_TABLE: '' });
    const { attributes, log } = await off.invoke(eventOf(world.newChat(someCustomer())));
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    expect(log[0]).not.toHaveProperty('customerKnown');
    expect(world.table.requests).toEqual([]);
  });

  test.each(['undefined', 'customer-undefined'])('for an unknown customer: %s', async customer => {
    const { attributes, log } = await world.invoke(world.newChat(customer));
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    expect(log).toMatchObject([{ customerKnown: false, level: 'INFO' }]);
    expect(world.table.requests).toEqual([]);
  });
});

const ASSOCIATED = { associationStatus: 'ASSOCIATED' };
test.each<[string, (current: Contact, past: Contact) => Record<string, string>, answer: object]>([
  ['is a past one', (_, { Id }) => ({ sourceContactId: Id }), ASSOCIATED],
  ['is a segment', (_, { Id }) => ({ sourceContactId: Id, rehydrationType: 'FROM_SEGMENT' }), ASSOCIATED],
  ['is no contact id', () => ({ sourceContactId: 'last week' }), { reason: 'SOURCE_CONTACT_ID_INVALID' }],
  ['does not exist', () => ({ sourceContactId: 'nobody' }), { reason: 'SOURCE_CONTACT_NOT_FOUND' }],
  ['is the current one', ({ Id }) => ({ sourceContactId: Id }), { reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION' }],
])('with a named chat that %s, the remembered one is not asked for, and the session is recorded', async (...row) => {
  const [, parametersOf, answer] = row;
  const customer = someCustomer();
  const [named, remembered] = [world.pastChat(0, customer), world.pastChat(10, customer)];
  await world.remember(customer, { [remembered.Id]: 10 });
  setMinutes(20);
  const current = world.newChat(customer);
  const { attributes, log } = await world.invoke(current, parametersOf(current, named));
  expect(attributes).toMatchObject(answer);
  expect(log).toMatchObject([{ sourceContactIdFrom: 'parameter', customerKnown: true, storeAttempts: 1 }]);
  expect(world.asked()).not.toContain(remembered.Id);
  expect(await world.sessions(customer)).toEqual({ [remembered.Id]: 10, [current.Id]: 20 });
});

describe('one text that stands for customers of two kinds makes two items:', () => {
  const TEXT = '+12025550143';
  const written = (subtype: string, Type = 'TELEPHONE_NUMBER'): Partial<Contact> => ({
    CustomerId: undefined,
    CustomerEndpoint: { Type, Address: TEXT },
    SegmentAttributes: { 'connect:Subtype': { ValueString: `connect:${subtype}` } },
  });
  const attributes: Partial<Contact> = { CustomerId: undefined, Attributes: { crm: TEXT, member: TEXT } };
  const byAttribute = (CUSTOMER_ID_ATTRIBUTE: string) => ({ CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE });

  test.each([
    ['a customer id and an endpoint', [{}, written('SMS')], []],
    ['SMS and WhatsApp', [written('SMS'), written('WhatsApp')], []],
    ['two types of endpoint', [written('SMS'), written('SMS', 'VOIP')], []],
    ['a customer id and a sign-in', [{}, signedIn(TEXT)], []],
    ['a customer id and an attribute', [{}, attributes], [{}, byAttribute('crm')]],
    ['two attributes', [attributes, attributes], [byAttribute('crm'), byAttribute('member')]],
    ['two instances', [{}, {}], []],
    ['two business numbers', [written('SMS'), written('SMS')], []],
  ])('%s', async (name, contacts, environments) => {
    for (const [index, fields] of contacts.entries()) {
      const block = await startStoreBlock(world.connect, world.table, environments[index]);
      const event = eventOf(world.newChat(TEXT, fields));
      const { ContactData } = event.Details;
      if (name === 'two instances') ContactData['InstanceARN'] = `${INSTANCE_ARN}${index}`;
      const SystemEndpoint = { Type: 'TELEPHONE_NUMBER', Address: `+1202555019${index}` };
      if (name === 'two business numbers') Object.assign(ContactData, { SystemEndpoint });
      await block.invoke(event);
    }
    const keys = world.table.requests.map(({ Key }) => Key['customer']?.S);
    expect(new Set(keys).size).toBe(2);
    expect(JSON.stringify(await world.dynamoDb.items())).not.toContain('12025550143');
  });
});

test.each([
  ...['#', ':now', '#session', 'expiresAt', 'customer', 'a.b[0]', 'session session x', '__proto__'],
  ...['x'.repeat(256), 'a\ud800b'],
])('an odd id of a session is one like any other: %j', async id => {
  const customer = someCustomer();
  setMinutes(0);
  // The contact itself is a transferred one: its own id is ordinary.
  const chat = world.newChat(customer, { InitialContactId: id });
  for (let invocation = 0; invocation < 2; invocation++) {
    const { attributes } = await world.invoke(chat);
    expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  }
  expect(Object.entries(await world.sessions(customer))).toEqual([[id.toWellFormed(), 0]]);

  setMinutes(10);
  const { attributes } = await world.invoke(world.newChat(customer));
  // What cannot be a contact's id is never asked for; what can be one is, and there is no such contact.
  expect(attributes?.associationStatus).toBe(/^[A-Za-z0-9-]+$/.test(id) ? 'REJECTED' : 'NO_SOURCE_CONTACT');
});

test("a second call finds what the first found, however many of the customer's windows are open", async () => {
  const customer = someCustomer();
  const past = Array.from({ length: 8 }, (_, index) => [`past-${index}`, -24 * 60 * (index + 1)]);
  await world.remember(customer, Object.fromEntries(past));
  const windows = [];
  for (let seconds = 0; seconds < 60; seconds += 5) {
    setMinutes(seconds / 60);
    windows.push(world.newChat(customer));
    await world.invoke(windows.at(-1) as Contact);
  }
  setMinutes(100 / 60);
  for (const each of windows) {
    const { attributes } = await world.invoke(each);
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_NOT_FOUND', sourceContactId: 'past-0' });
  }
  expect(Object.keys(await world.sessions(customer))).toEqual(expect.arrayContaining(windows.map(({ Id }) => Id)));
});

test('an associated chat that is known by an attribute is ALREADY_PERSISTENT when it is invoked again', async () => {
  const fields = { CustomerId: undefined, Attributes: { customerId: someCustomer() } };
  const past = world.pastChat(-10, '', fields);
  const block = await startStoreBlock(world.connect, world.table, { CUSTOMER_IDENTITY: 'ATTRIBUTE' });
  setMinutes(-10);
  await block.invoke(eventOf(past));
  setMinutes(0);
  const current = world.newChat('', fields);
  for (const associationStatus of ['ASSOCIATED', 'ALREADY_PERSISTENT']) {
    const { attributes } = await block.invoke(eventOf(current));
    expect(attributes).toMatchObject({ associationStatus, continuedFromContactId: past.Id });
    expect(current.RelatedContactId).toBe(past.Id);
  }
});

describe('an item of more than ten sessions', () => {
  const isTrim = ({ UpdateExpression }: { UpdateExpression: string }) => UpdateExpression.startsWith('REMOVE ');
  const KEPT = ['past-0', 'past-1', 'past-2'];

  /** Lets a customer's eleventh chat begin, with something that happens before the item is trimmed. */
  async function trimAfter(happens: (customer: string) => Promise<unknown>, invocation = {}) {
    const customer = someCustomer();
    const sessions = Array.from({ length: 10 }, (_, index) => [`past-${index}`, -120 * index - 120]);
    await world.remember(customer, Object.fromEntries(sessions));
    setMinutes(0);
    const current = world.newChat(customer);
    world.table.onRequest = async request => {
      if (isTrim(request)) await happens(customer);
    };
    const { attributes, log } = await world.invoke(current, {}, invocation);
    // What becomes of the trim is no reason for anything.
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' });
    expect(log[0]).not.toHaveProperty('storeError');
    expect(world.table.requests.filter(isTrim).length).toBeGreaterThan(0);
    return { customer, current, kept: Object.keys(await world.sessions(customer)).sort() };
  }

  test('keeps the newest four, and one that began meanwhile', async () => {
    const { current, kept } = await trimAfter(customer =>
      world.dynamoDb.client.send(
        new UpdateItemCommand({
          TableName: world.dynamoDb.table,
          Key: { customer: { S: keyOf(customer) } },
          UpdateExpression: 'SET #session = :now',
          ExpressionAttributeNames: { '#session': 'session meanwhile' },
          ExpressionAttributeValues: { ':now': { N: String(Date.now()) } },
        }),
      ),
    );
    expect(kept).toEqual([current.Id, 'meanwhile', ...KEPT].sort());
  });

  test('stays erased where it was erased before it is trimmed', async () => {
    const erased = await trimAfter(customer => {
      const Key = { customer: { S: keyOf(customer) } };
      return world.dynamoDb.client.send(new DeleteItemCommand({ TableName: world.dynamoDb.table, Key }));
    });
    expect(await world.item(erased.customer)).toEqual({});
  });

  test.each(['hang', 'reset'] as const)('stays as it is where it cannot be trimmed: %s', async fault => {
    world.table.setFault(fault, Number.POSITIVE_INFINITY, isTrim);
    const { kept } = await trimAfter(async () => undefined, { remaining: 3_000 });
    expect(kept).toHaveLength(11);
  });
});
