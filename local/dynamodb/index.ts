import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

const TABLE = 'session-store';

/** Starts a DynamoDB in memory, with the session store's table as template.yaml makes it. It deletes no expired items. */
export async function startLocalDynamoDb() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.01, maxDelay: 0.1 }, { TableName: TABLE });

  return {
    /** For `AWS_ENDPOINT_URL_DYNAMODB`. */
    url,
    /** For `SESSION_STORE_TABLE`. */
    table: TABLE,
    /** For writes and deletions that the session store itself would not make. */
    client,
    /** All items, up to 1 MB. */
    items: async () => (await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))).Items ?? [],
    async close() {
      client.destroy();
      server.closeAllConnections();
      // Dynalite's own `close` also ends its database, and calls back.
      await new Promise(resolve => server.close(resolve));
    },
  };
}
