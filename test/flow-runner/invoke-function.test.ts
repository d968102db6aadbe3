import { describe, expect, test } from '@jest/globals';
import { invokeAsConnect } from '../../local/flow-runner/invoke-function.ts';
import { fakeClock, functionThat } from './support.ts';

const DOWN = new Error('down');
const invoke = (...answers: unknown[]) => {
  const fake = functionThat(...answers);
  return { ...fake, invocations: invokeAsConnect(fake.invokeFunction, { an: 'event' }, 8, fakeClock()) };
};

describe('an invocation by Amazon Connect', () => {
  test('gives the flow what the function returned', async () => {
    const { invocations, events, limits } = invoke({ reason: '' });
    expect(await invocations).toEqual({ returned: { reason: '' }, failures: [] });
    expect(events).toEqual([{ an: 'event' }]);
    expect(limits).toEqual([8_000]);
  });

  test.each([
    [[DOWN, { ok: 'yes' }], 2, { ok: 'yes' }],
    [[DOWN, DOWN, { ok: 'yes' }], 3, { ok: 'yes' }],
    [[DOWN, DOWN, DOWN, { ok: 'yes' }], 3, undefined],
  ])('of a function that fails is repeated, three in all (%#)', async (answers, count, returned) => {
    const { invocations, events } = invoke(...answers);
    const { returned: given, failures } = await invocations;
    expect([given, events.length]).toEqual([returned, count]);
    expect(failures).toEqual(Array(returned ? count - 1 : count).fill('Error: down'));
  });

  test('is repeated only within the time limit, with what is left of it', async () => {
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

  test.each([
    [null],
    ['text'],
    [['a list']],
    [{ number: 1 }],
    [{ nested: {} }],
    [{ 'a key': 'with a space' }],
    [{ long: 'x'.repeat(32 * 1024) }],
  ])('fails once for an answer that is no flat object of strings (%#)', async answer => {
    const { invocations, events } = invoke(answer);
    expect((await invocations).returned).toBeUndefined();
    expect((await invocations).failures.join()).toMatch(/STRING_MAP/);
    expect(events).toHaveLength(1);
  });
});
