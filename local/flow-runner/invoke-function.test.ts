import { describe, expect, test } from '@jest/globals';
import { invokeAsConnect } from './invoke-function.ts';
import { fakeClock, functionThat } from './test-support.ts';

describe('an invocation by Amazon Connect', () => {
  const DOWN = new Error('down');
  const invoke = async (...answers: unknown[]) => {
    const { invokeFunction, events } = functionThat(...answers);
    return { ...(await invokeAsConnect(invokeFunction, { an: 'event' }, 8, fakeClock())), events };
  };

  test.each([
    { failing: 0, invocations: 1, returned: { ok: 'yes' } },
    { failing: 3, invocations: 4, returned: { ok: 'yes' } },
    { failing: 4, invocations: 4, returned: undefined },
  ])('that fails is retried three times: $failing fail, $invocations in all', async row => {
    const { failing, invocations, returned } = row;
    const events = Array(invocations).fill({ an: 'event' });
    const answer = await invoke(...Array(failing).fill(DOWN), { ok: 'yes' });
    expect(answer).toEqual({ returned, failures: Array(failing).fill('Error: down'), events });
  });

  test('is retried only within the time limit, with what is left of it', async () => {
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
  test.each([
    { what: 'null', answer: null },
    { what: 'a text', answer: 'text' },
    { what: 'a list', answer: ['a list'] },
    { what: 'a number in it', answer: { number: 1 } },
    { what: 'an object in it', answer: { nested: {} } },
    { what: 'a key with a space', answer: { 'a key': '' } },
    { what: '32 KB', answer: LONG },
  ])('fails without a retry for an answer that is not a flat object of strings: $what', async ({ answer }) => {
    const { returned, failures, events } = await invoke(answer);
    expect([returned, events.length]).toEqual([undefined, 1]);
    expect(failures).toEqual([expect.stringMatching(/STRING_MAP/)]);
  });
});
