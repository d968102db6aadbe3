import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';

/** Everything of Node's that a server and a client need is left as it is. */
const REAL = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** A time that passes only when one task says so, and then only once all others sleep: `Date` shows it. */
export class VirtualTime {
  #now = Date.now();
  #running = 0;
  #sleeping: { until: number; wake: () => void }[] = [];

  constructor() {
    jest.useFakeTimers({ now: this.#now, doNotFake: [...REAL] });
  }

  /** Counts a task as running until it ends; its waits are {@link sleep}. */
  async whileRunning(task: Promise<unknown>): Promise<void> {
    this.#running += 1;
    await task.finally(() => {
      this.#running -= 1;
    });
  }

  /** Sleeps until the time has come. */
  sleep(ms: number): Promise<void> {
    this.#running -= 1;
    return new Promise(wake => this.#sleeping.push({ until: this.#now + ms, wake }));
  }

  /** Lets time pass, as soon as nobody else is running. */
  async advance(ms: number, signal?: AbortSignal): Promise<void> {
    do {
      signal?.throwIfAborted();
      await sleep(1);
    } while (this.#running > 0);
    this.#now += ms;
    jest.setSystemTime(this.#now);
    const due = this.#sleeping.filter(({ until }) => until <= this.#now);
    this.#sleeping = this.#sleeping.filter(({ until }) => until > this.#now);
    this.#running += due.length;
    for (const { wake } of due) wake();
  }

  /** Real time again. */
  end(): void {
    jest.useRealTimers();
  }
}
