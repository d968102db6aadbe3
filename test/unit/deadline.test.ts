import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { retryUntilDeadline } from '../../src/aws/retry-until-deadline.ts';
import { Deadline, GRACE_MS, inTime, SETTLE_MS } from '../../src/deadline.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const never = new Promise<string>(() => {});
const later = (milliseconds: number, settle: () => string) =>
  new Promise<string>((resolve, reject) =>
    setTimeout(() => {
      try {
        resolve(settle());
      } catch (error) {
        reject(error);
      }
    }, milliseconds),
  );
const broken = () => {
  throw new Error('broken');
};

test('a part of a deadline counts from its start, however much of it has passed', () => {
  const deadline = new Deadline(1_000);
  jest.advanceTimersByTime(300);
  const parts = [deadline, deadline.part(1 / 2), deadline.part(1 / 2, 400), deadline.fromNow().part(1 / 2)];
  expect(parts.map(part => part.remaining())).toEqual([700, 200, 100, 350]);
  jest.advanceTimersByTime(900);
  expect(deadline.remaining()).toBe(-200);
});

describe('in time', () => {
  test.each([
    ['what the work says', later.bind(undefined, 90, () => 'said'), 'said', 90],
    ['what the work fails of', later.bind(undefined, 90, broken), new Error('broken'), 90],
    ['something else, when the work says nothing', () => never, 'otherwise', 100],
    ['something else, when the work would fail too late', later.bind(undefined, 110, broken), 'otherwise', 100],
  ])('is %s', async (_, work, expected, at) => {
    const settled = inTime(work(), 100, () => 'otherwise')
      .catch(error => error)
      .then(value => [value, performance.now()]);
    const startedAt = performance.now();
    await jest.advanceTimersByTimeAsync(200);
    expect(await settled).toEqual([expected, startedAt + at]);
  });

  test('leaves no timer behind', async () => {
    await inTime(Promise.resolve('said'), 100, () => 'otherwise');
    await inTime(Promise.reject(new Error('broken')), 100, () => 'otherwise').catch(() => {});
    expect(jest.getTimerCount()).toBe(0);
  });

  test('holds the process, which a promise that never settles would let end', () => {
    const script = `import { inTime } from './src/deadline.ts';
      console.log(await inTime(new Promise(() => {}), 50, () => 'otherwise'));`;
    const options = { cwd: new URL('../..', import.meta.url), encoding: 'utf8' } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], options)).toBe('otherwise\n');
  });
});

test('the function answers 100 to 250 ms before its time is up, whatever the work does', async () => {
  const attempt = fc.constantFrom<'silent' | (() => Promise<never>)>(
    'silent',
    () => new Promise(() => {}),
    () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    () =>
      new Promise((_, reject) => setTimeout(reject, 70, Object.assign(new Error(), { name: 'ThrottlingException' }))),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 250, max: 8_000 }), attempt, async (remaining, makeAttempt) => {
      const startedAt = performance.now();
      const deadline = new Deadline(remaining - SETTLE_MS);
      const work =
        makeAttempt === 'silent'
          ? never
          : retryUntilDeadline(deadline, async () => {
              await new Promise(resolve => setTimeout(resolve, 5));
              return makeAttempt();
            });
      const settled = inTime(work, deadline.remaining() + GRACE_MS, () => 'timed out')
        .catch(() => 'failed')
        .then(() => remaining - (performance.now() - startedAt));
      await jest.advanceTimersByTimeAsync(remaining);
      const before = await settled;
      expect(before).toBeGreaterThanOrEqual(100);
      expect(before).toBeLessThanOrEqual(250);
    }),
    { numRuns: 50 },
  );
});
