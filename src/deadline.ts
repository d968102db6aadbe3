/**
 * What the function keeps of its time for settling, milliseconds. With the shortest attempt (80, retry-until-deadline.ts)
 * it answers at most 240 ms, and with {@link GRACE_MS} at least 110 ms, before its time is up; 100 to 250 are promised.
 */
export const SETTLE_MS = 160;

/** How long after its deadline the work may still speak, milliseconds, before the function answers without it. */
export const GRACE_MS = 50;

/** A moment by which something has to be done. All calls of an invocation share one, so that together they use its time. */
export class Deadline {
  readonly #startedAt: number;
  readonly #endsAt: number;

  /**
   * @param milliseconds from the start until the deadline
   * @param startedAt when the time began, on the clock of `performance.now()`; default: now
   */
  constructor(milliseconds: number, startedAt = performance.now()) {
    this.#startedAt = startedAt;
    this.#endsAt = startedAt + milliseconds;
  }

  /** Milliseconds until the deadline; negative after it. */
  remaining(): number {
    return this.#endsAt - performance.now();
  }

  /**
   * A deadline after a part of the time, counted from its start.
   *
   * @param atMost milliseconds
   */
  part(share: number, atMost = Number.POSITIVE_INFINITY): Deadline {
    return new Deadline(Math.min((this.#endsAt - this.#startedAt) * share, atMost), this.#startedAt);
  }

  /** The same deadline for what begins now. */
  fromNow(): Deadline {
    return new Deadline(this.remaining());
  }
}

/**
 * What the work comes to, or `otherwise` if it says nothing in time. The timer keeps the process: an unref'd one would
 * let a promise that never settles end it.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  return Promise.race([work, timeout.then(otherwise)]).finally(() => clearTimeout(timer));
}
