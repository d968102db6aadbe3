import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { findOperation } from '../../local/connect/operations.ts';

/**
 * How a request fails: it is carried out and its answer is lost, it is lost itself, or its answer is an error or none; or
 * it is the last one that succeeds, because nobody listens after that.
 */
export type Way = 'lost' | 'dead' | keyof typeof ERRORS | 'hanging' | 'last';

const ERRORS = {
  denied: [403, 'AccessDeniedException'],
  refused: [400, 'InvalidRequestException'],
  throttled: [429, 'ThrottlingException'],
} as const;

/** Stands between a client and a service of its own, and decides for each operation what goes wrong on the way. */
export async function startFaultyWay(to: string, wayOf: (operation: string) => Way | undefined) {
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const body = await buffer(request);
    const operation = findOperation(method, url.split('?')[0] ?? '')?.operation ?? url;
    const way = wayOf(operation);
    if (way === 'hanging') return;
    if (way === 'dead') return void request.socket.resetAndDestroy();
    if (way && way in ERRORS) {
      const [status, type] = ERRORS[way as keyof typeof ERRORS];
      return void response.writeHead(status, { 'x-amzn-errortype': type }).end('{"Message":"On the way"}');
    }
    const headers = new Headers();
    for (const name of ['authorization', 'x-amz-bearer', 'content-type']) {
      const value = request.headers[name];
      if (value) headers.set(name, String(value));
    }
    const answer = await fetch(to + url, { method, headers, ...(body.length > 0 && { body }) });
    if (way === 'lost') return void request.socket.resetAndDestroy();
    if (way === 'last') {
      response.setHeader('connection', 'close');
      server.close();
    }
    const type = answer.headers.get('x-amzn-errortype');
    response.writeHead(answer.status, type ? { 'x-amzn-errortype': type } : {}).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
