import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

/**
 * Starts a server on the loopback.
 *
 * @param tls with a certificate that nobody signed
 */
export async function listen(answer: RequestListener, { tls = false } = {}) {
  const server = tls ? createTlsServer(SELF_SIGNED, answer) : createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const loopback = (name: string) => readFileSync(new URL(`../../local/loopback.${name}`, import.meta.url));
const SELF_SIGNED = { key: loopback('key'), cert: loopback('crt') };

const running: { close(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

/** Starts a server that ends with the test; `requests` are all so far. */
export async function startServer(answer: RequestListener, options?: { tls?: boolean }) {
  const requests: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
  const server = await listen((request, response) => {
    requests.push(request);
    answer(request, response);
  }, options);
  running.push(server);
  return { ...server, requests };
}

const SENT_ON = ['authorization', 'content-type', 'x-amz-bearer', 'x-amz-date', 'x-amz-target'];

/** Sends a request on to a service, and the answer back unless it is `lost`. */
export async function forward(
  { method = '', url = '', headers, socket }: IncomingMessage,
  body: string,
  to: string,
  response: ServerResponse,
  { lost = false } = {},
): Promise<void> {
  const sent = Object.fromEntries(SENT_ON.flatMap(name => (headers[name] ? [[name, String(headers[name])]] : [])));
  const answer = await fetch(to + url, { method, headers: sent, ...(body && { body }) });
  const text = await answer.text();
  if (lost) return void socket.resetAndDestroy();
  const type = answer.headers.get('x-amzn-errortype');
  response.writeHead(answer.status, type ? { 'x-amzn-errortype': type } : {}).end(text);
}
