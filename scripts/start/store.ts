import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { JUST_ENDED_CHAT, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { readEvent } from './events.ts';
import { type Connect, invoke, type Run } from './run.ts';

const TEN_MINUTES_MS = 600_000;

/**
 * Two chats of one customer with the session store, and no id in either. Sessions less than a minute apart are tabs of
 * one chat, so the first one is recorded ten minutes back afterwards: in the local table, not in the function.
 */
export async function runTwoChats(options: Connect): Promise<[first: Run, second: Run]> {
  const [dynamoDb, local] = await Promise.all([startLocalDynamoDb(), startLocalConnect(options)]);
  const environment = {
    AWS_ENDPOINT_URL_CONNECT: local.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    SESSION_STORE_TABLE: dynamoDb.table,
    SESSION_STORE_KEY: 'a key for this run only, forgotten afterwards',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
  };
  try {
    const first = await invoke(chatEvent(JUST_ENDED_CHAT), environment);
    const [item] = await dynamoDb.items();
    const moved = { ...item, [`session ${JUST_ENDED_CHAT}`]: { N: `${Date.now() - TEN_MINUTES_MS}` } };
    await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item: moved }));
    const ended = local.contacts.get(JUST_ENDED_CHAT);
    if (ended) ended.DisconnectTimestamp = new Date(Date.now() - TEN_MINUTES_MS / 2);
    const second = await invoke(chatEvent(NEW_CHAT), environment);
    return [
      { ...first, local: { ...local, calls: [] } },
      { ...second, local },
    ];
  } finally {
    await Promise.all([dynamoDb.close(), local.close()]);
  }
}

/** The event of a chat of the sample data's customer, which names no past contact. */
function chatEvent(contactId: string): unknown {
  const { Details } = readEvent('events/entire-past-session.json').event as { Details: { ContactData: object } };
  const ids = { ContactId: contactId, InitialContactId: contactId, PreviousContactId: contactId };
  return { Details: { ContactData: { ...Details.ContactData, ...ids }, Parameters: {} } };
}
