import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { C1, C2, C3, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import { endChat, eventOf, newChat, setMinutes, someCustomer, startStoreBlock } from '../support/session-store.ts';

// A few only: that the bundle does what the sources do, where bundling could have broken it.
describe('the bundle', () => {
  let connect: LocalConnect;
  let block: Block;
  beforeEach(async () => {
    connect = await startLocalConnect();
    block = await startBlock(connect, {}, 'bundle');
  });
  afterEach(() => {
    jest.restoreAllMocks();
    return connect.close();
  });

  test.each([
    ['entire-past-session', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 }],
    ['from-segment', { associationStatus: 'ASSOCIATED', continuedFromContactId: C2 }],
    ['voice', { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED' }],
  ])('answers events/%s.json', async (name, expected) => {
    expect((await block.invoke(eventFile(name))).attributes).toMatchObject(expected);
  });

  test('retries, and says so in one line of the log and one of metrics', async () => {
    connect.setFaults(['CreatePersistentContactAssociation:throttle*1', 'CreatePersistentContactAssociation:reset*1']);
    const { attributes, log, metrics } = await block.invoke(eventFile('entire-past-session'));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    expect(log).toMatchObject([{ associationAttempts: 3, ownerVerified: true }]);
    expect(metrics).toMatchObject({ Continued: 1, AssociationAttempts: 3 });
  });

  test('throws errors by their names, with what an operator needs', async () => {
    expect((await block.invoke(eventFile('bad-rehydration-type'))).error?.name).toBe('InvalidRehydrationTypeError');
    connect.setFaults(['error=403']);
    const { error } = await block.invoke(chatEvent({ sourceContactId: C1 }));
    expect(error?.name).toBe('MissingPermissionError');
    block = await startBlock(connect, { AWS_ACCESS_KEY_ID: undefined }, 'bundle');
    expect((await block.invoke(chatEvent({ sourceContactId: C1 }))).error?.name).toBe('CredentialsError');
  });

  test('fails at start-up where the sources do', async () => {
    await expect(startBlock(connect, { SOURCE_CONTACT_CHECK: 'ON' }, 'bundle')).rejects.toMatchObject({
      name: 'InvalidEnvironmentError',
    });
  });

  test("continues a customer's first chat with their second, in another environment, from the session store", async () => {
    const dynamoDb = await startLocalDynamoDb();
    const customer = someCustomer();

    setMinutes(0);
    const first = newChat({ connect }, customer);
    const before = await (await startStoreBlock(connect, dynamoDb, {}, 'bundle')).invoke(eventOf(first));
    expect(before.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    setMinutes(5);
    endChat(first);

    setMinutes(10);
    const second = newChat({ connect }, customer);
    const { attributes, log } = await (await startStoreBlock(connect, dynamoDb, {}, 'bundle')).invoke(eventOf(second));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: first.Id });
    expect(log).toMatchObject([{ sourceContactIdFrom: 'store' }]);
    expect(connect.contacts.get(second.Id)).toMatchObject({ persistent: true, RelatedContactId: first.Id });
    await dynamoDb.close();
  });
});
