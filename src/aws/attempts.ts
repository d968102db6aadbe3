import { inTime } from './deadline.ts';

type Attempted<T> = { running: Promise<Attempted<T>> } & ({ value: T } | { error: unknown });

/** The attempts of one request: several may wait for their answers at the same time. */
export class Attempts<T> {
  readonly #abort = new AbortController();
  readonly #stopped: Promise<undefined>;
  readonly #running = new Set<Promise<Attempted<T>>>();

  constructor(stop: AbortSignal | undefined) {
    this.#stopped = new Promise(resolve => stop?.addEventListener('abort', () => resolve(undefined)));
  }

  get areRunning(): boolean {
    return this.#running.size > 0;
  }

  /** Begins an attempt, and waits like {@link Attempts.next}. */
  makeOne(attempt: (signal: AbortSignal) => Promise<T>, milliseconds: number): Promise<Attempted<T> | undefined> {
    const running: Promise<Attempted<T>> = attempt(this.#abort.signal).then(
      value => ({ running, value }),
      error => ({ running, error }),
    );
    this.#running.add(running);
    return this.next(milliseconds);
  }

  /** The running attempt that ends first, if one does in time. Nothing on `stop`: an aborted socket may stay silent. */
  async next(milliseconds: number): Promise<Attempted<T> | undefined> {
    const first = Promise.race<Attempted<T> | undefined>([this.#stopped, ...this.#running]);
    const ended = await inTime(first, milliseconds, () => undefined);
    if (ended) this.#running.delete(ended.running);
    return ended;
  }

  /** Aborts what still runs, and hands back the result. */
  end<R>(result: R): R {
    this.#abort.abort();
    return result;
  }
}
