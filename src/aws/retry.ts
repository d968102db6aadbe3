import { isResultUnknown, isRetryable, isUnreadable, unavailableReason } from './failure.ts';

/**
 * Every time that is not a share of another one, milliseconds. With `report` and `grace` the function answers at least 110
 * before its time is up (100 are promised).
 */
export const TIMES = {
  /** What the function keeps of its time to report the result. */
  report: 160,
  /** How long after its deadline the function still waits for a result, before it answers without one. */
  grace: 50,
  /**
   * What a request needs when the service is slow or the connection new: no attempt gets less unless less is left, a
   * description leaves as much for the association, and with less no other candidate is tried.
   */
  request: 500,
  /**
   * An association begins no later than this before its deadline, so that its result is known in time: enough for a service
   * that takes 0.2 seconds. A confirmation has as much.
   */
  lastAssociation: 350,
  /** A request that only reads begins no later than this before its deadline: it would use up the quota for nothing. */
  lastRead: 150,
  /** After this an attempt is not waited for alone: connection, answer and body together take less on a good day. */
  attempt: 1_500,
  /** The first pause is at most this long; each further one may be twice as long as the one before. */
  firstPause: 100,
  /** No pause is longer: at five associations per second for everybody, waiting longer serves more chats. */
  longestPause: 2_000,
} as const;

/** What is kept of the time for the requests after this one: milliseconds of a whole, of which some are left. */
const KEPT = {
  /** Every description of the source contact check: the association comes after it. */
  description: whole => Math.min(TIMES.request, whole / 2),
  /** The list has the smallest quota: without it, the way back from the source contact needs time. */
  'session list': whole => (whole * 2) / 3,
  /** A refusal is explained without the list soon: by then it is clear that nothing will be continued. */
  'list after a refusal': (_, left) => Math.max(left / 2, left - 2 * TIMES.request),
  /** Whether an earlier call has associated this chat: the way on does not depend on it. */
  'second call': whole => (whole * 3) / 4,
  /** A chat that names nothing needs the session store; two descriptions and the association come after it. */
  'session store': whole => Math.min(3 * TIMES.request, whole / 2),
  /** Another candidate has all that is left, and shares of it. */
  'next candidate': () => 0,
} satisfies Record<string, (whole: number, left: number) => number>;

/** A moment by which something has to be done. All calls of an invocation share one, so that together they use its time. */
export class Deadline {
  readonly #startedAt: number;
  readonly #endsAt: number;

  /** @param startedAt when the time began, on the clock of `performance.now()` */
  constructor(milliseconds: number, startedAt = performance.now()) {
    this.#startedAt = startedAt;
    this.#endsAt = startedAt + milliseconds;
  }

  /** Milliseconds until the deadline; negative after it. */
  remaining(): number {
    return this.#endsAt - performance.now();
  }

