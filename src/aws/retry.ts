import { isResultUnknown, isRetryable } from './failure.ts';

// All in milliseconds. With the grace the function answers at least 110 before its time is up (100 are promised), and with
// the shortest attempt at most 240 where the association is throttled to the end.

/** What the function keeps of its time to report the result. */
export const SETTLE_MS = 160;
/** How long after its deadline the function still waits for a result, before it answers without one. */
export const GRACE_MS = 50;
/** The first pause is at most this long; each further one may be twice as long as the one before. */
export const FIRST_PAUSE_MS = 100;
/** No pause is longer than this: at 5 associations per second for everybody, patience gets more of them. */
const LONGEST_PAUSE_MS = 2_000;
/**
 * An attempt with less time than this before the deadline is not begun. That Connect answers within it is an assumption;
 * a longer one would end the wait for a free place in the quota earlier.
 */
const SHORTEST_ATTEMPT_MS = 80;
/** The last attempt but one of an association begins so long before the deadline: enough for a service that takes 0.2 seconds. */
const LAST_BUT_ONE_MS = 250;
/** No attempt is given less than this, or all that is left. */
const ATTEMPT_MIN_MS = 500;
/** No first attempt is given more than this: connection, answer and body together. */
const ATTEMPT_MAX_MS = 1_500;
/** An attempt that times out with less than this says nothing new about the service. */
const FAIR_ATTEMPT_MS = 1_000;
/** What a description leaves of the time to the association. */
const ASSOCIATION_MIN_MS = 500;
/**
 * The same as {@link SHORTEST_ATTEMPT_MS} before the deadline of a stage, after which time is left: a description whose
 * answer nobody waits for has taken its place in the quota from another chat.
 */
const SHORTEST_STAGE_ATTEMPT_MS = 150;

/** A moment by which something has to be done. All calls of an invocation share one, so that together they use its time. */
export class Deadline {
  /** An attempt with less time than this, milliseconds, is not begun. */
  readonly shortestAttemptMs: number;
  readonly #startedAt: number;
  readonly #endsAt: number;

  /** @param startedAt when the time began, on the clock of `performance.now()` */
  constructor(milliseconds: number, startedAt = performance.now(), shortestAttemptMs = SHORTEST_ATTEMPT_MS) {
    this.shortestAttemptMs = shortestAttemptMs;
    this.#startedAt = startedAt;
    this.#endsAt = startedAt + milliseconds;
  }

  /** Milliseconds until the deadline; negative after it. */
  remaining(): number {
    return this.#endsAt - performance.now();
  }

  /** A deadline after a part of the time, counted from its start, and after `atMost` milliseconds. */
  part(share: number, atMost = Number.POSITIVE_INFINITY): Deadline {
    return new Deadline(Math.min((this.#endsAt - this.#startedAt) * share, atMost), this.#startedAt);
  }

  /**
   * The deadline of a description before the association: half of the time for a chat's first one, and for any further one
   * all but the last half second. A chat that has spent a place in the quota gives up later than one that has none yet: so
   * of the chats that the quota cannot serve most have taken nothing from the others.
   */
  stage(description: 'first' | 'further'): Deadline {
    const all = this.#endsAt - this.#startedAt;
    const milliseconds = Math.max(all / 2, description === 'further' ? all - ASSOCIATION_MIN_MS : 0);
    return new Deadline(milliseconds, this.#startedAt, SHORTEST_STAGE_ATTEMPT_MS);
  }
}

/**
 * Makes attempts until one succeeds, fails for good, or no time is left: full jitter, and a last attempt as late as it
 * can be. An attempt gets half of the time that is left, so that a lost connection leaves time for another one; of a request
 * that changes something, after one whose result is unknown the next gets twice as long, and the last all that is left,
 * because the service may be slow. Unlike the SDK's own retries it counts neither attempts nor a retry quota, which every
 * bad minute of a warm client would shrink.
 *
 * @param attempt one attempt; it is aborted by the signal, and not waited for afterwards
 * @param options `longestPauseMs`: the longest pause, milliseconds. `onResultUnknown`: for a request that changes
 *   something, called after each attempt that the service may have carried out; from then on, `reserveMs` are left
 * @throws what the request really failed of: the last error, but for an attempt that was given too little time
 */
export async function retryUntilDeadline<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  { longestPauseMs = LONGEST_PAUSE_MS, onResultUnknown, reserveMs = 0 }: RetryOptions = {},
): Promise<T> {
  if (deadline.remaining() < deadline.shortestAttemptMs) throw timeoutError('There was no time left for an attempt.');
  let failure: unknown;
  let least = ATTEMPT_MIN_MS;
  let most = ATTEMPT_MAX_MS;
  let reserve = 0;
  for (let longestPause = FIRST_PAUSE_MS; ; longestPause = Math.min(2 * longestPause, longestPauseMs)) {
    const remaining = deadline.remaining() - reserve;
    // A process that was paused may wake up too late.
    if (remaining <= 0) throw failure;
    const limit = Math.min(Math.max(remaining / 2, least), most, remaining);
    const ended = await withTimeLimit(attempt, limit);
    if ('value' in ended) return ended.value;
    const saysNothingNew = ended.timedOut && limit < FAIR_ATTEMPT_MS && failure !== undefined;
    if (!saysNothingNew) failure = ended.error;
    if (onResultUnknown && isResultUnknown(ended.error)) {
      least = most = 2 * limit;
      reserve = reserveMs;
      onResultUnknown();
    }

    const left = deadline.remaining() - reserve;
    if (left < deadline.shortestAttemptMs || !isRetryable(failure)) throw failure;
    const longestWait =
      left - (onResultUnknown && left > LAST_BUT_ONE_MS ? LAST_BUT_ONE_MS : deadline.shortestAttemptMs);
    const pause = Math.min(Math.random() * longestPause, longestWait);
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

interface RetryOptions {
  longestPauseMs?: number | undefined;
  onResultUnknown?: () => void;
  reserveMs?: number;
}

type Ended<T> = { value: T } | { error: unknown; timedOut: boolean };

/** Races an attempt against its time limit: an aborted socket does not always say so (a 101 answer, for instance). */
async function withTimeLimit<T>(attempt: (signal: AbortSignal) => Promise<T>, milliseconds: number): Promise<Ended<T>> {
  const abort = new AbortController();
  const ended = attempt(abort.signal).then(
    (value): Ended<T> => ({ value }),
    error => ({ error, timedOut: false }),
  );
  return inTime(ended, milliseconds, () => {
    abort.abort();
    return { error: timeoutError(`There was no answer within ${Math.round(milliseconds)} ms.`), timedOut: true };
  });
}

/**
 * The result of a promise, or `otherwise` where it has none in time. The timer keeps the process: an unref'd one would let
 * a promise that never settles end it.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>(resolve => {
    // Node warns of a negative time, which a process that was paused may have.
    timer = setTimeout(() => resolve(otherwise()), Math.max(0, milliseconds));
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** An error as the SDK's own of a timeout. */
function timeoutError(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}
