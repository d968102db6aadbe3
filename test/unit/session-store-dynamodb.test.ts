import type { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { Deadline } from '../../src/deadline.ts';
import { dynamoDbSessionStore } from '../../src/session-store/dynamodb.ts';

const SESSION = {
  instanceId: 'instance',
  initialContactId: 'current',
  customer: { place: 'CUSTOMER_ID', kind: 'CUSTOMER_ID', id: 'ann' },
} as const;

/** A session store whose table does this with each command. */
function storeOn(send: (command: UpdateItemCommand) => Promise<unknown>) {
  const settings = { table: 'sessions', key: 'k'.repeat(32), days: 90 };
  return dynamoDbSessionStore({ send } as unknown as DynamoDBClient, settings);
}

describe('a session store whose table refuses for a reason that nobody knows', () => {
  test.each([
    ['SomethingElseException', 'no'],
    [['A'], { secret: 'customer-secret' }],
  ])('throws its name and message, and none of its other fields: %j', async (name, message) => {
    const refusal = Object.assign(new Error(), {
      name,
      message,
      $metadata: { httpStatusCode: 400, requestId: 'request' },
      Item: { phone: 'customer-secret' },
    });
    const thrown = await storeOn(() => Promise.reject(refusal))
      .record(SESSION, new Deadline(1_000))
      .catch(error => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown.cause).toMatchObject({ requestId: 'request' });
    expect(JSON.stringify([thrown, thrown.message, thrown.name, thrown.cause])).not.toContain('customer-secret');
  });
});

test('a trim forgets the oldest of very many sessions, for an expression has at most 4 KB', async () => {
  const sent: (UpdateItemCommand['input'] | undefined)[] = [];
  const store = storeOn(async ({ input }) => sent.push(input));
  const newestFirst = Array.from({ length: 500 }, (_, index) => `session-${500 - index}`);
  await store.trim(SESSION, newestFirst, new Deadline(1_000));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.UpdateExpression?.length).toBeLessThan(4_096);
  expect(Object.values(sent[0]?.ExpressionAttributeNames ?? {})).toContain('session session-1');
});
