import { expect, test } from '@jest/globals';
import { invokeAsConnect } from './invoke-function.ts';
import { fakeClock, functionThat } from './test-support.ts';

const DOWN = new Error('down');
const invoke = async (...answers: unknown[]) => {
  const { invokeFunction, events } = functionThat(...answers);
  return { ...(await invokeAsConnect(invokeFunction, { an: 'event' }, 8, fakeClock())), events };
};

test.each([
  { failing: 0, invocations: 1, returned: { ok: 'yes' } },
  { failing: 3, invocations: 4, returned: { ok: 'yes' } },
  { failing: 4, invocations: 4, returned: undefined },
])('a failed invocation is retried three times: $failing fail, $invocations in all', async row => {
  const { failing, invocations, returned } = row;
  const events = Array(invocations).fill({ an: 'event' });
  const answer = await invoke(...Array(failing).fill(DOWN), { ok: 'yes' });
  expect(answer).toEqual({ returned, failures: Array(failing).fill('Error: down'), events });
});

test('a failed invocation is retried only within the time limit, with what is left of it', async () => {
  const clock = fakeClock();
  const limits: number[] = [];
  const slow = async (_: unknown, timeLimitMs: number) => {
    limits.push(timeLimitMs);
    await clock.sleep(Math.min(5_000, timeLimitMs));
    throw DOWN;
  };
  expect(await invokeAsConnect(slow, {}, 8, clock)).toMatchObject({ returned: undefined });
  expect(limits).toEqual([8_000, 3_000]);
});

const LONG = { long: 'x'.repeat(32 * 1024) };
const OTHERS = [null, 'text', ['a list'], { number: 1 }, { nested: {} }, { 'a key': '' }, LONG];
test.each(OTHERS.map(answer => ({ answer })))('no STRING_MAP is a failure without a retry ($#)', async ({ answer }) => {
  const { returned, failures, events } = await invoke(answer);
  expect([returned, events.length]).toEqual([undefined, 1]);
  expect(failures).toEqual([expect.stringMatching(/STRING_MAP/)]);
});
