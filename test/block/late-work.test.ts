import { afterEach, expect, jest, test } from '@jest/globals';
import { INSTANCE_ID, NEW_CHAT } from '../../local/connect/index.ts';
import type { continueFirst } from '../../src/past-contact/continue.ts';
import { lambdaContext } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

// Nothing that Amazon Connect does holds the work this long (test/unit/retry.test.ts): only a fault of our own would.
test('a work that does not settle is TIMED_OUT in time, and what it says later is not reported', async () => {
  const work = Promise.withResolvers<Awaited<ReturnType<typeof continueFirst>>>();
  jest.unstable_mockModule('../../src/past-contact/continue.ts', () => ({ continueFirst: () => work.promise }));
  process.env['POWERTOOLS_SERVICE_NAME'] = 'persistent-chat';
  process.env['AWS_REGION'] = 'us-east-1';
  const { handler } = await import('../../src/handler.ts');
  jest.useFakeTimers();
  const lines: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(line => lines.push(JSON.parse(String(line))) > 0);
  }

  const startedAt = performance.now();
  const event = chatEvent({ sourceContactId: 'past', timeLimitSeconds: '3' });
  const answer = handler(event, lambdaContext(10_000)).then((attributes: unknown) => ({
    attributes,
    before: 3_000 - (performance.now() - startedAt),
  }));
  await jest.advanceTimersByTimeAsync(3_000);
  const { attributes, before } = await answer;
  expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT', sourceContactId: 'past' });
  expect(before).toBeGreaterThanOrEqual(100);
  expect(before).toBeLessThanOrEqual(250);

  work.resolve({
    outcome: { status: 'ASSOCIATED', continuedFromContactId: 'past' },
    sourceContactId: 'past',
    sourceContactIdFrom: 'parameter',
  });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(lines).toEqual([
    expect.objectContaining({ level: 'WARN', contactId: NEW_CHAT, instanceId: INSTANCE_ID, reason: 'TIMED_OUT' }),
    expect.objectContaining({ Returning: 1, Continued: 0, Failed: 1 }),
  ]);
});
