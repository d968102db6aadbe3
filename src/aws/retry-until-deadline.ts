import type { Deadline } from '../deadline.ts';
import { isRetryable } from './service-error.ts';

/** The first pause is at most this long, milliseconds; each further one may be twice as long as the one before. */
const FIRST_PAUSE_MS = 100;

/** No pause is longer than this, milliseconds: at 5 associations per second for everybody, patience gets more of them. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * An attempt with less time than this before the deadline is not begun, milliseconds. That Connect answers within it is
 * an assumption; a longer one would end the wait for a free place in the quota earlier.
 */
const SHORTEST_ATTEMPT_MS = 80;

/** No attempt is given less than this, milliseconds, or all that is left. */
const ATTEMPT_MIN_MS = 500;

/** No attempt is given more than this, milliseconds: connection, answer and body together. */
export const ATTEMPT_MAX_MS = 1_500;

/** An attempt that times out with less than this, milliseconds, says nothing new about the service. */
const FAIR_ATTEMPT_MS = 1_000;

/**
 * Makes attempts until one succeeds, fails for good, or no time is left: full jitter, and a last attempt as late as it
 * can be. An attempt gets half of the time that is left, so that a lost connection leaves time for another one. Unlike
 * the SDK's own retries it counts neither attempts nor a retry quota, which every bad minute of a warm client would shrink.
 *
 * @param attempt one attempt; what it does is aborted by the signal, and not waited for afterwards
 * @param attemptMaxMs the longest that an attempt may take, milliseconds
 * @throws what the request really failed of: the last error, but for an attempt that was given too little time
 */
export async function retryUntilDeadline<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  attemptMaxMs = ATTEMPT_MAX_MS,
): Promise<T> {
  if (deadline.remaining() < SHORTEST_ATTEMPT_MS) throw timeoutError('There was no time left for an attempt.');
  let failure: unknown;
  for (let longestPause = FIRST_PAUSE_MS; ; longestPause = Math.min(2 * longestPause, LONGEST_PAUSE_MS)) {
    const remaining = deadline.remaining();
    const limit = Math.min(Math.max(remaining / 2, ATTEMPT_MIN_MS), attemptMaxMs, remaining);
    const outcome = await withTimeLimit(attempt, limit);
    if ('value' in outcome) return outcome.value;
    const saysNothingNew = outcome.timedOut && limit < FAIR_ATTEMPT_MS && failure !== undefined;
    if (!saysNothingNew) failure = outcome.error;

    const longestWait = deadline.remaining() - SHORTEST_ATTEMPT_MS;
    if (longestWait < 0 || !isRetryable(failure)) throw failure;
    const pause = Math.min(Math.random() * longestPause, longestWait);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

type AttemptOutcome<T> = { value: T } | { error: unknown; timedOut: boolean };

/** Races an attempt against its time limit: an aborted socket does not always say so (a 101 answer, for instance). */
async function withTimeLimit<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
): Promise<AttemptOutcome<T>> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<AttemptOutcome<T>>(resolve => {
    timer = setTimeout(() => {
      resolve({ error: timeoutError(`There was no answer within ${Math.round(milliseconds)} ms.`), timedOut: true });
      abort.abort();
    }, milliseconds);
  });
  const work = attempt(abort.signal).then(
    value => ({ value }),
    error => ({ error, timedOut: false }),
  );
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** An error as the SDK's own of a timeout. */
function timeoutError(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}
