import type { ConnectClient } from '@aws-sdk/client-connect';
import { expect, jest, test } from '@jest/globals';
import { C1, C2, INSTANCE_ARN, INSTANCE_ID } from '../../local/connect/index.ts';
import { AmazonConnect } from '../../src/aws/connect.ts';
import { Deadline } from '../../src/aws/retry.ts';

// Beyond a quota, npm run bench:quotas shows what these two rules are worth.

test.each([
  [0, 6_840, 3_420],
  [1, 6_840, 6_340],
  [0, 840, 420],
  [1, 840, 420],
])('a description with %d before it has, of %d ms, %d', (before, all, expected) => {
  expect(new Deadline(all, 0).stage(before).remaining() + performance.now()).toBeCloseTo(expected, 0);
});

test('a chat asks for its second description more often than for its first, and not when the answer would be late', async () => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(1);
  const throttled = Object.assign(new Error(), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
  const begunAt: number[] = [];
  const send = async ({ input }: { input: { ContactId: string } }) => {
    begunAt.push(performance.now());
    await new Promise(resolve => setTimeout(resolve, 20));
    if (begunAt.length > 1) throw throttled;
    return { Contact: { Id: input.ContactId } };
  };
  const connect = new AmazonConnect({ send } as unknown as ConnectClient, { id: INSTANCE_ID, arn: INSTANCE_ARN });
  const startedAt = performance.now();
  const deadline = new Deadline(2_500);
  const second = connect.describe(C1, deadline.stage(0)).then(() => connect.describe(C2, deadline.stage(1)));
  await jest.advanceTimersByTimeAsync(2_500);
  expect(await second).toMatchObject({ unavailable: 'THROTTLED' });
  // One every 0.12 seconds, the last 150 ms before the end of its time.
  expect(begunAt.length).toBe(1 + 16 + 1);
  expect(2_000 - (Number(begunAt.at(-1)) - startedAt)).toBeCloseTo(150, 0);
});
