import { OPERATIONS, type Operation, QUOTAS, type Quota } from './operations.ts';

/** Faults that are named and nothing more. */
const PLAIN = [
  ...(['quota', 'throttle', 'hang', 'stall', 'trickle', 'reset'] as const),
  ...(['drop', 'lost-answer', 'malformed', 'truncated', 'empty'] as const),
];

/** Every fault's name; `error` and `slow` take a number. */
export const FAULT_NAMES = [...PLAIN, 'error' as const, 'slow' as const];

/** One of {@link FAULT_NAMES}. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** What a fault does, the operation that it hits (`undefined`: each) and how many requests (`Infinity`: all). */
export type Fault = (
  | { name: (typeof PLAIN)[number] }
  | { name: 'error'; status: number }
  | { name: 'slow'; milliseconds: number }
) & { operation: Operation | undefined; times: number };

/**
 * Reads a fault: `[OPERATION:]NAME[=NUMBER][*TIMES]`, such as `throttle*3`, `error=503` or `DescribeContact:slow=1500`.
 *
 * @throws Error with one sentence that quotes the wrong part and says what is valid
 */
export function parseFault(text: string): Fault {
  const [, operationText, name = '', numberText, timesText] =
    /^(?:([^:]*):)?([^=*]*)(?:=([^*]*))?(?:\*(.*))?$/s.exec(text) ?? [];
  const wrong = (what: string) => new Error(`Fault "${text}": ${what}.`);

  const operation = OPERATIONS.find(known => known === operationText);
  if (operationText !== undefined && !operation) {
    throw wrong(`"${operationText}" is not an operation (valid: ${OPERATIONS.join(', ')})`);
  }
  if (name === 'quota' && timesText !== undefined) throw wrong('quota takes no number of times');
  const times = timesText === undefined ? Number.POSITIVE_INFINITY : wholeNumber(timesText, 1, 1_000_000);
  if (times === undefined) throw wrong(`"${timesText}" is not a number of times (valid: a whole number from 1)`);

  if (name === 'error') {
    const status = wholeNumber(numberText ?? '500', 400, 599);
    if (status === undefined) throw wrong(`"${numberText}" is not an error's status (valid: 400 to 599)`);
    return { name, status, operation, times };
  }
  if (name === 'slow') {
    const milliseconds = wholeNumber(numberText ?? '1000', 1, 600_000);
    if (milliseconds === undefined) throw wrong(`"${numberText}" is not a number of milliseconds (valid: 1 to 600000)`);
    return { name, milliseconds, operation, times };
  }
  const plain = PLAIN.find(known => known === name);
  if (!plain) throw wrong(`"${name}" is not a fault (valid: ${FAULT_NAMES.join(', ')})`);
  if (numberText !== undefined) throw wrong(`${plain} takes no number (error and slow do)`);
  return { name: plain, operation, times };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

/** Finds the fault that hits a request for an operation, if any, and counts it. */
export type FaultPlan = (operation: Operation) => Fault | undefined;

/**
 * Plans faults in the order given: the first that still applies to a request hits it, and no other. `quota` hits only
 * the requests that find its bucket empty, so that one behind it, `slow` for instance, may hit the others.
 */
export function planFaults(specs: readonly string[]): FaultPlan {
  const planned = specs.map(parseFault).map(fault => ({ fault, applies: applicability(fault) }));
  return operation => planned.find(({ applies }) => applies(operation))?.fault;
}

function applicability(fault: Fault): (operation: Operation) => boolean {
  const concerns = (operation: Operation) => fault.operation === undefined || fault.operation === operation;
  if (fault.name === 'quota') {
    const buckets = new Map(OPERATIONS.map(operation => [operation, tokenBucket(QUOTAS[operation])]));
    return operation => concerns(operation) && !buckets.get(operation)?.();
  }
  let timesLeft = fault.times;
  return operation => concerns(operation) && timesLeft-- > 0;
}

/**
 * A token bucket that starts full and refills continuously. The function it returns takes a token and says whether
 * there was one; a request that is turned away takes none.
 *
 * @param now a monotonic clock, in milliseconds
 */
export function tokenBucket({ rate, burst }: Quota, now: () => number = () => performance.now()): () => boolean {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * rate);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
