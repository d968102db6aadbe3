import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Deadline, GRACE_MS, inTime, retryUntilDeadline, SETTLE_MS } from '../../src/aws/retry.ts';

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
const answers = (after = 0): Attempt => {
  return () => new Promise(resolve => setTimeout(resolve, after, 'answered'));
};
const fails = (error: unknown, after = 10): Attempt => {
  return () => new Promise((_, reject) => setTimeout(reject, after, error));
};
const hangs = (): Attempt => () => new Promise(() => {});
/** The first attempts one by one; the last one for all that follow. */
const inTurn = (...attempts: Attempt[]): Attempt => {
  return (number, signal) => (attempts[number - 1] ?? attempts.at(-1) ?? hangs())(number, signal);
};

/** Runs the loop on the fake clock; when each attempt began and was aborted, and when the loop ended, in milliseconds. */
async function run(
  milliseconds: number,
  attempt: Attempt,
  options?: Parameters<typeof retryUntilDeadline>[2],
  deadline = new Deadline(milliseconds),
) {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const begun: number[] = [];
  const aborted: number[] = [];
  const loop = retryUntilDeadline(
    deadline,
    signal => {
      begun.push(now());
      signal.addEventListener('abort', () => aborted.push(now()));
      return attempt(begun.length, signal);
    },
    options,
  );
  const settled = loop.then(
    value => ({ value, error: undefined, endedAt: now() }),
    error => ({ value: undefined, error, endedAt: now() }),
  );
  await jest.advanceTimersByTimeAsync(milliseconds + 5_000);
  return { ...(await settled), begun, aborted };
}

/** Fixes the share that each pause has of the longest one. */
const jitter = (share: number) => jest.spyOn(Math, 'random').mockReturnValue(share);

test('a part of a deadline counts from its start, however much of it has passed', () => {
  const deadline = new Deadline(1_000);
  jest.advanceTimersByTime(300);
  const parts = [deadline, deadline.part(1 / 2), deadline.part(1 / 2, 400)];
  expect(parts.map(part => part.remaining())).toEqual([700, 200, 100]);
  jest.advanceTimersByTime(900);
  expect(deadline.remaining()).toBe(-200);
});

// Of the whole time, milliseconds: for a first description, and for any further one.
test.each([
  [8_000, [4_000, 7_500]],
  [1_000, [500, 500]],
  [399, [199.5, 199.5]],
  [0, [0, 0]],
  [-100, [0, -50]],
])('of %d ms, the stages have %j', (milliseconds, expected) => {
  const deadline = new Deadline(milliseconds);
  expect((['first', 'further'] as const).map(each => deadline.stage(each).remaining())).toEqual(expected);
  jest.advanceTimersByTime(100);
  // Whenever they are asked for, they count from the start.
  expect((['first', 'further'] as const).map(each => deadline.stage(each).remaining() + 100)).toEqual(expected);
});

test.each([0.25, 0.5, 0.75])('a pause is any part of 100 ms, which doubles up to 2 seconds: %d', async share => {
  jitter(share);
  const { begun } = await run(20_000, fails(THROTTLED));
  const intervals = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  const longest = [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000];
  expect(intervals.slice(0, longest.length)).toEqual(longest.map(pause => pause * share + 10));
});

