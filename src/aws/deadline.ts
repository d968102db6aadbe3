/** Every time that is not a share of another one, milliseconds. */
export const TIMES = {
  // Kept to report the result: less `grace`, the function answers 110 before its time is up (100 are promised).
  report: 160,
  // How long after its deadline the function still waits for a result.
  grace: 50,
  // What a request needs when the service is slow or the connection new. Every attempt gets as much if so much is left;
  // a description leaves as much for the association, and with less no other candidate is tried.
  request: 500,
  // An association begins no later than this before the deadline, enough for a service that takes 0.2 seconds. As much
  // is kept to confirm an association whose result is unknown.
  lastAssociation: 350,
  // A request that only reads begins no later than this before its deadline: a later one would waste the quota.
  lastRead: 150,
  // After this the next attempt begins beside the first: connection, answer and body together take less on a good day.
  attempt: 1_500,
  // The first pause is no longer than this; each further one may be twice as long as the one before.
  firstPause: 100,
  // No pause is longer: at five associations per second for everybody, waiting longer serves more chats. After anything
  // but throttling half of it is enough, because an outage ends for all chats at once.
  longestPause: 2_000,
} as const;

/** Milliseconds that each kind of request leaves to the requests after it; any other may use all of the time. */
const LEFT_TO_OTHERS = {
  // The association comes after it.
  description: whole => Math.min(TIMES.request, whole / 2),
  // The list has the smallest quota: without it, the way back from the source contact needs time.
  'session list': whole => (whole * 2) / 3,
  // By then it is clear that nothing will be continued, and a refusal is explained without the list soon.
  'list after a refusal': (_, left) => Math.max(left / 2, left - 2 * TIMES.request),
  // Two descriptions and the association come after it.
  'session store': whole => Math.min(3 * TIMES.request, whole / 2),
} satisfies Record<string, (whole: number, left: number) => number>;

/** A moment by which something has to be done. All requests of an invocation share one. */
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

  /** The deadline of a request within this time. What it leaves is mostly a share of the whole time. */
  for(request: keyof typeof LEFT_TO_OTHERS): Deadline {
    const left = this.remaining();
    return new Deadline(left - LEFT_TO_OTHERS[request](this.#endsAt - this.#startedAt, left));
  }

  /** The same moment, for another candidate: what is left is its whole time. */
  startedAnew(): Deadline {
    return new Deadline(this.remaining());
  }
}

/**
 * The result of a promise, or `otherwise` where it has none in time. The timer keeps the process alive: an unref'd one
 * would let a promise that never settles end it.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>(resolve => {
    // Node warns of a negative time, which a process that was paused may have.
    timer = setTimeout(() => resolve(otherwise()), Math.max(0, milliseconds));
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
