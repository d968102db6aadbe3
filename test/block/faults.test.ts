import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { C1, C3, type LocalConnect, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { type OddServer, startServer } from '../support/server.ts';

const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const event = chatEvent({ sourceContactId: C1 });
/** Enough for a second attempt after one that does not end. */
const SHORT = { remaining: 1_500 };

let connect: LocalConnect;
beforeEach(async () => {
  connect = await startLocalConnect();
});
afterEach(() => connect.close());

describe('a fault', () => {
  let block: Block;
  beforeEach(async () => {
    block = await startBlock(connect, OFF);
  });

  test.each([
    ['throttle*2', 3],
    ['error=500*1', 2],
    ['reset*1', 2],
    ['drop*1', 2],
    ['malformed*1', 2],
    ['truncated*1', 2],
    ['empty*1', 2],
    ['lost-answer*1', 2],
    ['hang*1', 2],
    ['stall*1', 2],
    ['trickle*1', 2],
    ['slow=300*1', 1],
  ])(
    '%s that goes away ends as ASSOCIATED after at least %d attempts, with one client token',
    async (fault, attempts) => {
      connect.setFaults([fault]);
      const { attributes, log } = await block.invoke(event, { remaining: 8_000 });
      expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
      expect(connect.calls.length).toBeGreaterThanOrEqual(attempts);
      expect(log).toMatchObject([{ associationAttempts: connect.calls.length }]);
      expect(new Set(associationsOf(connect).map(({ body }) => body['ClientToken'])).size).toBe(1);
    },
  );

  test.each([
    ['throttle', 'THROTTLED', 'ThrottlingException'],
    ['reset', 'SERVICE_UNAVAILABLE', expect.any(String)],
    ['hang', 'TIMED_OUT', 'TimeoutError'],
  ])('%s that stays is FAILED, %s', async (fault, reason, name) => {
    connect.setFaults([fault]);
    const { attributes, log, metrics } = await block.invoke(event, SHORT);
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason, continuedFromContactId: '' });
    const attempts = connect.calls.length;
    expect(attempts).toBeGreaterThan(1);
    expect(log).toMatchObject([{ level: 'WARN', associationAttempts: attempts, serviceError: { name } }]);
    expect(metrics).toMatchObject({ Returning: 1, Failed: 1, AssociationAttempts: attempts });
  });

  test('that cannot go away, error=400, is REJECTED after one attempt', async () => {
    connect.setFaults(['error=400']);
    expect((await block.invoke(event)).attributes).toMatchObject({ associationStatus: 'REJECTED' });
    expect(connect.calls).toHaveLength(1);
  });

  test('of a connection that is refused is SERVICE_UNAVAILABLE', async () => {
    await connect.close();
    const { attributes, log } = await block.invoke(event, SHORT);
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ serviceError: { message: expect.stringContaining('ECONNREFUSED') } }]);
  });

  test('of a host that does not exist is SERVICE_UNAVAILABLE', async () => {
    // A name that is too long for DNS fails without asking anybody.
    block = await startBlock({ url: `https://${'x'.repeat(64)}.invalid` }, OFF);
    const { attributes, log } = await block.invoke(event, SHORT);
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(log).toMatchObject([{ serviceError: { message: expect.stringContaining('ENOTFOUND') } }]);
  });
});

describe('an answer that Amazon Connect does not give', () => {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => {
    return (_, response) => {
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  };
  const associated = json(200, { ContinuedFromContactId: 'past' });

  /** Answers one request after another, the last answer for all that follow; with the check off. */
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

  test.each([
    [1024 * 1024, 'ASSOCIATED'],
    [1024 * 1024 + 1, 'FAILED'],
  ])('with a body of %d bytes is %s', async (bytes, associationStatus) => {
    const [start, end] = ['{"ContinuedFromContactId":"past","Filling":"', '"}'];
    const body = `${start}${'x'.repeat(bytes - start.length - end.length)}${end}`;
    const { attributes, log } = await invokeWith(json(200, body));
    expect(attributes).toMatchObject({ associationStatus });
    const serviceError = { name: 'InvalidResponseError', message: expect.stringContaining('more than 1048576 bytes') };
    expect(log).toMatchObject([associationStatus === 'FAILED' ? { serviceError } : {}]);
  });

  test('with an endless body is not read to its end', async () => {
    let sent = 0;
    const { attributes } = await invokeWith((_, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
    }, associated);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    // Besides the 1 MB that is read, what the buffers of both ends hold.
    expect(sent).toBeLessThan(50 * 1024 * 1024);
  });

  test('of 408 is retried', async () => {
    const { attributes, server } = await invokeWith(json(408, {}), associated);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    expect(server.requests).toHaveLength(2);
  });

  test('of an error whose type is no text is judged by its status', async () => {
    const failed = await invokeWith(json(500, { code: ['A'] }));
    expect(failed.attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'SERVICE_UNAVAILABLE' });
    expect(failed.log).toMatchObject([{ serviceError: { httpStatusCode: 500 } }]);
    const refused = await invokeWith(json(400, { code: ['A'] }));
    expect(refused.attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
    expect(refused.server.requests).toHaveLength(1);
  });

  test('about a clock that is an hour off is retried with the right time', async () => {
    const date = new Date(Date.now() + 3_600_000);
    const skewed = json(403, '{"message":"Signature expired"}', {
      'x-amzn-ErrorType': 'InvalidSignatureException',
      date: date.toUTCString(),
    });
    const { attributes, server } = await invokeWith(skewed, associated);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
    const [first, second] = server.requests.map(({ headers }) => Date.parse(amzDate(headers['x-amz-date'])));
    expect(Number(second) - Number(first)).toBeGreaterThan(3_000_000);
  });

  test('of 400 with a type of expired credentials is about credentials', async () => {
    const { error, server } = await invokeWith(json(400, '{}', { 'x-amzn-ErrorType': 'ExpiredTokenException' }));
    expect(error).toMatchObject({ name: 'CredentialsError', message: expect.stringContaining('ExpiredToken') });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['another contact', { Contact: { Id: 'other', Channel: 'CHAT', DisconnectTimestamp: 1 } }],
    ['a contact without an id', { Contact: { Channel: 'CHAT', DisconnectTimestamp: 1 } }],
  ])('about %s, instead of the one that was asked for, is retried', async (_, wrong) => {
    const described = { Contact: { Id: C1.toUpperCase(), Channel: 'CHAT', DisconnectTimestamp: 1 } };
    let descriptions = 0;
    const server: OddServer = await startServer((request, response) => {
      if (request.method !== 'GET') return associated(request, response);
      json(200, descriptions++ === 0 ? wrong : described)(request, response);
    });
    const { attributes, log } = await (await startBlock(server)).invoke(event);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: 'past' });
    expect(log).toMatchObject([{ level: 'INFO', contactId: NEW_CHAT }]);
    expect(descriptions).toBeGreaterThan(1);
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