// The answer of a stage is used only where time is left for the next request.
test.each([
  [80, 'a deadline', (milliseconds: number) => new Deadline(milliseconds)],
  [150, 'a stage', (milliseconds: number) => new Deadline(2 * milliseconds).stage('first')],
])('no attempt begins less than %d ms before the end of %s, and the last as late as it can', async (...row) => {
  const [shortest, , deadlineOf] = row;
  const given = { milliseconds: fc.integer({ min: 200, max: 8_000 }), after: fc.integer({ min: 1, max: 60 }) };
  const shares = fc.array(fc.nat({ max: 99 }), { minLength: 1 });
  const property = fc.asyncProperty(fc.record({ ...given, shares }), async ({ milliseconds, after, shares }) => {
    let next = 0;
    jest.spyOn(Math, 'random').mockImplementation(() => (shares[next++ % shares.length] ?? 0) / 100);
    const found = await run(milliseconds, fails(THROTTLED, after), {}, deadlineOf(milliseconds));
    const last = found.begun.at(-1) ?? 0;
    // A timer may take a millisecond longer than it was asked for.
    expect(last).toBeLessThanOrEqual(milliseconds - shortest + 2);
    expect(last + after).toBeGreaterThan(milliseconds - shortest - 1);
    expect([found.endedAt, found.error]).toEqual([last + after, THROTTLED]);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('an attempt gets half of the time or 500 ms, at most 1.5 seconds', async () => {
  jitter(0);
  const limits: number[] = [];
  for (const left of [7_000, 2_400, 1_200, 800, 400, 80]) limits.push((await run(left, hangs())).aborted[0] ?? 0);
  expect(limits).toEqual([1_500, 1_200, 600, 500, 400, 80]);
});

describe('of a request that changes something, after an attempt whose result is unknown', () => {
  const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const senseless = Object.assign(new Error('no id'), { name: 'InvalidResponseError', $retryable: {} });
  /** The shortest pause is a millisecond. */
  const roundedDown = (at: number) => Math.floor(at / 10) * 10;

  // When each attempt began and was given up, of 7,750 ms. Nothing is repeated before the service had time to answer.
  test.each<[string, Attempt, begun: number[], aborted: number[], unknown: number]>([
    ['that took too long, the next has twice the time', answers(1_600), [0, 1_500], [1_500], 1],
    ['the last has all that is left', answers(3_200), [0, 1_500, 4_500], [1_500, 4_500], 2],
    ['there are at most three', answers(5_000), [0, 1_500, 4_500], [1_500, 4_500, 7_750], 3],
    ['that was lost, too', inTurn(fails(lost, 10), answers(2_900)), [0, 10], [], 1],
    ['that made no sense, too', inTurn(fails(senseless, 10), answers(2_900)), [0, 10], [], 1],
    ['of an HTTP 504, too', inTurn(fails(failure('GatewayTimeout', 504)), answers(2_900)), [0, 10], [], 1],
    ['not of one that was throttled', inTurn(fails(THROTTLED), answers(1_600)), [0, 10, 1_510], [1_510], 1],
    ['nor of one that the service failed', inTurn(fails(UNAVAILABLE), answers(1_400)), [0, 10], [], 0],
  ])('%s', async (_, attempt, begun, aborted, unknown) => {
    jitter(0);
    const onResultUnknown = jest.fn();
    const found = await run(7_750, attempt, { onResultUnknown });
    expect([found.begun, found.aborted].map(all => all.map(roundedDown))).toEqual([begun, aborted]);
    expect(onResultUnknown).toHaveBeenCalledTimes(unknown);
  });
});

describe('what is thrown', () => {
  const late = { name: 'TimeoutError', message: expect.stringMatching(/within 14\d\d ms/) };
  test.each<[string, number, Attempt, object]>([
    ['the last error', 1_400, inTurn(fails(THROTTLED), fails(UNAVAILABLE)), UNAVAILABLE],
    ['the error before one that timed out within a second', 1_400, inTurn(fails(THROTTLED), hangs()), THROTTLED],
    // The second attempt has some 1.4 seconds and the third one, with what is left, some 0.7.
    ['a timeout after another error, of a second or more', 2_900, inTurn(fails(THROTTLED), hangs()), late],
    ['an error that came after a timeout', 1_400, inTurn(hangs(), fails(UNAVAILABLE, 300)), UNAVAILABLE],
    ['a timeout, where there was nothing else', 1_400, hangs(), { name: 'TimeoutError' }],
  ])('is %s', async (_, milliseconds, attempt, error) => {
    jitter(0.5);
    expect((await run(milliseconds, attempt)).error).toMatchObject(error);
  });

  test('is an error that makes another attempt senseless, at once', async () => {
    const error = failure('InvalidRequestException', 400);
    expect(await run(7_000, fails(error))).toMatchObject({ error, begun: [0], endedAt: 10 });
  });

  test('is a timeout without an attempt, where less than 80 ms are left', async () => {
    expect(await run(79, answers())).toMatchObject({ error: { name: 'TimeoutError' }, begun: [] });
    expect(await run(80, answers())).toMatchObject({ value: 'answered', begun: [0] });
  });
});

test('the first success is the value, and no timer is left', async () => {
  const found = await run(7_000, inTurn(fails(THROTTLED), fails(UNAVAILABLE), answers()));
  expect(found).toMatchObject({ value: 'answered', begun: { length: 3 }, aborted: [] });
  expect(jest.getTimerCount()).toBe(0);
});

describe('in time', () => {
  const broken = new Error('broken');
  test.each<[string, Attempt, unknown, number, number]>([
    ['the result', answers(90), 'answered', 90, 0],
    ['what the work fails of', fails(broken, 90), broken, 90, 0],
    ['something else, without a result', hangs(), 'otherwise', 100, 0],
    ['something else, when the work would fail too late', fails(broken, 110), 'otherwise', 100, 1],
  ])('is %s, and no timer is left but the own one of the work', async (_, work, ...expected) => {
    const startedAt = performance.now();
    const settled = inTime(work(1, AbortSignal.abort()), 100, () => 'otherwise')
      .catch(error => error)
      .then(value => [value, performance.now() - startedAt, jest.getTimerCount()]);
    await jest.advanceTimersByTimeAsync(200);
    expect(await settled).toEqual(expected);
  });

  test('holds the process, which a promise that never settles would let end', () => {
    const script = `import { inTime } from './src/aws/retry.ts';
      console.log(await inTime(new Promise(() => {}), 50, () => 'otherwise'));`;
    const options = { cwd: new URL('../..', import.meta.url), encoding: 'utf8' } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], options)).toBe('otherwise\n');
  });
});

test('the function answers 100 to 250 ms before its time is up, whatever the attempts do', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const attempts = fc.constantFrom<Attempt | undefined>(undefined, hangs(), fails(reset, 5), fails(THROTTLED, 75));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 250, max: 8_000 }), attempts, async (remaining, attempt) => {
      const startedAt = performance.now();
      const deadline = new Deadline(remaining - SETTLE_MS);
      const work = attempt ? retryUntilDeadline(deadline, signal => attempt(1, signal)) : new Promise<string>(() => {});
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
