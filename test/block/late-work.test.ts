import { expect, jest, test } from '@jest/globals';
import { INSTANCE_ID, NEW_CHAT } from '../../local/connect/index.ts';
import type { Result } from '../../src/result.ts';
import { startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

// Nothing that Amazon Connect does holds the work this long (test/unit/aws/retry.test.ts): only a fault of our own would.
test('a work that does not settle is TIMED_OUT in time, and what it says later is not reported', async () => {
  const work = Promise.withResolvers<Result>();
  jest.unstable_mockModule('../../src/past-contact/continue.ts', () => ({ continueFirst: () => work.promise }));
  const block = await startBlock(undefined);
  const event = chatEvent({ sourceContactId: 'past', timeLimitSeconds: '1' });
  const { attributes, log, metrics, milliseconds } = await block.invoke(event, { remaining: 10_000 });
  const failed = { associationStatus: 'FAILED', reason: 'TIMED_OUT' };
  expect(attributes).toMatchObject({ ...failed, sourceContactId: 'past' });
  expect(log).toMatchObject([{ ...failed, level: 'WARN', contactId: NEW_CHAT, instanceId: INSTANCE_ID }]);
  expect(metrics).toMatchObject({ Returning: 1, Continued: 0, Failed: 1 });
  expect(log[0]?.['durationMs']).toBeGreaterThan(750);
  expect(milliseconds).toBeLessThan(1_000);

  const next = block.invoke(chatEvent({}));
  work.resolve({ outcome: { status: 'ASSOCIATED', continuedFromContactId: 'past' } });
  expect((await next).log).toMatchObject([{ associationStatus: 'NO_SOURCE_CONTACT' }]);
});
