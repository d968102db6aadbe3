import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { C1, C3, type LocalConnect, startLocalConnect } from '../local-connect/index.ts';
import { type Block, type Invoked, startBlock } from './support/block.ts';
import { chatEvent } from './support/events.ts';

const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const returning = (parameters = {}) => chatEvent({ sourceContactId: C1, ...parameters });

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect, OFF);
});
afterEach(() => connect.close());

/** It settles 100 to 250 ms before the end of its time, but for what a busy machine adds. */
const inTime = ({ milliseconds, lag }: Invoked, limit: number) => {
  expect(milliseconds).toBeGreaterThanOrEqual(limit - 250);
  expect(milliseconds - lag).toBeLessThanOrEqual(limit - 100);
};

describe('a fault that goes away', () => {
  test.each([
    ['throttling', 'throttle*2', 3],
    ['a service fault', 'error=500*2', 3],
    ['an unavailable service', 'error=503*2', 3],
    ['a reset connection', 'reset*2', 3],
    ['a body that breaks off', 'drop*1', 2],
    ['an answer that is not JSON', 'malformed*1', 2],
    ['a truncated answer', 'truncated*1', 2],
    ['an answer without an id', 'empty*1', 2],
    ['an answer that was lost', 'lost-answer*2', 3],
    ['a slow answer', 'slow=300*1', 1],
  ])('%s ends as ASSOCIATED', async (_, fault, attempts) => {
    connect.setFaults([fault]);
    const { attributes, log } = await block.invoke(returning());
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
    expect(log).toMatchObject([{ attempts, milliseconds: expect.any(Number) }]);
    expect(connect.calls).toHaveLength(attempts);
    expect(new Set(connect.calls.map(({ body }) => body['ClientToken'])).size).toBe(1);
  });

  test.each([
    ['an answer that does not begin', 'hang*1'],
    ['a body that stalls', 'stall*1'],
    ['a body that trickles', 'trickle*1'],
  ])('%s is given up in time for another attempt', async (_, fault) => {
    connect.setFaults([fault]);
    const { attributes, milliseconds } = await block.invoke(returning());
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
    // Two of these, and their pauses of at most 0.3 seconds, leave more than half of 7 seconds.
    expect(milliseconds).toBeLessThan(3_000);
  });

  test('an answer within a second is waited for', async () => {
    connect.setFaults(['slow=1000*1']);
    const { log } = await block.invoke(returning());
    expect(log).toMatchObject([{ associationStatus: 'ASSOCIATED', attempts: 1 }]);
  });
});

