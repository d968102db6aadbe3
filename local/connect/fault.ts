import { OPERATIONS, type Operation } from './operations.ts';

/** Faults that are named and nothing more. */
const PLAIN = [
  'quota',
  'throttle',
  'hang',
  'stall',
  'trickle',
  'reset',
  'drop',
  'lost-answer',
  'malformed',
  'truncated',
  'empty',
] as const;

/** Every fault's name; `error` and `slow` take a number. */
export const FAULT_NAMES = [...PLAIN, 'error', 'slow'] as const;

/** One of {@link FAULT_NAMES}. */
export type FaultName = (typeof FAULT_NAMES)[number];

/** What a fault does; see {@link parseFault}. */
export type Effect =
  | { name: (typeof PLAIN)[number] }
  | { name: 'error'; status: number }
  | { name: 'slow'; milliseconds: number };

/**
 * A fault to inject: its effect, the operation it hits (`undefined`: every one) and how many requests (`Infinity`: all).
 */
export type Fault = Effect & { operation: Operation | undefined; times: number };

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
