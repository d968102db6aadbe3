import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Contact, INSTANCE_ARN } from '../../local/connect/index.ts';
import {
  associations,
  endChat,
  eventOf,
  keyOf,
  newChat,
  reset,
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

describe('one text that stands for customers of two kinds makes two items:', () => {
  const TEXT = '+12025550143';
  const sms = (subtype: string, Type = 'TELEPHONE_NUMBER'): Partial<Contact> => ({
    CustomerId: undefined,
    CustomerEndpoint: { Type, Address: TEXT },
    SegmentAttributes: { 'connect:Subtype': { ValueString: subtype } },
  });
  const attributes: Partial<Contact> = { CustomerId: undefined, Attributes: { crm: TEXT, member: TEXT } };
  const byAttribute = { CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'crm' };

  test.each([
    ['a customer id and an endpoint', [{}, sms('connect:SMS')], [{}, {}]],
    ['SMS and WhatsApp', [sms('connect:SMS'), sms('connect:WhatsApp')], [{}, {}]],
    ['two types of endpoint', [sms('connect:SMS'), sms('connect:SMS', 'VOIP')], [{}, {}]],
    ['a customer id and an attribute', [{}, attributes], [{}, byAttribute]],
    ['two attributes', [attributes, attributes], [byAttribute, { ...byAttribute, CUSTOMER_ID_ATTRIBUTE: 'member' }]],
  ])('%s', async (_, contacts, environments) => {
    for (const [index, fields] of contacts.entries()) {
      const block = await startStoreBlock(world.connect, world.table, environments[index]);
      await block.invoke(eventOf(newChat(world, TEXT, fields)));
    }
    const keys = world.table.requests.map(({ Key }) => Key['customer']?.S);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
    expect(JSON.stringify(await world.dynamoDb.items())).not.toContain('12025550143');
  });

  test('the same customer id in two instances', async () => {
    const event = eventOf(newChat(world, someCustomer()));
    await world.block.invoke(event);
    event.Details.ContactData['InstanceARN'] = INSTANCE_ARN.replace(/[^/]+$/, randomUUID());
    await world.block.invoke(event);
    expect(new Set(world.table.requests.map(({ Key }) => Key['customer']?.S)).size).toBe(2);
  });
});

describe('an odd id of a session', () => {
  test.each([
    ['a hash', '#'],
    ['the name of a value', ':now'],
    ['the name of a name', '#session'],
    ['the attribute that expires', 'expiresAt'],
    ['the key', 'customer'],
    ['a path', 'a.b[0]'],
    ['the prefix of sessions', 'session session x'],
    ['256 characters', 'x'.repeat(256)],
    ['a lone surrogate', 'a\ud800b'],
    ['a name of every object', '__proto__'],
  ])('is one like any other: %s', async (_, id) => {
    const customer = someCustomer();
    setMinutes(0);
    // The contact itself is a transferred one: its own id is ordinary.
    const chat = newChat(world, customer, { InitialContactId: id });
    for (let invocation = 0; invocation < 2; invocation++) {
      const { attributes } = await world.block.invoke(eventOf(chat));
      expect(attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    }
    expect(Object.entries(await storedSessions(world, customer))).toEqual([[id.toWellFormed(), 0]]);

    setMinutes(10);
    const { attributes, error } = await world.block.invoke(eventOf(newChat(world, customer)));
    expect(error).toBeUndefined();
    // What cannot be a contact's id is never asked for; what can be one is, and there is no such contact.
    expect(attributes?.associationStatus).toBe(/^[A-Za-z0-9-]+$/.test(id) ? 'REJECTED' : 'NO_SOURCE_CONTACT');
    expect(associations(world)).toEqual([]);
  });
});

describe('an item', () => {
  test('never keeps more than ten sessions, through 40 chats, and always the newest ones', async () => {
    const customer = someCustomer();
    const chats: Contact[] = [];
    const counts: number[] = [];
    for (let index = 0; index < 40; index++) {
      setMinutes(2 * index);
      const chat = newChat(world, customer);
      const { attributes } = await world.block.invoke(eventOf(chat));
      expect(attributes?.continuedFromContactId).toBe(chats.at(-1)?.Id ?? '');
      endChat(chat);
      chats.push(chat);
      const kept = Object.keys(await storedSessions(world, customer));
      counts.push(kept.length);
      expect(kept).toEqual(expect.arrayContaining(chats.slice(-4).map(({ Id }) => Id)));
    }
    expect(Math.max(...counts)).toBe(10);
    // The eleventh leaves four, and every seventh after it.
    expect(counts.flatMap((count, index) => (count === 4 ? [index + 1] : []))).toEqual([4, 11, 18, 25, 32, 39]);
  });

  /** A customer whose next chat makes the item be trimmed. */
  async function manySessions() {
    const customer = someCustomer();
    const sessions = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`past-${index}`, -10 * index - 10]));
    await storeSessions(world, customer, sessions);
    setMinutes(0);
    return { customer, current: newChat(world, customer) };
  }

  const isTrim = ({ UpdateExpression }: { UpdateExpression: string }) => UpdateExpression.startsWith('REMOVE ');

  test('that is trimmed keeps a session that began meanwhile', async () => {
    const { customer, current } = await manySessions();
    const meanwhile = newChat(world, customer);
    world.table.onRequest = async request => {
      if (!isTrim(request)) return;
      world.table.onRequest = () => undefined;
      await world.dynamoDb.client.send(
        new UpdateItemCommand({
          TableName: world.dynamoDb.table,
          Key: { customer: { S: keyOf(customer) } },
          UpdateExpression: 'SET #session = :now',
          ExpressionAttributeNames: { '#session': `session ${meanwhile.Id}` },
          ExpressionAttributeValues: { ':now': { N: String(Date.now()) } },
        }),
      );
    };
    await world.block.invoke(eventOf(current));
    const kept = [current.Id, meanwhile.Id, 'past-0', 'past-1', 'past-2'];
    expect(Object.keys(await storedSessions(world, customer)).sort()).toEqual(kept.sort());
  });

  test('that was erased before it is trimmed stays erased', async () => {
    const { customer, current } = await manySessions();
    const Key = { customer: { S: keyOf(customer) } };
    world.table.onRequest = async request => {
      if (!isTrim(request)) return;
      await world.dynamoDb.client.send(new DeleteItemCommand({ TableName: world.dynamoDb.table, Key }));
    };
    const { attributes, error } = await world.block.invoke(eventOf(current));
    expect(world.table.requests.filter(isTrim)).toHaveLength(1);
    expect(error).toBeUndefined();
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_NOT_FOUND' });
    expect(await world.dynamoDb.items()).not.toContainEqual(expect.objectContaining(Key));
  });

  test.each(['hang', 'reset'] as const)('that cannot be trimmed is no reason for anything: %s', async fault => {
    const { customer, current } = await manySessions();
    world.table.onRequest = request => {
      if (!isTrim(request)) world.table.setFault(fault);
    };
    const { attributes, log } = await world.block.invoke(eventOf(current), { remaining: 3_000 });
    expect(world.table.requests.some(isTrim)).toBe(true);
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' });
    expect(log[0]).not.toHaveProperty('storeError');
    expect(Object.keys(await storedSessions(world, customer))).toHaveLength(11);
  });
});
