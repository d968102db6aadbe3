import { OPERATIONS, type Operation, QUOTAS, type Quota } from './operations.ts';

/** Every fault's name. */
export const FAULT_NAMES = [
  ...(['quota', 'throttle', 'hang', 'stall', 'trickle', 'reset'] as const),
  ...(['drop', 'lost-answer', 'malformed', 'truncated', 'empty', 'error', 'slow'] as const),
];

/** One of {@link FAULT_NAMES}. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** The faults that take a number: its meaning, its limits and its default. */
const NUMBERS: { readonly [name in FaultName]?: { what: string; min: number; max: number; usual: number } } = {
  error: { what: "an error's status", min: 400, max: 599, usual: 500 },
  slow: { what: 'a number of milliseconds', min: 1, max: 600_000, usual: 1_000 },
};

/** What a fault does, which operation it hits (`undefined`: each) and how many requests (`Infinity`: all). */
export interface Fault {
  name: FaultName;
  /** An error's status, or milliseconds; 0 for a fault that takes no number. */
  number: number;
  operation: Operation | undefined;
  times: number;
}

/**
 * Reads a fault: `[OPERATION:]NAME[=NUMBER][*TIMES]`, such as `throttle*3`, `error=503` or `DescribeContact:slow=1500`.
 *
 * @throws Error with one sentence that quotes the wrong part and says what is valid
 */
export function parseFault(text: string): Fault {
  const [, operationText, nameText, numberText, timesText] =
    /^(?:([^:]*):)?([^=*]*)(?:=([^*]*))?(?:\*(.*))?$/s.exec(text) ?? [];
  const wrong = (what: string) => new Error(`Fault "${text}": ${what}.`);

  const operation = OPERATIONS.find(known => known === operationText);
  if (operationText !== undefined && !operation) {
    throw wrong(`"${operationText}" is not an operation (valid: ${OPERATIONS.join(', ')})`);
  }
  const name = FAULT_NAMES.find(known => known === nameText);
  if (!name) throw wrong(`"${nameText}" is not a fault (valid: ${FAULT_NAMES.join(', ')})`);

  if (name === 'quota' && timesText !== undefined) throw wrong('quota takes no number of times');
  const times = timesText === undefined ? Number.POSITIVE_INFINITY : wholeNumber(timesText, 1, 1_000_000);
  if (times === undefined) throw wrong(`"${timesText}" is not a number of times (valid: a whole number from 1)`);

  const takes = NUMBERS[name];
  if (!takes && numberText !== undefined) throw wrong(`${name} takes no number (error and slow do)`);
  if (!takes) return { name, number: 0, operation, times };
  const number = numberText === undefined ? takes.usual : wholeNumber(numberText, takes.min, takes.max);
  if (number === undefined) throw wrong(`"${numberText}" is not ${takes.what} (valid: ${takes.min} to ${takes.max})`);
  return { name, number, operation, times };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

/** Finds the fault that hits a request for an operation, if any, and counts it. */
export type FaultPlan = (operation: Operation) => Fault | undefined;

/**
 * Plans faults in the order given: only the first that still applies hits a request. `quota` hits only requests that
 * find its bucket empty, so a later fault such as `slow` may hit the others.
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
 * A token bucket that starts full and refills continuously. The function takes a token, and returns whether there was
 * one. A request that is turned away takes none.
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
