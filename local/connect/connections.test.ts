import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { C1 } from './index.ts';
import { isThisMachine } from './respond.ts';
import { ask, connect, describeContact, refused, start, startChat } from './test-support.ts';

const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];

beforeEach(() => start());

/** The URL of a websocket that `CreateParticipantConnection` gave out. */
async function websocketUrl(): Promise<string> {
  const headers = { 'x-amz-bearer': (await startChat(connect)).body.ParticipantToken };
  const { body } = await ask(connect, 'POST', '/participant/connection', { Type: ['WEBSOCKET'] }, headers);
  return body.Websocket.Url;
}

/** Sends these lines, and does not end the connection. */
function raw(...lines: string[]) {
  const socket = connectSocket(connect.port, '127.0.0.1').on('error', () => {});
  socket.write(lines.map(line => `${line}\r\n`).join(''));
  return socket;
}

/** A websocket's handshake, without the client's library. */
const upgrade = (path: string) =>
  raw(`GET ${path} HTTP/1.1`, 'Host: localhost', ...UPGRADE, `Sec-WebSocket-Key: ${btoa('x'.repeat(16))}`, '');

describe('The service continues after', () => {
  afterEach(async () => expect(await describeContact(connect, C1)).toMatchObject({ status: 200 }));

  test('a reset of a websocket that it refuses', async () => {
    // Written at once, so that the answer meets a connection that is gone.
    for (const _ of Array(5)) upgrade('/websocket/invented').resetAndDestroy();
    expect(await text(upgrade('/websocket/invented'))).toMatch(/^HTTP\/1.1 403 /);
  });

  test('a malformed frame, which it answers with a close', async () => {
    const socket = upgrade(new URL(await websocketUrl()).pathname);
    await once(socket, 'data');
    socket.end(Buffer.alloc(20, 0xff));
    expect((await once(socket, 'data'))[0][0]).toBe(0x88);
  });

  test('a message of a websocket beyond its limit', async () => {
    const socket = new WebSocket(await websocketUrl());
    await once(socket, 'open');
    socket.send('x'.repeat(131_073));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  test('a body that is too long, of which it keeps nothing', async () => {
    const body = { InstanceId: 'any', ContactId: 'x'.repeat(3_000_000) };
    const tooLong = refused(413, 'RequestEntityTooLargeException');
    expect(await ask(connect, 'POST', '/contact/stop', body)).toEqual(tooLong);
    expect(connect.calls.map(call => call.body)).toEqual([{}]);
  });

  test('a body that is nested too deeply', async () => {
    const complaint = jest.spyOn(console, 'error').mockImplementation(() => {});
    const deep = `${'{"ValueList":['.repeat(50_000)}{}${']}'.repeat(50_000)}`;
    const required = '"InstanceId":"any","ContactFlowId":"any","ParticipantDetails":{"DisplayName":"Jane"}';
    const body = `{${required},"SegmentAttributes":{"connect:Deep":${deep}}}`;
    expect(await ask(connect, 'PUT', '/contact/chat', body)).toEqual(refused(500, 'InternalServiceException'));
    complaint.mockRestore();
  });
});

describe('A connection is closed', () => {
  test.each<[string, () => Promise<WebSocket> | Socket]>([
    ['says nothing', () => raw()],
    ['does not end its headers', () => raw('GET / HTTP/1.1', 'Host: localhost')],
    ['does not end its body', () => raw('POST /contact/stop HTTP/1.1', 'Host: localhost', 'Content-Length: 9', '')],
    ['answers no ping on its websocket', async () => new WebSocket(await websocketUrl(), { autoPong: false })],
  ])('that %s', async (_, open) => {
    await start({ idleMilliseconds: 100 });
    const connection = await open();
    connection.resume();
    await once(connection, 'close', { signal: AbortSignal.timeout(3_000) });
  });

  test('that was refused a websocket, although the client does not close it', async () => {
    const socket = connectSocket({ port: connect.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(['GET /websocket/invented HTTP/1.1', 'Host: localhost', ...UPGRADE, '\r\n'].join('\r\n'));
    await once(socket.resume(), 'end');
    while (connect.openSockets() > 0) await sleep(1);
    socket.destroy();
  });

  test('only then: a websocket that answers pings stays open', async () => {
    await start({ idleMilliseconds: 50 });
    const socket = new WebSocket(await websocketUrl());
    for (const _ of Array(4)) await once(socket, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('The Host header', () => {
  const own = ['127.0.0.2', '[::1]:8075', 'LOCALHOST:8075', `${hostname()}:1`, 'host.docker.internal'];
  const others = ['evil.example:8075', '127.0.0.1.evil.example', 'localhost.evil.example', '192.0.2.1', '', undefined];
  test.each([...own, ...others])('"%s" is compared with the names and addresses of this machine', header => {
    expect(isThisMachine(header, '127.0.0.1')).toBe(own.includes(header ?? ''));
  });

  test.each(['0.0.0.0', '[::]'])('may be the address %s that the server listens on', address => {
    expect(isThisMachine(`${address}:8075`, address.replace(/[[\]]/g, ''))).toBe(true);
  });

  test('of another machine is refused before the operation, and so is its websocket', async () => {
    const host = `evil.example:${connect.port}`;
    const answer = raw(
      `GET /contacts/any/${C1} HTTP/1.1`,
      `Host: ${host}`,
      'Authorization: any',
      'Connection: close',
      '',
    );
    expect(await text(answer)).toMatch(/^HTTP\/1.1 403 .*AccessDenied.*The Host header names another machine/s);
    const socket = new WebSocket(await websocketUrl(), { headers: { host } });
    expect((await once(socket, 'error'))[0]).toMatchObject({ message: 'Unexpected server response: 403' });
  });
});
