import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CUSTOMER_ID, JUST_ENDED_CHAT, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { DEFAULT_EVENT } from './events.ts';
import { readEvent } from './read-event.ts';
import { invokeOnce, type Run } from './run.ts';

const MINUTES_BACK = 10;

/**
 * Two chats of one customer with the session store, and no id in either. Sessions less than a minute apart are tabs of
 * one chat, so the first one is recorded ten minutes back afterwards: in the local table, not in the function.
 */
export async function runTwoChats(options: {
  faults: readonly string[];
  transcriptDelaySeconds: number;
}): Promise<{ first: Run; second: Run }> {
  const [table, local] = await Promise.all([startLocalDynamoDb(), startLocalConnect(options)]);
  const environment = {
    AWS_ENDPOINT_URL_CONNECT: local.url,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    SESSION_STORE_TABLE: table.table,
    SESSION_STORE_KEY: 'a key for this run only, forgotten afterwards',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
  };
  try {
    const first = await invokeOnce(await chatEvent(JUST_ENDED_CHAT), environment);
    await moveBack(table, JUST_ENDED_CHAT);
    const ended = local.contacts.get(JUST_ENDED_CHAT);
    if (ended) ended.DisconnectTimestamp = new Date(Date.now() - (MINUTES_BACK / 2) * 60_000);
    const second = await invokeOnce(await chatEvent(NEW_CHAT), environment);
    return { first: { ...first, local: { ...local, calls: [] } }, second: { ...second, local } };
  } finally {
    await Promise.all([table.close(), local.close()]);
  }
}

/** The event of a chat of the sample data's customer, which names no past contact. */
async function chatEvent(contactId: string): Promise<unknown> {
  const { event } = await readEvent(`events/${DEFAULT_EVENT}`);
  const { Details } = event as { Details: { ContactData: object } };
  const ids = { ContactId: contactId, InitialContactId: contactId, PreviousContactId: contactId };
  return {
    Details: { ContactData: { ...Details.ContactData, ...ids, CustomerId: CUSTOMER_ID }, Parameters: {} },
  };
}

async function moveBack({ client, table, items }: LocalDynamoDb, contactId: string): Promise<void> {
  for (const { customer } of await items()) {
    if (!customer) continue;
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { customer },
        UpdateExpression: 'SET #session = #session - :time',
        ExpressionAttributeNames: { '#session': `session ${contactId}` },
        ExpressionAttributeValues: { ':time': { N: String(MINUTES_BACK * 60_000) } },
      }),
    );
  }
}
