import { Attempts } from './attempts.ts';
import { type Deadline, TIMES } from './deadline.ts';
import { isRetryable, statusOf, unavailableReason } from './failure.ts';

/** How a request ended: with its value, or with the last error that says something. */
type Ended<T> = { value: T } | { error: unknown; resultUnknown: boolean };

export interface RetryOptions {
  /** Milliseconds: no pause is longer while the service throttles. */
  longestPause?: number | undefined;
  /** False for what the chat can do without: a throttled attempt is the last. */
  retryThrottled?: boolean;
  /** Of a request that changes something: whether another, for which time is left, can find out an unknown result. */
  changes?: 'confirmable' | 'unconfirmable';
  /** After so many answers that cannot be read, no other attempt is made. */
  unreadableMax?: number | undefined;
  /** Ends the request at once. */
  stop?: AbortSignal;
}

/**
 * Makes attempts until one succeeds, fails for good, or no time is left: full jitter, and a last attempt as late as it
 * may begin. If an attempt has no answer, the next one begins beside it, because the connection may be lost or the
 * service slow: after twice as long as before, but at most half of the time that is left. Unlike the SDK's own retries
 * this counts neither attempts nor a retry quota, which every bad minute of a warm client would shrink.
 *
 * @param attempt one attempt; the signal aborts it when the request has ended, and nothing waits for it then
 */
export async function retryUntilDeadline<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  { longestPause = TIMES.longestPause, retryThrottled = true, changes, unreadableMax, stop }: RetryOptions = {},
): Promise<Ended<T>> {
  const startMargin = changes ? TIMES.lastAssociation : TIMES.lastRead;
  const toConfirm = changes === 'confirmable' ? Math.min(TIMES.lastAssociation, deadline.remaining() / 4) : 0;
  const attempts = new Attempts<T>(stop);
  let error: unknown;
  let resultUnknown = false;
  let unreadable = 0;
  let nextAfter: number = TIMES.attempt;
  const left = () => deadline.remaining() - (resultUnknown ? toConfirm : 0);
  // Milliseconds until the last moment for another attempt; a timer may be late by a millisecond or two.
  const untilLastStart = () => left() - startMargin - 2;
  for (let pauseMax: number = TIMES.firstPause; !stop?.aborted && left() >= startMargin; pauseMax *= 2) {
    const isLast = untilLastStart() < TIMES.request / 2;
    const wait = isLast ? left() : Math.min(Math.max(left() / 2, TIMES.request), nextAfter, untilLastStart());
    const ended = await attempts.makeOne(attempt, wait);
    if (ended && 'value' in ended) return attempts.end(ended);
    if (stop?.aborted) break;
    if (!ended) {
      nextAfter *= 2;
      resultUnknown ||= changes !== undefined;
      // A timeout after little time says nothing new.
      if (error === undefined || wait >= 2 * TIMES.request) error = timeoutError();
      continue;
    }
    error = ended.error;
    const reason = unavailableReason(error);
    const throttled = reason === 'THROTTLED';
    // Whatever is not throttled, the service may have carried out.
    resultUnknown ||= changes !== undefined && reason !== undefined && !throttled;
    const status = statusOf(error);
    if (status >= 200 && status < 300) unreadable += 1;
    const mayRetry = isRetryable(error) && unreadable !== unreadableMax && (retryThrottled || !throttled);
    // An earlier attempt may be carried out while a later one is refused: its answer counts.
    const earlier = !mayRetry && changes && attempts.areRunning ? await attempts.next(left() / 2) : undefined;
    if (earlier && 'value' in earlier) return attempts.end(earlier);
    if (!mayRetry || untilLastStart() < 0) break;

    const pause = Math.random() * Math.min(pauseMax, throttled ? longestPause : TIMES.longestPause / 2);
    const late = await attempts.next(Math.min(pause, untilLastStart()));
    if (late && 'value' in late) return attempts.end(late);
  }
  return attempts.end({ error: error ?? timeoutError(), resultUnknown });
}

/** As the SDK's own. The same words each time: the dashboard counts errors by their message. */
function timeoutError(): Error {
  return Object.assign(new Error('There was no answer in time.'), { name: 'TimeoutError' });
}
