import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { RetryErrorInfo, RetryStrategyV2, RetryToken, SdkError } from '@smithy/types';
import type { Deadline } from '../deadline.ts';
import { BlockError } from '../errors.ts';
import { timeoutError } from './attempt-time-limit.ts';

/** The first pause is at most this long, milliseconds; each further one may be twice as long as the one before. */
const FIRST_PAUSE_MS = 100;

/** No pause is longer than this, milliseconds: at 5 associations per second for everybody, patience gets more of them. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * An attempt with less time than this before the deadline is not begun, milliseconds. That Connect answers within it is
 * an assumption; a longer one would end the wait for a free place in the quota earlier.
 */
const SHORTEST_ATTEMPT_MS = 100;

/** An attempt that the deadline cuts off before this, milliseconds, says nothing new about Connect. */
const FAIR_ATTEMPT_MS = 1_000;

/**
 * The SDK's extension point for retries, used up to the deadline of one request: full jitter, and a last attempt just
 * before the deadline. Unlike the SDK's own strategies it counts neither attempts nor a retry quota; the quota of a
 * warm client would shrink with every bad minute. One object serves one request.
 */
export class RetryUntilDeadline implements RetryStrategyV2 {
  /** How many attempts were begun. */
  attempts = 0;
  /** What the request failed of, once it did: not always what the last attempt met, which the deadline may cut off. */
  failure: SdkError | undefined;

  readonly #deadline: Deadline;
  #attemptBeganAt = 0;

  constructor(deadline: Deadline) {
    this.#deadline = deadline;
  }

  async acquireInitialRetryToken(): Promise<RetryToken> {
    if (this.#deadline.remaining() < SHORTEST_ATTEMPT_MS) {
      this.failure = timeoutError('There was no time left for an attempt.');
      throw this.failure;
    }
    return this.#nextAttempt(0);
  }

  /** @throws what the last attempt met, when there is no sense in another or no time for it */
  async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    const error = info.error as SdkError;
    this.#note(error);
    const timeForPause = this.#deadline.remaining() - SHORTEST_ATTEMPT_MS;
    if (!isRetryable(error) || timeForPause < 0) throw error;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** token.getRetryCount());
    // A pause beyond the deadline would waste the rest of the time: the last attempt is made as late as it can be.
    return this.#nextAttempt(token.getRetryCount() + 1, Math.min(Math.random() * longest, timeForPause));
  }

  recordSuccess(): void {}

  #nextAttempt(retryCount: number, pause = 0): RetryToken {
    this.attempts = retryCount + 1;
    this.#attemptBeganAt = performance.now() + pause;
    return { getRetryCount: () => retryCount, getRetryDelay: () => pause };
  }

  #note(error: SdkError): void {
    const cutOff = this.#deadline.signal.aborted;
    if (!cutOff) this.failure = error;
    else if (!this.failure || performance.now() - this.#attemptBeganAt >= FAIR_ATTEMPT_MS) {
      this.failure = timeoutError('There was no answer before the deadline.');
    }
  }
}

/** The errors that may pass: throttling, service faults, a lost connection, and answers that make no sense. */
export function isRetryable(error: SdkError & { code?: unknown }): boolean {
  if (error instanceof BlockError) return false;
  if (isThrottlingError(error)) return true;
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return false;
  // The SDK adds `$response` to the error of an answer that it could not read. Node's own errors carry a code: of all
  // of them, only a refused argument (a TypeError) would be the same the next time.
  return (
    isTransientError(error) || '$response' in error || (typeof error.code === 'string' && !(error instanceof TypeError))
  );
}
