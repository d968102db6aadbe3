import { inspect } from 'node:util';
import type { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Deadline } from '../../../src/aws/deadline.ts';
import { customerKey, SessionTable } from '../../../src/session-store/table.ts';
import { chatRequest } from '../../support/chat-request.ts';

const SECRET = 'a secret of at least thirty-two characters';
const SETTINGS = { table: 'sessions', key: SECRET, days: 90 };

test("a customer's key is what OpenSSL computes, too", () => {
  // printf '%s' '["i","CUSTOMER_ID","ann\",\"\ud800"]' | openssl dgst -sha256 -hmac "$SECRET" -binary | basenc --base64url
  const key = customerKey(SECRET, 'i', { scope: 'CUSTOMER_ID', id: 'ann","\ud800' });
  expect(key).toBe('Q3U2TsSWLaONw7I_-0LXUWtgvN9v2u79xghWwyZOgBk');
});

describe('a session table', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  /** Records the session of a chat within 8 seconds, in a table that does this with each command. */
  async function record(answer: (command: UpdateItemCommand) => Promise<unknown>) {
    const signals: AbortSignal[] = [];
    const send = (command: UpdateItemCommand, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.push(abortSignal);
      return answer(command);
    };
    const table = new SessionTable({ send } as unknown as DynamoDBClient, SETTINGS);
    const { record, done } = table.record(chatRequest({}, { CustomerId: 'ann' }), new Deadline(8_000));
    const startedAt = Date.now();
    const ended = done.then(() => Date.now() - startedAt);
    await jest.advanceTimersByTimeAsync(8_000);
    const [recorded, took] = await Promise.all([record, ended]);
    // Once it has ended, no request goes on.
    expect(signals.filter(({ aborted }) => !aborted)).toEqual([]);
    return { recorded, took };
  }

  /** More sessions than one trim can forget. */
  const Attributes = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`session s${index}`, { N: `${index + 1.7e12}` }]),
  );

  const silent = () => new Promise(() => {});

  test('has its share of the time where the chat names nothing, for all that it does', async () => {
    const { recorded, took } = await record(silent);
    expect(recorded).toMatchObject({ customerKnown: true, error: { name: 'TimeoutError' } });
    const trimmed = await record(async ({ input }) => (input.ReturnValues ? { Attributes } : silent()));
    expect([took, trimmed.recorded.error, trimmed.took]).toEqual([6_500, undefined, 6_500]);
  });

  test('is asked again after an answer without an item, and ignores attributes of another form than a session', async () => {
    const N = `${Date.now() - 600_000}`;
    const item = {
      'session -1': { N: `${Date.now() - 1_200_000}` },
      'session -2': { N: 'soon' },
      'session a': { S: N },
      'session b': { N: Number(N) },
      'session c': { L: [{ N }] },
      'session d': null,
      'another attribute': { N },
      'session past': { N },
    };
    const answers = [{}, { Attributes: item }];
    const { recorded } = await record(async () => answers.shift());
    expect(recorded).toEqual({ customerKnown: true, attempts: 2, pastSessions: ['past', '-1'] });
  });

  const ELSEWHERE = 'check AWS_ENDPOINT_URL_DYNAMODB and any proxy on the way';
  const PAGE = ['SyntaxError (HTTP 404), "The answer is not JSON."', ELSEWHERE];
  const SECRET_MESSAGE = { secret: 'customer-secret' };
  test.each<{ met: object; status?: number; says: string[]; name?: string }>([
    { met: { name: 'ResourceNotFoundException' }, says: ['SESSION_STORE_TABLE'] },
    { met: { name: 'ValidationException', message: 'words' }, says: ['partition key "customer"', 'words'] },
    { met: { name: 'AccessDeniedException' }, says: ['dynamodb:UpdateItem'], name: 'MissingPermissionError' },
    { met: { name: 'Else', message: 'words' }, says: ['Else (HTTP 400), "words"', ELSEWHERE] },
    { met: { name: ['A'], message: SECRET_MESSAGE }, says: ['UnknownError (HTTP 400)', ELSEWHERE] },
    { met: new SyntaxError('customer-secret'), status: 404, says: PAGE },
  ])('that refuses says where to look, and nothing of its answer: $says', async row => {
    const { met, status: httpStatusCode = 400, says, name = 'SessionStoreTableError' } = row;
    const thrown = met instanceof Error ? met : Object.assign(new Error(), met);
    const answer = { $response: {}, $metadata: { httpStatusCode, requestId: 'r' }, Item: 'customer-secret' };
    const { recorded } = await record(() => Promise.reject(Object.assign(thrown, answer)));
    const message = expect.stringContaining(`session store's table "sessions"`);
    expect(recorded.misconfigured).toMatchObject({ name, message, cause: { requestId: 'r' } });
    expect(recorded.error).toEqual({ operation: 'UpdateItem', name, message });
    for (const words of says) expect(recorded.error?.message).toContain(words);
    expect(inspect(recorded)).not.toMatch(/customer-secret|'ann'/);
    expect(inspect(recorded)).not.toContain(SECRET);
  });

  test('forgets the oldest of very many sessions, for an expression has at most 4 KB; nothing to forget, one request', async () => {
    const sent: UpdateItemCommand['input'][] = [];
    await record(async ({ input }) => ({ Attributes, sent: sent.push(input) }));
    expect(sent).toHaveLength(2);
    expect(sent[1]?.UpdateExpression?.length).toBeLessThan(4_096);
    expect(Object.values(sent[1]?.ExpressionAttributeNames ?? {})).toContain('session s0');
    await record(async ({ input }) => ({ Attributes: {}, sent: sent.push(input) }));
    expect(sent).toHaveLength(3);
  });
});
