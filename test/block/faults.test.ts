import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { C1, C3, CUSTOMER_ID, INSTANCE_ID } from '../../local/connect/index.ts';
import { customerKey } from '../../src/session-store/table.ts';
import { associationsOf, blockForEachTest, requestsOf, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { startServer } from '../support/server.ts';
import { SECRET, storeAt } from '../support/session-store.ts';

const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const event = chatEvent({ sourceContactId: C1 });
/** Enough for a second attempt after one that does not end. */
const SHORT = { remaining: 2_000 };
const world = blockForEachTest();

const json = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (_, response) => void response.writeHead(status, headers).end(text);
};

/** A server that gives these answers to one request after another, the last one to all that follow. */
function answering(answers: RequestListener[], options?: Parameters<typeof startServer>[1]) {
  let next = 0;
  return startServer((...exchange) => answers[Math.min(next++, answers.length - 1)]?.(...exchange), options);
}

// What an outage comes to, of each kind and at each time, is in outages.test.ts: here is what only a socket shows.
describe('a fault', () => {
  test.each(['throttle', 'reset', 'truncated', 'stall'])(
    '%s that goes away ends as ASSOCIATED after another attempt, with the same client token',
    async fault => {
      world.deploy(OFF);
      world.connect.setFaults([`${fault}*1`]);
      const { attributes, log } = await world.invoke(event);
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
      const [sent, ...others] = associationsOf(world.connect);
      expect(others.length).toBeGreaterThan(0);
      expect(others).toEqual(others.map(() => sent));
      expect(log).toMatchObject([{ associationAttempts: 1 + others.length }]);
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
  const ASSOCIATED = '{"ContinuedFromContactId":"past"}';

  async function invokeWith(answers: RequestListener[], options?: { tls: boolean }) {
    const server = await answering(answers, options);
    return { server, ...(await (await startBlock(server, OFF)).invoke(event, SHORT)) };
  }

  test('101 Switching Protocols does not hold an attempt', async () => {
    const switching: RequestListener = (_, response) =>
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    const { attributes, log } = await invokeWith([switching]);
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT' });
    expect(log[0]?.['associationAttempts']).toBeGreaterThan(1);
  });

  test('with a body of more than 1 MB is not read to its end', async () => {
    const closed = Promise.withResolvers<void>();
    const endless: RequestListener = (_, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      response.on('drain', () => response.write(chunk)).on('close', closed.resolve);
      response.write(chunk);
    };
    const largest = json(200, ASSOCIATED.padStart(1024 * 1024));
    const afterIt: RequestListener = (...exchange) => void closed.promise.then(() => largest(...exchange));
    const { attributes } = await invokeWith([endless, afterIt]);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: 'past' });
    const { log } = await invokeWith([json(200, ASSOCIATED.padStart(1024 * 1024 + 1))]);
    const message = expect.stringContaining('more than 1048576 bytes');
    expect(log).toMatchObject([{ serviceError: { name: 'InvalidResponseError', message } }]);
    // Two environments and all of the time: on a busy machine more than Jest's 5 seconds.
  }, 15_000);

  test('about a clock that is an hour off is retried with the right time', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const skewed = json(403, {}, { 'x-amzn-ErrorType': 'InvalidSignatureException', date });
    const { attributes, server } = await invokeWith([skewed, json(200, ASSOCIATED)]);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    // As SigV4 writes a time, an hour is a difference of 10,000.
    const [first, second] = server.requests.map(({ headers }) =>
      Number(String(headers['x-amz-date']).replace(/\D/g, '')),
    );
    expect(Number(second) - Number(first)).toBeGreaterThan(9_000);
  });

  test('of a server whose certificate is not accepted takes the Error branch, at once', async () => {
    const { error, server, milliseconds } = await invokeWith([json(200, ASSOCIATED)], { tls: true });
    expect(error).toMatchObject({ name: 'CertificateError', message: expect.stringMatching(/CERT.*AWS_ENDPOINT_URL/) });
    expect(milliseconds).toBeLessThan(1_500);
    expect(server.requests).toEqual([]);
  });
});

describe("the session store's table", () => {
  const MALFORMED = json(200, '{"Attributes": {"session a": {"N": ');
  const THROTTLED = json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' });
  const NO_TABLE = json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException' });
  const ASSOCIATED = { associationStatus: 'ASSOCIATED', sourceContactId: C1, continuedFromContactId: C3 };

  test.each([
    { answer: 'throttling', fault: THROTTLED, ends: 'SESSION_STORE_UNAVAILABLE', level: 'WARN' },
    { answer: 'malformed JSON', fault: MALFORMED, ends: 'SESSION_STORE_UNAVAILABLE', level: 'WARN' },
    { answer: 'that it does not exist', fault: NO_TABLE, ends: 'SessionStoreTableError', level: 'ERROR' },
  ])('that answers $answer ends a chat with $ends, unless the past chat is named', async ({ fault, ends, level }) => {
    const { url, requests } = await answering([fault]);
    world.deploy(storeAt(url));
    const invoked = await world.continueFrom('', {}, SHORT);
    expect(invoked.error?.name ?? invoked.attributes?.reason).toBe(ends);
    // The SDK's own retries would ask more often than the block counts.
    expect(invoked.log).toMatchObject([{ level, ...(level === 'WARN' && { storeAttempts: requests.length }) }]);
    expect(requestsOf(world.connect)).toEqual([]);

    const named = await world.continueFrom(C1);
    expect(named.attributes).toMatchObject(ASSOCIATED);
    expect(named.log).toMatchObject([{ level, customerKnown: true, storeError: { operation: 'UpdateItem' } }]);
    expect(named.metrics).toMatchObject({ Continued: 1, Failed: 0, SessionStoreFailed: 1 });

    // Whoever reads the log, the metrics and the errors sees nothing of the customer, their item or the secret.
    const shown = inspect([invoked, named], { depth: null, maxStringLength: null });
    const item = customerKey(SECRET, INSTANCE_ID, { scope: 'CUSTOMER_ID', id: CUSTOMER_ID });
    expect([CUSTOMER_ID, item, SECRET].filter(secret => shown.includes(secret))).toEqual([]);

    // An operator whose Amazon Connect refuses learns that, not what the table was like.
    world.connect.setFaults(['error=403']);
    expect((await world.continueFrom(C1)).error?.message).toContain('connect:DescribeContact');
  });
});