  /** The deadline of a request within this time. Shares count from the start of the time, whenever they are asked for. */
  for(purpose: keyof typeof KEPT): Deadline {
    const left = this.remaining();
    return new Deadline(left - KEPT[purpose](this.#endsAt - this.#startedAt, left));
  }
}

/** How a request ended: with its value, or with the last error that says something. */
export type Ended<T> = { value: T } | { error: unknown; resultUnknown: boolean };

export interface RetryOptions {
  /** Milliseconds. */
  longestPause?: number | undefined;
  /** False: a throttled attempt is the last. */
  retryThrottled?: boolean | undefined;
  /** Of a request that changes something: whether another request can find out a result that stays unknown. */
  changes?: 'confirmable' | 'unconfirmable' | undefined;
  /** After so many answers that cannot be read, no other attempt is made. */
  unreadableMax?: number | undefined;
  /** Ends the request at once. */
  stop?: AbortSignal | undefined;
}

/**
 * Makes attempts until one succeeds, fails for good, or no time is left: full jitter, and a last attempt as late as it may
 * begin. Where an attempt has no answer the next one begins, after twice as long as before but at most half of the time that
 * is left, because the connection may be lost; the earlier one goes on, because the service may be slow. Unlike the SDK's
 * own retries this counts neither attempts nor a retry quota, which every bad minute of a warm client would shrink.
 *
 * @param attempt one attempt; the signal aborts it when the request has ended, and nothing waits for it then
 */
export async function retryUntilDeadline<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  { longestPause = TIMES.longestPause, retryThrottled = true, changes, unreadableMax, stop }: RetryOptions = {},
): Promise<Ended<T>> {
  const shortest = changes ? TIMES.lastAssociation : TIMES.lastRead;
  const confirmation = changes === 'confirmable' ? Math.min(TIMES.lastAssociation, deadline.remaining() / 4) : 0;
  const attempts = new Attempts(attempt, stop);
  const beganAt = performance.now();
  let error: unknown;
  let resultUnknown = false;
  let unreadable = 0;
  let patience: number = TIMES.attempt;
  const left = () => deadline.remaining() - (resultUnknown ? confirmation : 0);
  // Until the last moment for another attempt: a timer may be late by a millisecond.
  const spare = () => left() - shortest - 2;
  for (let pause: number = TIMES.firstPause; left() >= shortest; pause *= 2) {
    const limit = Math.min(Math.max(left() / 2, TIMES.request), patience, spare());
    const isLast = spare() < TIMES.request / 2;
    const ended = await attempts.makeOne(isLast ? left() : limit);
    if (ended && 'value' in ended) return attempts.end(ended);
    if (stop?.aborted) break;
    if (!ended) {
      patience *= 2;
      resultUnknown ||= changes !== undefined;
      // Otherwise a timeout after little time says nothing new.
      if (error === undefined || limit >= 2 * TIMES.request) error = timeoutError(limit);
      continue;
    }
    error = ended.error;
    const throttled = unavailableReason(error) === 'THROTTLED';
    if (!isRetryable(error) || (throttled && !retryThrottled)) break;
    resultUnknown ||= changes !== undefined && isResultUnknown(error);
    if (isUnreadable(error) && ++unreadable === unreadableMax) break;
    if (spare() < 0) break;
    const longest = throttled ? longestPause : TIMES.longestPause / 2;
    const late = await attempts.next(Math.min(Math.random() * Math.min(pause, longest), spare()));
    if (late && 'value' in late) return attempts.end(late);
  }
  return attempts.end({ error: error ?? timeoutError(performance.now() - beganAt), resultUnknown });
}

/** The attempts of one request: several may wait for their answers at the same time. */
class Attempts<T> {
  readonly #attempt: (signal: AbortSignal) => Promise<T>;
  readonly #abort = new AbortController();
  readonly #stopped: Promise<undefined>;
  readonly #running = new Set<Promise<Attempted<T>>>();

  constructor(attempt: (signal: AbortSignal) => Promise<T>, stop: AbortSignal | undefined) {
    this.#attempt = attempt;
    this.#stopped = new Promise(resolve => stop?.addEventListener('abort', () => resolve(undefined)));
  }

  /** Begins an attempt. */
  makeOne(milliseconds: number): Promise<Attempted<T> | undefined> {
    const running: Promise<Attempted<T>> = this.#attempt(this.#abort.signal).then(
      value => ({ running, value }),
      error => ({ running, error }),
    );
    this.#running.add(running);
    return this.next(milliseconds);
  }

  /** The attempt that ends first, if one does within so many milliseconds. An aborted socket does not always say so. */
  async next(milliseconds: number): Promise<Attempted<T> | undefined> {
    const first = Promise.race<Attempted<T> | undefined>([this.#stopped, ...this.#running]);
    const ended = await inTime(first, milliseconds, () => undefined);
    if (ended) this.#running.delete(ended.running);
    return ended;
  }

  /** Aborts what still runs. */
  end<R>(result: R): R {
    this.#abort.abort();
    return result;
  }
}

type Attempted<T> = { running: Promise<Attempted<T>> } & ({ value: T } | { error: unknown });

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
function timeoutError(milliseconds: number): Error {
  return Object.assign(new Error(`There was no answer within ${Math.round(milliseconds)} ms.`), {
    name: 'TimeoutError',
  });
}
