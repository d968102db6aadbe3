import { once } from 'node:events';
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

/** For 127.0.0.1; made for these tests with `openssl req -x509 -newkey ec -nodes`. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgst3uUqh9bKkgWYjY
28NKooBpSGwyU2VYVBI+L3iMNeyhRANCAAS49bmpBq0br8OHQ9psGwyB1Bpw54kg
JarPptG56Z/ZiQwb3nsAV7fM0DmlGfY7eHADc5PgaI3FY4P0CeCQL9XY
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUPAIHZT94oqtAMNI7VeeHbjuGyLUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAwMjcwOVoYDzIxMjYxMDMw
MDAyNzA5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS49bmpBq0br8OHQ9psGwyB1Bpw54kgJarPptG56Z/ZiQwb3nsAV7fM
0DmlGfY7eHADc5PgaI3FY4P0CeCQL9XYo2QwYjAdBgNVHQ4EFgQUN+a0WuBfQ+K2
CafDiRyvRpGx904wHwYDVR0jBBgwFoAUN+a0WuBfQ+K2CafDiRyvRpGx904wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IAQZ0p1gH9l+Q/IevK8wRveeoQrv5IQjaCgMSnFJ3MepAiAdt37qR0cxk7i+9CHm
y9dwAfCeUL364XIfrzCsZgcpaw==
-----END CERTIFICATE-----`,
};