describe('a fault that stays', () => {
  test.each([
    ['throttling', 'throttle', 'THROTTLED'],
    ['a service fault', 'error=500', 'SERVICE_UNAVAILABLE'],
    ['a bad gateway', 'error=502', 'SERVICE_UNAVAILABLE'],
    ['a status that nobody knows', 'error=599', 'SERVICE_UNAVAILABLE'],
    ['a reset connection', 'reset', 'SERVICE_UNAVAILABLE'],
    ['a body that breaks off', 'drop', 'SERVICE_UNAVAILABLE'],
    ['an answer that is not JSON', 'malformed', 'SERVICE_UNAVAILABLE'],
    ['a truncated answer', 'truncated', 'SERVICE_UNAVAILABLE'],
    ['an answer without an id', 'empty', 'SERVICE_UNAVAILABLE'],
    ['an answer that does not begin', 'hang', 'TIMED_OUT'],
    ['a body that stalls', 'stall', 'TIMED_OUT'],
    ['a body that trickles', 'trickle', 'TIMED_OUT'],
    ['an answer after the deadline', 'slow=5000', 'TIMED_OUT'],
  ])('%s: %s is FAILED, %s, just before the time is up', async (_, fault, reason) => {
    connect.setFaults([fault]);
    const invoked = await block.invoke(returning(), { remaining: 600 });
    const { attributes, log } = invoked;
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason, continuedFromContactId: '' });
    inTime(invoked, 600);
    expect(log).toMatchObject([
      {
        level: 'WARN',
        attempts: connect.calls.length,
        serviceError: { name: expect.any(String), message: expect.any(String) },
      },
    ]);
  });

  test("the flow's time limit counts when it is shorter than Lambda's", async () => {
    connect.setFaults(['hang']);
    const invoked = await block.invoke(returning({ timeLimitSeconds: '1' }));
    const { attributes } = invoked;
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    inTime(invoked, 1_000);
  });

  test('throttling throughout means at least 6 attempts, in little more than half of 7 seconds', async () => {
    connect.setFaults(['throttle']);
    // The longest pauses before the sixth attempt: 0.1 + 0.2 + 0.4 + 0.8 + 1.6 seconds.
    const invoked = await block.invoke(returning(), { remaining: 3_600 });
    const { log } = invoked;
    expect(connect.calls.length).toBeGreaterThanOrEqual(6);
    expect(log).toMatchObject([{ reason: 'THROTTLED', attempts: connect.calls.length }]);
    inTime(invoked, 3_600);
  });

  test('throttling is the reason also when the deadline cuts off the last attempt', async () => {
    // The third answer would come too late.
    connect.setFaults(['throttle*2', 'slow=5000']);
    const { attributes } = await block.invoke(returning(), { remaining: 900 });
    expect(attributes).toMatchObject({ reason: 'THROTTLED' });
  });

  test('a slow service fault is the reason, not the time that it took', async () => {
    const slow = createHttpServer((_, response) => void setTimeout(() => response.writeHead(503).end('{}'), 1_100));
    const { port } = await listen(slow);
    block = await startBlock({ url: `http://127.0.0.1:${port}` }, OFF);
    const { attributes, log } = await block.invoke(returning(), { remaining: 1_500 });
    slow.closeAllConnections();
    slow.close();
    expect(attributes).toMatchObject({ reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ attempts: 2 }]);
  });

  test.each([400, 402, 404, 409, 410, 413, 418])('a %d is not retried', async status => {
    connect.setFaults([`error=${status}`]);
    const { attributes } = await block.invoke(returning());
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED' });
    expect(connect.calls).toHaveLength(1);
  });

  test('no time left means no attempt', async () => {
    const { attributes } = await block.invoke(returning(), { remaining: 200 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    expect(connect.calls).toEqual([]);
  });
});

describe('an Amazon Connect that cannot be reached', () => {
  test('because its connection is refused is SERVICE_UNAVAILABLE', async () => {
    await connect.close();
    const invoked = await block.invoke(returning(), { remaining: 600 });
    const { attributes, log } = invoked;
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ serviceError: { message: expect.stringContaining('ECONNREFUSED') } }]);
    expect(Number(log[0]?.['attempts'])).toBeGreaterThan(1);
    inTime(invoked, 600);
  });

  test('because its name is not found is SERVICE_UNAVAILABLE', async () => {
    // A label of 64 characters is no name, which the resolver knows without asking anybody.
    block = await startBlock({ url: `http://${'x'.repeat(64)}.invalid` }, OFF);
    const { attributes, log } = await block.invoke(returning(), { remaining: 1_000 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ serviceError: { message: expect.stringContaining('ENOTFOUND') } }]);
  });

  test('because nobody answers the handshake of TLS is TIMED_OUT, after an attempt was given up', async () => {
    const silent = await listen(createServer());
    block = await startBlock({ url: `https://127.0.0.1:${silent.port}` }, OFF);
    const invoked = await block.invoke(returning(), { remaining: 2_500 });
    const { attributes, log } = invoked;
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    expect(log).toMatchObject([{ attempts: 2 }]);
    inTime(invoked, 2_500);
    silent.server.close();
  });
});

describe('one warm environment', () => {
  test('makes as many attempts in the twentieth bad minute as in the first', async () => {
    connect.setFaults(['throttle']);
    // Without pauses, the SDK's own strategies would be out of retries after a few of these invocations.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    const attempts: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { log } = await block.invoke(returning(), { remaining: 400 });
      attempts.push(Number(log[0]?.['attempts']));
    }
    random.mockRestore();
    // Once a retry quota is used up, one attempt is all that is left.
    expect(Math.min(...attempts)).toBeGreaterThan(1);
    const lastTen = attempts.slice(10).sort((a, b) => a - b);
    // The median, for one may fall on a moment when the machine was busy.
    expect(lastTen[5]).toBeGreaterThanOrEqual(6);
  }, 20_000);
});

async function listen(server: Server): Promise<{ server: Server; port: number }> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}
