import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LocalDynamoDb } from '../../local/dynamodb/index.ts';

/** What happens to a request instead of an answer, or the answer itself. */
export type DynamoDbFault = 'hang' | 'lost-answer' | { status: number; body: string };

/** An `UpdateItem` as it was sent. */
interface UpdateItem {
  Key: Record<string, { S: string }>;
}

/** An error as DynamoDB answers it: by name, nearly all of them with status 400. */
export function dynamoDbError(name: string, status = 400): DynamoDbFault {
  const message = `It was ${name}.`;
  return { status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }) };
}

/** Stands before a local DynamoDB: knows every request, and may answer it with a fault. */
export async function startFaultyDynamoDb({ url, table }: Pick<LocalDynamoDb, 'url' | 'table'>) {
  let nextFault = (): DynamoDbFault | undefined => undefined;

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const body = await text(message);
    faulty.requests.push(JSON.parse(body));
    const fault = nextFault();
    if (typeof fault === 'object') return response.writeHead(fault.status, JSON_1_0).end(fault.body);
    if (fault === 'hang') return undefined;

    await faulty.onRequest();
    const names = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
    const headers = Object.fromEntries(names.map(name => [name, String(message.headers[name])]));
    const answered = await fetch(url, { method: 'POST', headers, body });
    const answerText = await answered.text();
    if (fault === 'lost-answer') message.socket.destroy();
    else response.writeHead(answered.status, JSON_1_0).end(answerText);
    return undefined;
  }

  const server = createServer((message, response) => {
    answer(message, response).catch(() => message.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const faulty = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    table,
    requests: [] as UpdateItem[],
    /** Called before a request goes on to the table. */
    onRequest: (): Promise<unknown> | undefined => undefined,
    /** A fault that hits so many of the next requests. */
    setFault(fault: DynamoDbFault | undefined, times = Number.POSITIVE_INFINITY) {
      let timesLeft = times;
      nextFault = () => (timesLeft-- > 0 ? fault : undefined);
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return faulty;
}

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };
