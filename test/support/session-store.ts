import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { type Contact, INSTANCE_ID, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { customerKey } from '../../src/session-store/table.ts';
import { type Block, startBlock } from './block.ts';
import { chatEvent } from './events.ts';
import { forward, listen } from './server.ts';

// Several servers take their time on a busy machine.
jest.setTimeout(30_000);

export const SECRET = 'the-secret-of-the-session-store-in-tests';

/** The function's environment with the session store. */
export const storeAt = (AWS_ENDPOINT_URL_DYNAMODB: string, SESSION_STORE_TABLE = 'session-store') => ({
  SESSION_STORE_TABLE,
  SESSION_STORE_KEY: SECRET,
  SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
  AWS_ENDPOINT_URL_DYNAMODB,
});

/** A Lambda environment with the session store. */
export function startStoreBlock(
  connect: LocalConnect,
  { url, table }: { url: string; table: string },
  environment: NodeJS.ProcessEnv = {},
  from?: Parameters<typeof startBlock>[2],
): Promise<Block> {
  return startBlock(connect, { ...storeAt(url, table), ...environment }, from);
}

/** The block with a session store, and all that it talks to. */
async function startStoreWorld() {
  const connect = await startLocalConnect();
  const dynamoDb = await startLocalDynamoDb();
  /** Stands between the block and DynamoDB, and may wait before it sends a request on. */
  const requests: { Key: Record<string, { S: string }> }[] = [];
  const table = { url: '', table: dynamoDb.table, requests, onRequest: async (): Promise<unknown> => undefined };
  const proxy = await listen(async (request, response) => {
    const body = await text(request);
    requests.push(JSON.parse(body));
    await table.onRequest();
    await forward(request, body, dynamoDb.url, response);
  });
  table.url = proxy.url;
  return {
    connect,
    dynamoDb,
    table,
    block: await startStoreBlock(connect, table),
    /** A customer's chat that begins at a minute and ends five minutes later, when it is. */
    pastChat(minutes: number, customer: string): Contact {
      setMinutes(minutes);
      const chat = newChat({ connect }, customer);
      endAt(minutes + 5, chat);
      return chat;
    },
    /** The item of a web customer. */
    item: async (customer: string) =>
      (await dynamoDb.items()).find(each => each['customer']?.S === keyOf(customer)) ?? {},
    /** The sessions in it, by initial contact: the time of the first invocation, minutes since the test began. */
    async sessions(customer: string): Promise<Record<string, number>> {
      const sessions = Object.entries(await this.item(customer)).filter(([name]) => name.startsWith('session '));
      return Object.fromEntries(sessions.map(([name, { N }]) => [name.slice(8), (Number(N) - START) / 60_000]));
    },
    /** Writes the item as if these sessions had begun that many minutes after the test. */
    async remember(customer: string, sessions: Readonly<Record<string, number>>): Promise<void> {
      const begun = Object.entries(sessions).map(([id, at]) => [`session ${id}`, { N: String(START + at * 60_000) }]);
      const Item = { customer: { S: keyOf(customer) }, ...Object.fromEntries(begun) };
      await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item }));
    },
    async close(): Promise<void> {
      proxy.close();
      await Promise.all([dynamoDb.close(), connect.close()]);
    },
  };
}

/** One for all tests of a file, each of which finds it as new but for the contacts and the items. */
export function storeWorldForFile() {
  const world = {} as Awaited<ReturnType<typeof startStoreWorld>>;
  beforeAll(async () => {
    Object.assign(world, await startStoreWorld());
  });
  afterEach(() => {
    jest.restoreAllMocks();
    world.connect.calls.length = 0;
    world.connect.setFaults([]);
    world.table.requests.length = 0;
    world.table.onRequest = async () => undefined;
  });
  afterAll(() => world.close());
  return world;
}

const START = Date.now();

/**
 * Sets the clock of the block and of the local Amazon Connect: minutes since the test began. Five minutes away from it,
 * the SDK finds its clock skewed and repeats the first request that is refused.
 */
export function setMinutes(minutes: number): void {
  jest.spyOn(Date, 'now').mockReturnValue(START + minutes * 60_000);
}

/** A customer of their own for each test. */
export function someCustomer(): string {
  return `customer-${randomUUID()}`;
}

/** A new web chat of a customer, in the local Amazon Connect. */
export function newChat({ connect }: { connect: LocalConnect }, customer: string, fields: Partial<Contact> = {}) {
  const chat: Contact = {
    Id: randomUUID(),
    Channel: 'CHAT',
    InitiationMethod: 'API',
    InitiationTimestamp: new Date(Date.now()),
    CustomerId: customer,
    SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
    ...fields,
  };
  connect.contacts.set(chat.Id, chat);
  return chat;
}

export function endAt(minutes: number, chat: Contact): void {
  setMinutes(minutes);
  chat.DisconnectTimestamp = new Date(Date.now());
}

/** The event of a flow that runs for a contact. */
export function eventOf(contact: Contact, parameters: Record<string, unknown> = {}) {
  const { Id, InitiationTimestamp: _, DisconnectTimestamp: __, ...fields } = contact;
  return chatEvent(parameters, { InitialContactId: Id, ...fields, ContactId: Id });
}

/** The key of a web customer's item. */
export function keyOf(customer: string): string {
  return customerKey(SECRET, INSTANCE_ID, { scope: 'CUSTOMER_ID', id: customer });
}
