import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { retryUntilDeadline } from '../../src/aws/retry-until-deadline.ts';
import { Deadline } from '../../src/deadline.ts';
import { OperatorError } from '../../src/errors.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const THROTTLED = failure('ThrottlingException', 429);
const UNAVAILABLE = failure('ServiceUnavailableException', 503);

function failure(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

type Attempt = (number: number, signal: AbortSignal) => Promise<string>;

/** What an attempt does: answers or fails after some milliseconds, or never settles, whatever its signal says. */
const answers = (): Attempt => async () => 'answered';
const fails = (error: unknown, after = 10): Attempt => {
  return () => new Promise((_, reject) => setTimeout(reject, after, error));
};
const hangs = (): Attempt => () => new Promise(() => {});
/** The first attempts one by one; the last one for all that follow. */
const inTurn = (...attempts: Attempt[]): Attempt => {
  return (number, signal) => (attempts[number - 1] ?? attempts.at(-1) ?? hangs())(number, signal);
};

interface Run {
  value?: string;
  error?: unknown;
  /** When each attempt began and was aborted, and when the loop ended: milliseconds since the start. */
  begun: number[];
  aborted: number[];
  endedAt: number;
}

/** Runs the loop on the fake clock. */
async function run(milliseconds: number, attempt: Attempt, attemptMaxMs?: number): Promise<Run> {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const begun: number[] = [];
  const aborted: number[] = [];
  const loop = retryUntilDeadline(
    new Deadline(milliseconds),
    signal => {
      begun.push(now());
      signal.addEventListener('abort', () => aborted.push(now()));
      return attempt(begun.length, signal);
    },
    attemptMaxMs,
  );
  const settled = loop.then(
    value => ({ value, endedAt: now() }),
    error => ({ error, endedAt: now() }),
  );
  await jest.advanceTimersByTimeAsync(milliseconds + 5_000);
  return { ...(await settled), begun, aborted };
}

/** Fixes the share that each pause has of the longest one. */
const jitter = (share: number) => jest.spyOn(Math, 'random').mockReturnValue(share);
/** The time from the beginning of one attempt to that of the next. */
const intervals = ({ begun }: Run) => begun.slice(1).map((at, index) => at - (begun[index] ?? 0));

describe('the pauses', () => {
  test.each([0.25, 0.5, 0.75])(
    'are any part of 100 ms, which doubles with each attempt up to 2 seconds: %d',
    async share => {
      jitter(share);
      const { value: _, ...ran } = await run(20_000, fails(THROTTLED));
      const longest = [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000];
      expect(intervals(ran).slice(0, longest.length)).toEqual(longest.map(pause => pause * share + 10));
    },
  );

  test('leave time for 6 attempts in 3.6 seconds under throttling, however long they are', async () => {
    jitter(0.999);
    expect((await run(3_600 - 160, fails(THROTTLED, 20))).begun.length).toBeGreaterThanOrEqual(6);
  });

  test('are no longer in the twentieth bad minute than in the first: nothing is remembered', async () => {
    jitter(0.5);
    const attempts: number[] = [];
    for (let minute = 0; minute < 20; minute++) attempts.push((await run(7_000, fails(THROTTLED))).begun.length);
    expect(new Set(attempts).size).toBe(1);
    expect(attempts[0]).toBeGreaterThanOrEqual(6);
  });
});

test('the last attempt begins as late as it can: no further one would have had 80 ms', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 200, max: 8_000 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat({ max: 99 }), { minLength: 1 }),
      async (milliseconds, after, shares) => {
        let next = 0;
        jest.spyOn(Math, 'random').mockImplementation(() => (shares[next++ % shares.length] ?? 0) / 100);
        const { begun, endedAt, error } = await run(milliseconds, fails(THROTTLED, after));
        const last = begun.at(-1) ?? 0;
        // A timer may take a millisecond longer than it was asked for.
        expect(last).toBeLessThanOrEqual(milliseconds - 80 + 2);
        expect(last + after).toBeGreaterThan(milliseconds - 80 - 1);
        expect(endedAt).toBe(last + after);
        expect(error).toBe(THROTTLED);
      },
    ),
    { numRuns: 50 },
  );
});

describe("an attempt's time", () => {
  test.each([
    [7_000, 1_500],
    [2_400, 1_200],
    [1_200, 600],
    [800, 500],
    [400, 400],
    [80, 80],
  ])('with %d ms left is %d ms, also when it never settles', async (left, limit) => {
    jitter(0);
    expect((await run(left, hangs())).aborted[0]).toBe(limit);
  });

  test('is what the caller allows, where that is less', async () => {
    expect((await run(7_000, inTurn(hangs(), answers()), 900)).aborted).toEqual([900]);
  });

  test('that is over leaves time for another attempt', async () => {
    jitter(0.5);
    const { value, begun } = await run(2_840, inTurn(hangs(), answers()));
    expect(value).toBe('answered');
    expect(begun).toEqual([0, 1_420 + 50]);
  });
});

describe('what is thrown', () => {
  test.each([
    ['the last error', inTurn(fails(THROTTLED), fails(UNAVAILABLE)), 'ServiceUnavailableException'],
    [
      'the error before an attempt that timed out within a second',
      inTurn(fails(THROTTLED), hangs()),
      'ThrottlingException',
    ],
    ['an error that came after a timeout', inTurn(hangs(), fails(UNAVAILABLE, 300)), 'ServiceUnavailableException'],
    ['a timeout, where there was nothing else', hangs(), 'TimeoutError'],
  ])('is %s', async (_, attempt, name) => {
    jitter(0.5);
    expect((await run(1_400, attempt)).error).toMatchObject({ name });
  });

  test('is a timeout after another error, where the attempt had a second or more', async () => {
    jitter(0.5);
    // The second attempt has some 1.4 seconds and the third one, with what is left, some 0.7.
    expect((await run(2_900, inTurn(fails(THROTTLED), hangs()))).error).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringMatching(/within 14\d\d ms/),
    });
  });

  test('is an error that makes another attempt senseless, at once', async () => {
    class Fixable extends OperatorError {}
    for (const error of [failure('InvalidRequestException', 400), new Fixable('no role'), new TypeError('a bug')]) {
      expect(await run(7_000, fails(error))).toMatchObject({ error, begun: [0], endedAt: 10 });
    }
  });

  test('is a timeout without an attempt, where less than 80 ms are left', async () => {
    expect(await run(79, answers())).toMatchObject({ error: { name: 'TimeoutError' }, begun: [] });
    expect(await run(80, answers())).toMatchObject({ value: 'answered', begun: [0] });
  });
});

test('the first success is the value, and no timer is left', async () => {
  expect(await run(7_000, inTurn(fails(THROTTLED), fails(UNAVAILABLE), answers()))).toMatchObject({
    value: 'answered',
    begun: { length: 3 },
    aborted: [],
  });
  expect(jest.getTimerCount()).toBe(0);
});
