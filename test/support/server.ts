import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

/** A server that answers as no Amazon Connect does. */
export interface OddServer {
  url: string;
  /** The headers and the path of every request so far. */
  requests: { url: string; headers: Record<string, string | string[] | undefined> }[];
}

const running: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/**
 * Starts a server on the loopback that ends with the test.
 *
 * @param tls with a certificate that nobody signed
 */
export async function startServer(answer: RequestListener, { tls = false } = {}): Promise<OddServer> {
  const requests: OddServer['requests'] = [];
  const listener: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    answer(request, response);
  };
  const server = tls ? createTlsServer(SELF_SIGNED, listener) : createServer(listener);
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, requests };
}

const loopback = (name: string) => readFileSync(new URL(`../../local/loopback.${name}`, import.meta.url));
const SELF_SIGNED = { key: loopback('key'), cert: loopback('crt') };
