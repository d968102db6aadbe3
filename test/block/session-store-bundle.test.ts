import { afterEach, expect, jest, test } from '@jest/globals';
import { type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { endChat, eventOf, newChat, setMinutes, someCustomer, startStoreBlock } from '../support/session-store.ts';

let connect: LocalConnect;
let dynamoDb: LocalDynamoDb;
afterEach(async () => {
  jest.restoreAllMocks();
  await connect.close();
  await dynamoDb.close();
});

test("the bundle continues a customer's first chat with their second, in another environment", async () => {
  [connect, dynamoDb] = await Promise.all([startLocalConnect(), startLocalDynamoDb()]);
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
});
