import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { jest } from '@jest/globals';
import { type Contact, INSTANCE_ID, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import type { LocalConnectOptions } from '../../local/connect/server.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { customerKey } from '../../src/session-store/customer-key.ts';
import { type Block, startBlock } from './block.ts';
import { chatEvent } from './events.ts';
import { type FaultyDynamoDb, startFaultyDynamoDb } from './faulty-dynamodb.ts';

// Several servers, each test's clock and 40 chats in a row take their time on a busy machine.
jest.setTimeout(30_000);

export const SECRET = 'the-secret-of-the-session-store-in-tests';

/** A Lambda environment with the session store. */
export function startStoreBlock(
  connect: LocalConnect,
  { url, table }: { url: string; table: string },
  environment: Record<string, string | undefined> = {},
  from?: Parameters<typeof startBlock>[2],
): Promise<Block> {
  const store = {
    SESSION_STORE_TABLE: table,
    SESSION_STORE_KEY: SECRET,
    SESSION_STORE_DAYS: '90',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
    AWS_ENDPOINT_URL_DYNAMODB: url,
  };
  return startBlock(connect, { ...store, ...environment }, from);
}

/** The block with a session store, and all that it talks to. */
export interface StoreWorld {
  connect: LocalConnect;
  dynamoDb: LocalDynamoDb;
  /** Between the block and the table. */
  table: FaultyDynamoDb;
  block: Block;
  close(): Promise<void>;
}

export async function startStoreWorld(
  environment: Record<string, string> = {},
  connectOptions: LocalConnectOptions = {},
): Promise<StoreWorld> {
  const connect = await startLocalConnect(connectOptions);
  const dynamoDb = await startLocalDynamoDb();
  const table = await startFaultyDynamoDb(dynamoDb);
  const block = await startStoreBlock(connect, table, environment);
  return {
    connect,
    dynamoDb,
    table,
    block,
    async close() {
      await table.close();
      await dynamoDb.close();
      await connect.close();
    },
  };
}

/** What one test left behind, away. */
export function reset({ connect, table }: StoreWorld): void {
  jest.restoreAllMocks();
  connect.calls.length = 0;
  connect.setFaults([]);
  table.requests.length = 0;
  table.setFault(undefined);
  table.onRequest = () => undefined;
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
export function newChat({ connect }: Pick<StoreWorld, 'connect'>, customer: string, fields: Partial<Contact> = {}) {
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

export function endChat(chat: Contact): void {
  chat.DisconnectTimestamp = new Date(Date.now());
}

/** The event of a flow that runs for a contact. */
export function eventOf(
  { Id, InitialContactId = Id, Channel, InitiationMethod, CustomerId, SegmentAttributes, ...more }: Contact,
  parameters: Record<string, unknown> = {},
) {
  const { CustomerEndpoint = null, Attributes = {} } = more;
  return chatEvent(parameters, {
    ContactId: Id,
    InitialContactId,
    Channel,
    InitiationMethod,
    CustomerId: CustomerId ?? null,
    CustomerEndpoint,
    Attributes,
    SegmentAttributes,
  });
}

/** The associations that were asked for, oldest first. */
export function associations({ connect }: Pick<StoreWorld, 'connect'>) {
  return connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');
}

/** Every contact that was described or associated. */
export function askedContacts({ connect }: Pick<StoreWorld, 'connect'>): unknown[] {
  return connect.calls.flatMap(({ contactId, body }) => [contactId, body.SourceContactId]);
}

/** The key of a web customer's item. */
export function keyOf(customer: string): string {
  return customerKey(SECRET, INSTANCE_ID, { kind: 'CUSTOMER_ID', id: customer });
}

/** The sessions of a web customer's item, by initial contact: the time of the first invocation, minutes since the test began. */
export async function storedSessions({ dynamoDb }: StoreWorld, customer: string): Promise<Record<string, number>> {
  const item = (await dynamoDb.items()).find(each => each['customer']?.S === keyOf(customer)) ?? {};
  const sessions = Object.entries(item).filter(([name]) => name.startsWith(SESSION));
  return Object.fromEntries(
    sessions.map(([name, { N }]) => [name.slice(SESSION.length), (Number(N) - START) / 60_000]),
  );
}

/** Writes a web customer's item as if these sessions had begun that many minutes after the test. */
export async function storeSessions(
  { dynamoDb }: StoreWorld,
  customer: string,
  sessions: Readonly<Record<string, number>>,
): Promise<void> {
  const attributes = Object.entries(sessions).map(([id, minutes]) => [
    SESSION + id,
    { N: String(START + minutes * 60_000) },
  ]);
  const Item = { customer: { S: keyOf(customer) }, ...Object.fromEntries(attributes) };
  await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item }));
}

const SESSION = 'session ';
