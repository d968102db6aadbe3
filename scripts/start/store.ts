import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { C1, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { sampleEvent } from './events.ts';
import { type Connect, invoke, type Run } from './run.ts';

/**
 * Two chats of one customer with the session store; neither names a past contact. Sessions less than a minute apart
 * count as tabs of one chat, so the first is moved back by ten minutes in the local table.
 */
export async function runTwoChats(options: Connect): Promise<[first: Run, second: Run]> {
  const [dynamoDb, local] = await Promise.all([startLocalDynamoDb(), startLocalConnect(options)]);
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    SESSION_STORE_TABLE: dynamoDb.table,
    SESSION_STORE_KEY: 'a key for this run only, forgotten afterwards',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
  };
  try {
    const first = await invoke(sampleEvent(C1), local, variables);
    const [item] = await dynamoDb.items();
    const Item = { ...item, [`session ${C1}`]: { N: `${Date.now() - 600_000}` } };
    await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item }));
    return [first, await invoke(sampleEvent(NEW_CHAT), local, variables)];
  } finally {
    await Promise.all([dynamoDb.close(), local.close()]);
  }
}
