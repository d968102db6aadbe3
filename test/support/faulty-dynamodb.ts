import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LocalDynamoDb } from '../../local/dynamodb/index.ts';

/** What happens to a request instead of an answer, or the answer itself. */
export type DynamoDbFault = 'hang' | 'reset' | 'stall' | 'lost-answer' | { status: number; body: string };

/** An `UpdateItem` as it was sent. */
export interface UpdateItem {
  TableName: string;
  Key: Record<string, { S: string }>;
  UpdateExpression: string;
  ExpressionAttributeNames: Record<string, string>;
}

/** Stands before a local DynamoDB: knows every request, and may answer it with a fault. */
export interface FaultyDynamoDb {
  url: string;
  table: string;
  requests: UpdateItem[];
  /** Called before a request goes on to the table. */
  onRequest: (request: UpdateItem) => Promise<void> | void;
  /** @param times how many of the next requests it hits */
  setFault(fault: DynamoDbFault | undefined, times?: number): void;
  close(): Promise<void>;
}

/** An error as DynamoDB answers it: by name, nearly all of them with status 400. */
export function dynamoDbError(name: string, status = 400, message = `It was ${name}.`): DynamoDbFault {
  return { status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }) };
}

export async function startFaultyDynamoDb(dynamoDb: Pick<LocalDynamoDb, 'url' | 'table'>): Promise<FaultyDynamoDb> {
  let fault: DynamoDbFault | undefined;
  let timesLeft = 0;

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const request: UpdateItem = JSON.parse(body);
    faulty.requests.push(request);
    const hits = timesLeft-- > 0 ? fault : undefined;
    if (hits === 'hang') return;
    if (hits === 'reset') return void message.socket.resetAndDestroy();
    if (hits === 'stall') {
      response.writeHead(200, JSON_1_0).write('{"Attributes":{');
      return;
    }
    if (typeof hits === 'object') return void response.writeHead(hits.status, JSON_1_0).end(hits.body);

    await faulty.onRequest(request);
    const headers = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].map(name => [
      name,
      String(message.headers[name]),
    ]);
    const answered = await fetch(dynamoDb.url, { method: 'POST', headers: Object.fromEntries(headers), body });
    const answerText = await answered.text();
    if (hits === 'lost-answer') message.socket.destroy();
    else response.writeHead(answered.status, JSON_1_0).end(answerText);
  }

  const server = createServer((message, response) => {
    answer(message, response).catch(() => message.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const faulty: FaultyDynamoDb = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    table: dynamoDb.table,
    requests: [],
    onRequest: () => undefined,
    setFault(given, times = Number.POSITIVE_INFINITY) {
      fault = given;
      timesLeft = times;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return faulty;
}

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };
