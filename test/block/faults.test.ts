import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { C1, C3 } from '../../local/connect/index.ts';
import { blockForEachTest, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { startServer } from '../support/server.ts';

const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const event = chatEvent({ sourceContactId: C1 });
/** Enough for a second attempt after one that does not end. */
const SHORT = { remaining: 2_000 };
const world = blockForEachTest();

// What an outage comes to, of each kind and at each time, is in outages.test.ts: here is what only a socket shows.
describe('a fault', () => {
  test.each(['throttle', 'reset', 'truncated', 'stall'])(
    '%s that goes away ends as ASSOCIATED after another attempt, with the same client token',
    async fault => {
      world.deploy(OFF);
      world.connect.setFaults([`${fault}*1`]);
      const { attributes, log } = await world.invoke(event, { remaining: 8_000 });
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
      expect(world.associations().length).toBeGreaterThan(1);
      expect(log).toMatchObject([{ associationAttempts: world.associations().length }]);
      expect(new Set(world.associations().map(({ ClientToken }) => ClientToken)).size).toBe(1);
    },
  );

  test('of a connection that is refused is SERVICE_UNAVAILABLE', async () => {
    const { invoke } = await startBlock({ url: 'http://127.0.0.1:1' }, OFF);
    const { attributes, log } = await invoke(event, { remaining: 900 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ level: 'WARN', serviceError: { message: expect.stringContaining('ECONNREFUSED') } }]);
  });
});

describe('an answer that Amazon Connect does not give', () => {
  const json = (status: number, body: string, headers: Record<string, string> = {}): RequestListener => {
    return (_, response) => void response.writeHead(status, headers).end(body);
  };
  const associated = json(200, '{"ContinuedFromContactId":"past"}');

  /** Answers one request after another, the last answer for all that follow. */
  async function invokeWith(...answers: RequestListener[]) {
    let next = 0;
    const server = await startServer((...exchange) => answers[Math.min(next++, answers.length - 1)]?.(...exchange));
    return { server, ...(await (await startBlock(server, OFF)).invoke(event, SHORT)) };
  }

  test('101 Switching Protocols does not hold an attempt', async () => {
    const { attributes, log } = await invokeWith((_, response) => {
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    expect(Number(log[0]?.['associationAttempts'])).toBeGreaterThan(1);
  });

  test('with a body of more than 1 MB is not read to its end', async () => {
    const closed = Promise.withResolvers<void>();
    const endless: RequestListener = (_, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      response.on('drain', () => response.write(chunk)).on('close', closed.resolve);
      response.write(chunk);
    };
    const padded = (length: number) => json(200, '{"ContinuedFromContactId":"past"}'.padEnd(length));
    const { attributes } = await invokeWith(endless, padded(1024 * 1024));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: 'past' });
    await closed.promise;

    const { log } = await invokeWith(padded(1024 * 1024 + 1));
    const message = expect.stringContaining('more than 1048576 bytes');
    expect(log).toMatchObject([{ serviceError: { name: 'InvalidResponseError', message } }]);
    // Two environments and all of the time: on a busy machine more than Jest's 5 seconds.
  }, 15_000);

  test('of 400 with a type that is no text is refused, at once', async () => {
    const { attributes, server } = await invokeWith(json(400, '{"code":["A"]}'));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
    expect(server.requests).toHaveLength(1);
  });

  test('about a clock that is an hour off is retried with the right time', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const headers = { 'x-amzn-ErrorType': 'InvalidSignatureException', date };
    const { attributes, server } = await invokeWith(json(403, '{}', headers), associated);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    const [first, second] = server.requests.map(({ headers }) => Date.parse(amzDate(headers['x-amz-date'])));
    expect(Number(second) - Number(first)).toBeGreaterThan(3_000_000);
  });

  test('of a server whose certificate is not accepted takes the Error branch, at once', async () => {
    const server = await startServer(associated, { tls: true });
    const { error, milliseconds } = await (await startBlock(server, OFF)).invoke(event);
    expect(error).toMatchObject({ name: 'CertificateError', message: expect.stringMatching(/CERT.*AWS_ENDPOINT_URL/) });
    expect(milliseconds).toBeLessThan(4_000);
    expect(server.requests).toEqual([]);
  });
});

/** A time as SigV4 has it, in a form that `Date` reads. */
function amzDate(header: string | string[] | undefined): string {
  return String(header).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}
