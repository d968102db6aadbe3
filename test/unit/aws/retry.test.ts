import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Deadline, inTime, TIMES } from '../../../src/aws/deadline.ts';
import { retryUntilDeadline } from '../../../src/aws/retry.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
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

const CHANGE = { changes: 'confirmable' } as const;

const PURPOSES = ['description', 'session list', 'session store', 'list after a refusal'] as const;
test.each([
  { whole: 8_000, shares: [7_500, 2_667, 6_500, 1_100] },
  { whole: 1_000, shares: [500, 333, 500, 550] },
  { whole: 0, shares: [0, 0, 0, 50] },
])(`of $whole ms, which count from the start, ${PURPOSES.join(', ')} have $shares`, ({ whole, shares }) => {
  const deadline = new Deadline(whole);
  jest.advanceTimersByTime(100);
  expect(PURPOSES.map(purpose => Math.round(deadline.for(purpose).remaining()) + 100)).toEqual(shares);
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
  { what: 'that changes something', latest: TIMES.lastAssociation, options: CHANGE },
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
  { time: 7_000, what: 'that can be confirmed', options: CHANGE, begun: [0, 1_500, 4_075, 5_362, 6_006, 6_298] },
])('while attempts $what have no answer, others begin beside them: $begun', async ({ time, options, begun }) => {
  const found = await run(time, hangs(), options);
  expect(found.begun.map(Math.floor)).toEqual(begun);
  expect(found).toMatchObject({ error: { name: 'TimeoutError' }, isAborted: true });
  expect(found.endedAt).toBeLessThanOrEqual(time);
  // An answer to the first of them counts, however late, and no timer is left.
  const late = time - 400;
  const slow = inTurn(answers(late), hangs());
  expect(await run(time, slow, options)).toMatchObject({ value: 'answered', endedAt: late, isAborted: true });
  expect(jest.getTimerCount()).toBe(0);
});

test('the request ends at once where nobody waits for it any longer', async () => {
  for (const attempt of [hangs(), fails(UNAVAILABLE)]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1_000);
    const found = await run(7_000, attempt, { stop: stop.signal });
    expect(found).toMatchObject({ isAborted: true, endedAt: 1_000 });
    expect(found.begun.filter(at => at >= 1_000)).toEqual([]);
  }
});

const TIMEOUT = { name: 'TimeoutError', message: 'There was no answer in time.' };
test.each<{ is: string; time: number; attempt: Attempt; error: object }>([
  { is: 'the last one', time: 1_400, attempt: inTurn(fails(THROTTLED), fails(UNAVAILABLE)), error: UNAVAILABLE },
  { is: 'not a timeout after another', time: 1_400, attempt: inTurn(fails(THROTTLED), hangs()), error: THROTTLED },
  { is: 'a timeout after a second', time: 2_900, attempt: inTurn(fails(THROTTLED), hangs()), error: TIMEOUT },
  { is: 'one after a timeout', time: 1_400, attempt: inTurn(hangs(), fails(UNAVAILABLE, 100)), error: UNAVAILABLE },
  { is: 'a timeout if there was nothing else', time: 1_400, attempt: hangs(), error: TIMEOUT },
  { is: 'a timeout if there was no time at all', time: 149, attempt: answers(), error: TIMEOUT },
])('the error is $is', async ({ time, attempt, error }) => {
  jitter(0.5);
  expect(await run(time, attempt)).toMatchObject({ error });
});

const broken = new Error('broken');
test.each<{ is: string; work: Attempt; value: unknown; after: number; timers: number }>([
  { is: 'the result', work: answers(90), value: 'answered', after: 90, timers: 0 },
  { is: 'what the work fails of', work: fails(broken, 90), value: broken, after: 90, timers: 0 },
  { is: 'something else, without a result', work: hangs(), value: 'otherwise', after: 100, timers: 0 },
  { is: 'something else than a late failure', work: fails(broken, 110), value: 'otherwise', after: 100, timers: 1 },
])('what is in time is $is, and no timer is left but the own one of the work', async ({ is: _, work, ...expected }) => {
  const startedAt = performance.now();
  const settled = inTime(work(1, AbortSignal.abort()), 100, () => 'otherwise')
    .catch(error => error)
    .then(value => ({ value, after: performance.now() - startedAt, timers: jest.getTimerCount() }));
  await jest.advanceTimersByTimeAsync(200);
  expect(await settled).toEqual(expected);
});

test('waiting holds the process, which a promise that never settles would let end', () => {
  const script = `import { inTime } from './src/aws/deadline.ts';
    console.log(await inTime(new Promise(() => {}), 50, () => 'otherwise'));`;
  const options = { cwd: new URL('../../..', import.meta.url), encoding: 'utf8' } as const;
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], options)).toBe('otherwise\n');
});

// No request goes on beyond its deadline: here, and in test/block/outages.test.ts.
test('the function answers at least 100 ms before its time is up, a late timer included', () => {
  expect(TIMES.report - TIMES.grace).toBeGreaterThanOrEqual(110);
});

test('of a change, an earlier attempt that is carried out counts more than a refusal of the one beside it', async () => {
  const refused = fails(failure('InvalidRequestException', 400));
  const { value, begun } = await run(7_000, inTurn(answers(2_600), refused), CHANGE);
  expect({ value, attempts: begun.length }).toEqual({ value: 'answered', attempts: 2 });
  // Without another one on its way, the refusal is the answer at once.
  expect(await run(7_000, refused, CHANGE)).toMatchObject({ begun: [0], endedAt: 10 });
});
