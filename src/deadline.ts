/**
 * The moment by which the function settles. All calls of an invocation share one, so that together they use the whole
 * time that the flow gives, and never more.
 */
export class Deadline {
  readonly #startedAt: number;
  readonly #endsAt: number;
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param milliseconds from now until the deadline; what is in flight then is aborted
   * @param startedAt when the time began, on the clock of `performance.now()`
   */
  constructor(milliseconds: number, startedAt = performance.now()) {
    this.#startedAt = startedAt;
    this.#endsAt = startedAt + milliseconds;
    this.#timer = setTimeout(() => this.#abort.abort(), Math.max(0, this.remaining()));
  }

  /** Aborts whatever is in flight at the deadline. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Milliseconds until the deadline; negative after it. */
  remaining(): number {
    return this.#endsAt - performance.now();
  }

  /** A deadline of its own at half of the whole time. It has to be ended, too. */
  half(): Deadline {
    return new Deadline((this.#endsAt - this.#startedAt) / 2, this.#startedAt);
  }

  /** Stops the clock: without it, the timer would outlive the invocation. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
