const { setImmediate } = globalThis;

/**
 * A clock, timers and chance for a simulation: every run with one seed, a whole number, is the same and takes no real time.
 * It replaces this process's `performance.now`, `setTimeout`, `clearTimeout` and `Math.random`, for good, so code that runs in
 * it may wait for nothing but timers.
 */
export function virtualTime(seed: number) {
  const timers: { at: number; run(): void }[] = [];
  let time = 0;
  let state = seed;
  // Mulberry32, by Tommy Ettinger.
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const setTimer = (run: () => void, milliseconds = 0) => {
    const timer = { at: time + milliseconds, run };
    // From the front: the next timers are there, and all later chats behind them.
    const index = timers.findIndex(({ at }) => at > timer.at);
    timers.splice(index < 0 ? timers.length : index, 0, timer);
    return timer;
  };
  const clearTimer = (timer: (typeof timers)[number]) => {
    const index = timers.indexOf(timer);
    if (index >= 0) timers.splice(index, 1);
  };
  performance.now = () => time;
  Object.assign(globalThis, { setTimeout: setTimer, clearTimeout: clearTimer });
  return {
    /** Milliseconds since the start. */
    now: performance.now,
    /** Resolves after this many milliseconds. */
    wait: (milliseconds: number) => new Promise<void>(resolve => setTimer(resolve, milliseconds)),
    /** Goes from one timer to the next until none is left. */
    async run() {
      for (let timer = timers.shift(); timer; timer = timers.shift()) {
        time = timer.at;
        timer.run();
        // By the next turn of the event loop, everything that waited for its promises has continued.
        await new Promise<void>(resolve => setImmediate(resolve));
      }
    },
  };
}
