import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { inTime } from '../../../src/aws/attempts.ts';
import { Deadline, TIMES } from '../../../src/aws/deadline.ts';
import { retryUntilDeadline } from '../../../src/aws/retry.ts';

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

/** Runs the loop on the fake clock; when each attempt began, and when the loop ended, in milliseconds. */
async function run(milliseconds: number, attempt: Attempt, options?: Parameters<typeof retryUntilDeadline>[2]) {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const begun: number[] = [];
  let running: AbortSignal | undefined;
  const loop = retryUntilDeadline(
    new Deadline(milliseconds),
    signal => {
      begun.push(now());
      running = signal;
      return attempt(begun.length, signal);
    },
    options,
  );
  const ended = loop.then(ended => ({ value: undefined, error: undefined, ...ended, endedAt: now() }));
  await jest.advanceTimersByTimeAsync(milliseconds + 5_000);
  return { ...(await ended), begun, isAborted: running?.aborted };
}

/** Fixes the share that each pause has of the longest one. */
const jitter = (share: number) => jest.spyOn(Math, 'random').mockReturnValue(share);

// What each request may use of the time, milliseconds from its start.
test.each([
  { whole: 8_000, description: 7_500, list: 2_667, store: 6_500, refusal: 1_100 },
  { whole: 1_000, description: 500, list: 333, store: 500, refusal: 550 },
  { whole: 0, description: 0, list: 0, store: 0, refusal: 50 },
])('each request has its share of $whole ms, which counts from the start', ({ whole, ...expected }) => {
  const deadline = new Deadline(whole);
  jest.advanceTimersByTime(100);
  const left = (purpose: Parameters<Deadline['for']>[0]) => Math.round(deadline.for(purpose).remaining()) + 100;
  expect({
    description: left('description'),
    list: left('session list'),
    store: left('session store'),
    refusal: left('list after a refusal'),
  }).toEqual(expected);
});

test.each([
  { met: 'throttling', error: THROTTLED, most: 2_000 },
  { met: 'any other failure', error: UNAVAILABLE, most: 1_000 },
])('a pause is any part of 100 ms, which doubles up to $most after $met', async ({ error, most }) => {
  jitter(0.5);
  const { begun } = await run(20_000, fails(error));
  const intervals = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  const longest = [100, 200, 400, 800, 1_600, 2_000, 2_000].map(pause => Math.min(pause, most));
  expect(intervals.slice(0, longest.length)).toEqual(longest.map(pause => pause / 2 + 10));
});

test.each([
  { what: 'that only reads', latest: TIMES.lastRead, options: {} },
  { what: 'that changes something', latest: TIMES.lastAssociation, options: { changes: 'confirmable' } as const },
])('the last attempt $what begins $latest ms before the deadline, and not later', async ({ latest, options }) => {
  const given = { milliseconds: fc.integer({ min: 400, max: 8_000 }), after: fc.integer({ min: 1, max: 60 }) };
  const shares = fc.array(fc.nat({ max: 99 }), { minLength: 1 });
  const property = fc.asyncProperty(fc.record({ ...given, shares }), async ({ milliseconds, after, shares }) => {
    let next = 0;
    jest.spyOn(Math, 'random').mockImplementation(() => (shares[next++ % shares.length] ?? 0) / 100);
    const found = await run(milliseconds, fails(THROTTLED, after), options);
    const last = found.begun.at(-1) ?? 0;
    expect(last).toBeLessThanOrEqual(milliseconds - latest);
    // A timer may take a millisecond longer than it was asked for.
    expect(last + after).toBeGreaterThan(milliseconds - latest - 4);
    expect([found.endedAt, found.error]).toEqual([last + after, THROTTLED]);
  });
  await fc.assert(property, { numRuns: 50 });
});

test.each([
  { time: 7_000, what: 'that only reads', options: {}, begun: [0, 1_500, 4_250, 5_625, 6_312, 6_812] },
  { time: 1_200, what: 'that only reads', options: {}, begun: [0, 600, 1_048] },
  {
    time: 7_000,
    what: 'that can be confirmed',
    options: { changes: 'confirmable' } as const,
    begun: [0, 1_500, 4_075, 5_362, 6_006, 6_298],
  },
])('while attempts $what have no answer, others begin beside them: $begun', async ({ time, options, begun }) => {
  const found = await run(time, hangs(), options);
  expect(found.begun.map(Math.floor)).toEqual(begun);
  expect(found).toMatchObject({ error: { name: 'TimeoutError' }, isAborted: true });
  // An answer to the first of them counts, however late.
  const late = time - 400;
  const slow = inTurn(answers(late), hangs());
  expect(await run(time, slow, options)).toMatchObject({ value: 'answered', endedAt: late, isAborted: true });
});

