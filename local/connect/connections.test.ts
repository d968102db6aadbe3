import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { isThisMachine } from './host.ts';
import { C1, INSTANCE_ID, type LocalConnect, NEW_CHAT } from './index.ts';
import * as support from './test-support.ts';

const { ask, describeContact, refused, start, startChat } = support;
const LONG = JSON.stringify({ InstanceId: 'any', ContactId: 'x'.repeat(3_000_000) });
const DEEP = `${'{"ValueList":['.repeat(50_000)}{}${']}'.repeat(50_000)}`;
const REQUIRED = '"InstanceId":"any","ContactFlowId":"any","ParticipantDetails":{"DisplayName":"Jane"}';
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];

/** The URL of a websocket that `CreateParticipantConnection` gave out. */
async function websocketUrl(connect: LocalConnect): Promise<string> {
  const { ParticipantToken } = (await startChat(connect)).body as { ParticipantToken: string };
  const bearer = { 'x-amz-bearer': ParticipantToken };
  const { body } = await ask(connect, 'POST', '/participant/connection', { Type: ['WEBSOCKET'] }, bearer);
  return (body as { Websocket: { Url: string } }).Websocket.Url;
}

/** Sends these lines as a request, and does not end it. */
function raw({ port }: LocalConnect, ...lines: string[]) {
  const socket = connectSocket(port, '127.0.0.1').on('error', () => {});
  if (lines.length > 0) socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** A websocket's handshake, without the client's library. */
const upgrade = (connect: LocalConnect, path: string) =>
  raw(connect, `GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...UPGRADE, `Sec-WebSocket-Key: ${btoa('x'.repeat(16))}`);

describe('The service continues after', () => {
  const rows: { what: string; act: (connect: LocalConnect) => Promise<unknown> }[] = [
    {
      what: 'a reset of a websocket that it refuses',
      async act(connect) {
        // Written at once, so that the answer meets a connection that is gone.
        for (const _ of Array(5)) upgrade(connect, '/websocket/invented').resetAndDestroy();
        const refused = upgrade(connect, '/websocket/invented');
        expect(await text(refused)).toMatch(/^HTTP\/1.1 403 /);
      },
    },
    {
      what: 'a malformed frame, which it answers with a close',
      async act(connect) {
        const socket = upgrade(connect, new URL(await websocketUrl(connect)).pathname);
        await once(socket, 'data');
        socket.end(Buffer.alloc(20, 0xff));
        expect((await once(socket, 'data'))[0][0]).toBe(0x88);
      },
    },
    {
      what: 'a message of a websocket beyond its limit',
      async act(connect) {
        const socket = new WebSocket(await websocketUrl(connect));
        await once(socket, 'open');
        socket.send('x'.repeat(131_073));
        expect((await once(socket, 'close'))[0]).toBe(1009);
      },
    },
    {
      what: 'a body that is too long, of which it keeps nothing',
      async act(connect) {
        const tooLong = refused(413, 'RequestEntityTooLargeException');
        expect(await ask(connect, 'POST', '/contact/stop', LONG)).toEqual(tooLong);
        expect(connect.calls.map(({ body }) => body)).toEqual([{}]);
      },
    },
    {
      what: 'a body that is nested too deeply',
      async act(connect) {
        const complaint = jest.spyOn(console, 'error').mockImplementation(() => {});
        const body = `{${REQUIRED},"SegmentAttributes":{"connect:Deep":${DEEP}}}`;
        expect(await ask(connect, 'PUT', '/contact/chat', body)).toEqual(refused(500, 'InternalServiceException'));
        complaint.mockRestore();
      },
    },
  ];
  test.each(rows)('$what', async ({ act }) => {
    const connect = await start();
    await act(connect);
    expect(await describeContact(connect, C1)).toMatchObject({ status: 200 });
  });
});

describe('A connection is closed', () => {
  const rows: { what: string; open: (connect: LocalConnect) => Promise<Socket | WebSocket> }[] = [
    { what: 'says nothing', open: async connect => raw(connect) },
    {
      what: 'does not end its headers',
      async open(connect) {
        const socket = raw(connect);
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
        return socket;
      },
    },
    {
      what: 'does not end its body',
      open: async connect => raw(connect, 'POST /contact/stop HTTP/1.1', 'Host: localhost', 'Content-Length: 9'),
    },
    {
      what: 'answers no ping on its websocket',
      open: async connect => new WebSocket(await websocketUrl(connect), { autoPong: false }),
    },
  ];
  test.each(rows)('that $what', async ({ open }) => {
    const connect = await start({ idleMilliseconds: 100 });
    const connection = await open(connect);
    connection.resume();
    await once(connection, 'close', { signal: AbortSignal.timeout(3_000) });
  });

  test('that was refused a websocket, although the client does not close it', async () => {
    const connect = await start();
    const socket = connectSocket({ port: connect.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(['GET /websocket/invented HTTP/1.1', 'Host: localhost', ...UPGRADE, '\r\n'].join('\r\n'));
    await once(socket.resume(), 'end');
    while (connect.openSockets() > 0) await sleep(1);
    socket.destroy();
  });

  test('only then: a websocket that answers pings stays open', async () => {
    const socket = new WebSocket(await websocketUrl(await start({ idleMilliseconds: 50 })));
    for (const _ of Array(4)) await once(socket, 'ping');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('The Host header', () => {
  const rows: { header: string | undefined; listening?: string; expected: boolean }[] = [
    { header: '127.0.0.1:8075', expected: true },
    { header: '127.0.0.2', expected: true },
    { header: '[::1]:8075', expected: true },
    { header: 'LOCALHOST:8075', expected: true },
    { header: `${hostname()}:8075`, expected: true },
    { header: 'host.docker.internal:8075', expected: true },
    { header: '0.0.0.0:8075', listening: '0.0.0.0', expected: true },
    { header: '[::]:8075', listening: '::', expected: true },
    { header: 'evil.example:8075', expected: false },
    { header: '127.0.0.1.evil.example', expected: false },
    { header: 'localhost.evil.example:8075', expected: false },
    { header: '192.0.2.1:8075', expected: false },
    { header: '', expected: false },
    { header: undefined, expected: false },
  ];
  test.each(rows)('"$header" names this machine: $expected', ({ header, listening = '127.0.0.1', expected }) => {
    expect(isThisMachine(header, listening)).toBe(expected);
  });

  test('of another machine is refused before the operation, and so is its websocket', async () => {
    const connect = await start();
    const host = `evil.example:${connect.port}`;
    const path = `/contacts/${INSTANCE_ID}/${NEW_CHAT}`;
    const answer = raw(connect, `GET ${path} HTTP/1.1`, `Host: ${host}`, 'Authorization: any', 'Connection: close');
    expect(await text(answer)).toMatch(
      /^HTTP\/1.1 403 .*AccessDeniedException.*The Host header names another machine/s,
    );
    const socket = new WebSocket(await websocketUrl(connect), { headers: { host } });
    expect((await once(socket, 'error'))[0]).toMatchObject({ message: 'Unexpected server response: 403' });
  });
});
