import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { clientConfig } from '../aws/client-config.ts';
import { warmUp } from '../aws/warm-up.ts';
import type { SessionStoreSettings } from '../settings.ts';
import { dynamoDbSessionStore } from './dynamodb.ts';
import type { SessionStore } from './session-store.ts';

/** The session store of this deployment; `undefined` where it is off: nothing is made then, and nothing asked. */
export async function sessionStore(settings: SessionStoreSettings | undefined): Promise<SessionStore | undefined> {
  if (!settings) return undefined;
  const client = new DynamoDBClient(clientConfig());
  await warmUp(new UpdateItemCommand({ TableName: settings.table, Key: {} }), command => client.send(command));
  return dynamoDbSessionStore(client, settings);
}