test('after the first success, no timer is left, and a second result changes nothing', async () => {
  const found = await run(7_000, inTurn(answers(1_600), answers(100)));
  expect(found).toMatchObject({ value: 'answered', begun: [0, 1_500], endedAt: 1_600 });
  expect(jest.getTimerCount()).toBe(0);
});

test('the request ends at once where nobody waits for it any longer', async () => {
  for (const attempt of [hangs(), fails(UNAVAILABLE)]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1_000);
    const found = await run(7_000, attempt, { stop: stop.signal });
    expect(found.isAborted).toBe(true);
    expect(found.endedAt).toBe(1_000);
  }
});

describe('the error', () => {
  const TIMEOUT = { name: 'TimeoutError' };
  const LATE_TIMEOUT = { ...TIMEOUT, message: 'There was no answer in time.' };
  test.each<{ is: string; time: number; attempt: Attempt; error: object }>([
    { is: 'the last one', time: 1_400, attempt: inTurn(fails(THROTTLED), fails(UNAVAILABLE)), error: UNAVAILABLE },
    { is: 'not a timeout after another', time: 1_400, attempt: inTurn(fails(THROTTLED), hangs()), error: THROTTLED },
    { is: 'a timeout after a second', time: 2_900, attempt: inTurn(fails(THROTTLED), hangs()), error: LATE_TIMEOUT },
    { is: 'one after a timeout', time: 1_400, attempt: inTurn(hangs(), fails(UNAVAILABLE, 100)), error: UNAVAILABLE },
    { is: 'a timeout if there was nothing else', time: 1_400, attempt: hangs(), error: TIMEOUT },
    { is: 'a timeout if there was no time at all', time: 149, attempt: answers(), error: TIMEOUT },
  ])('is $is', async ({ time, attempt, error }) => {
    jitter(0.5);
    expect((await run(time, attempt)).error).toMatchObject(error);
  });

  test('is one that makes another attempt senseless, at once', async () => {
    const error = failure('InvalidRequestException', 400);
    expect(await run(7_000, fails(error))).toMatchObject({ error, begun: [0], endedAt: 10 });
  });
});

describe('in time', () => {
  const broken = new Error('broken');
  test.each<{ is: string; work: Attempt; value: unknown; after: number; timers: number }>([
    { is: 'the result', work: answers(90), value: 'answered', after: 90, timers: 0 },
    { is: 'what the work fails of', work: fails(broken, 90), value: broken, after: 90, timers: 0 },
    { is: 'something else, without a result', work: hangs(), value: 'otherwise', after: 100, timers: 0 },
    { is: 'something else than a late failure', work: fails(broken, 110), value: 'otherwise', after: 100, timers: 1 },
  ])('is $is, and no timer is left but the own one of the work', async ({ is: _, work, ...expected }) => {
    const startedAt = performance.now();
    const settled = inTime(work(1, AbortSignal.abort()), 100, () => 'otherwise')
      .catch(error => error)
      .then(value => ({ value, after: performance.now() - startedAt, timers: jest.getTimerCount() }));
    await jest.advanceTimersByTimeAsync(200);
    expect(await settled).toEqual(expected);
  });

  test('holds the process, which a promise that never settles would let end', () => {
    const script = `import { inTime } from './src/aws/attempts.ts';
      console.log(await inTime(new Promise(() => {}), 50, () => 'otherwise'));`;
    const options = { cwd: new URL('../../..', import.meta.url), encoding: 'utf8' } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], options)).toBe('otherwise\n');
  });
});

test('the function answers at least 100 ms before its time is up, whatever the attempts do', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const attempts = fc.constantFrom<Attempt | undefined>(undefined, hangs(), fails(reset, 5), fails(THROTTLED, 75));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 250, max: 8_000 }), attempts, async (remaining, attempt) => {
      const startedAt = performance.now();
      const deadline = new Deadline(remaining - TIMES.report);
      const work: Promise<unknown> = attempt
        ? retryUntilDeadline(deadline, signal => attempt(1, signal), { changes: 'confirmable' })
        : new Promise(() => {});
      const settled = inTime(work, deadline.remaining() + TIMES.grace, () => 'timed out')
        .catch(() => 'failed')
        .then(() => remaining - (performance.now() - startedAt));
      await jest.advanceTimersByTimeAsync(remaining);
      expect(await settled).toBeGreaterThanOrEqual(100);
    }),
    { numRuns: 50 },
  );
});

test('of a change, an earlier attempt that is carried out counts more than a refusal of the one beside it', async () => {
  const refused = fails(failure('InvalidRequestException', 400));
  const { value, begun } = await run(7_000, inTurn(answers(2_600), refused), { changes: 'confirmable' });
  expect({ value, attempts: begun.length }).toEqual({ value: 'answered', attempts: 2 });
  // Without another one on its way, the refusal is the answer at once.
  expect((await run(7_000, refused, { changes: 'confirmable' })).endedAt).toBe(10);
});
