import type { ServerResponse } from 'node:http';
import { type Answer, errorAnswer } from './answer.ts';
import { OPERATIONS, type Operation, QUOTAS, type Quota } from './operations.ts';

/** Milliseconds between two bytes of a `trickle`. */
const TRICKLE_INTERVAL = 400;

/** The error types that Connect has for a status; any other status gets a name that no SDK knows. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'InvalidRequestException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  429: 'ThrottlingException',
  500: 'InternalServiceException',
  503: 'ServiceUnavailableException',
};

/** Returns the answer that was sent, in full or in part, or lost. */
type Inject = (response: ServerResponse, carryOut: () => Answer, number: number) => Answer | undefined;

const halfOf = ({ body }: Answer) => body.slice(0, body.length / 2);
const throttle: Inject = response => send(response, errorAnswer(429, 'ThrottlingException', 'Rate exceeded'));

/** A fault of an answer on its way: the operation is carried out at once, as Connect would have. */
function onTheWay(sendFaulty: (response: ServerResponse, answer: Answer, number: number) => unknown): Inject {
  return (response, carryOut, number) => {
    const answer = carryOut();
    sendFaulty(response, answer, number);
    return answer;
  };
}

/** Only the faults of {@link onTheWay} carry out the operation. */
const FAULTS = {
  quota: throttle,
  throttle,
  hang: () => undefined,
  stall: onTheWay((response, answer) => writeHead(response, answer).write(halfOf(answer))),
  trickle: onTheWay((response, answer) => {
    const bytes = Buffer.from(answer.body).values();
    writeHead(response, answer).flushHeaders();
    const timer = setInterval(() => {
      const { value, done } = bytes.next();
      if (done) response.end();
      else response.write(Buffer.of(value));
    }, TRICKLE_INTERVAL);
    response.once('close', () => clearInterval(timer));
  }),
  // An RST, as from a load balancer that forgot the connection: the client sees `ECONNRESET`.
  reset: response => void response.socket?.resetAndDestroy(),
  drop: onTheWay((response, answer) =>
    writeHead(response, answer).write(halfOf(answer), () => response.socket?.destroySoon()),
  ),
  'lost-answer': onTheWay(response => response.socket?.resetAndDestroy()),
  malformed: response => send(response, { status: 200, body: '<html><body>Not Connect</body></html>' }, 'text/html'),
  truncated: onTheWay((response, answer) => send(response, { ...answer, body: halfOf(answer) })),
  empty: response => send(response, { status: 200, body: '{}' }),
  error: (response, _, status) =>
    send(response, errorAnswer(status, ERROR_TYPES[status] ?? 'UnknownException', `Injected fault: error=${status}`)),
  slow: onTheWay((response, answer, milliseconds) => {
    const timer = setTimeout(() => send(response, answer), milliseconds);
    response.once('close', () => clearTimeout(timer));
  }),
} satisfies Record<string, Inject>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/**
 * Reads a fault: `[OPERATION:]NAME[=NUMBER][*TIMES]`, such as `throttle*3`, `error=503` or `DescribeContact:slow=1500`.
 *
 * @returns the operation that it hits (`undefined`: each), how many requests (`Infinity`: all), and an error's status or
 *   milliseconds (0 for a fault that takes no number)
 * @throws Error with one sentence that quotes the wrong part and says what is valid
 */
export function parseFault(text: string) {
  const [, operationText, nameText, numberText, timesText] =
    /^(?:([^:]*):)?([^=*]*)(?:=([^*]*))?(?:\*(.*))?$/s.exec(text) ?? [];
  const wrong = (what: string) => new Error(`Fault "${text}": ${what}.`);
  const wholeNumber = (given: string, min: number, max: number, what: string, valid = `${min} to ${max}`) => {
    if (/^\d+$/.test(given) && Number(given) >= min && Number(given) <= max) return Number(given);
    throw wrong(`"${given}" is not ${what} (valid: ${valid})`);
  };

  const operation = OPERATIONS.find(known => known === operationText);
  if (operationText !== undefined && !operation) {
    throw wrong(`"${operationText}" is not an operation (valid: ${OPERATIONS.join(', ')})`);
  }
  const name = FAULT_NAMES.find(known => known === nameText);
  if (!name) throw wrong(`"${nameText}" is not a fault (valid: ${FAULT_NAMES.join(', ')})`);
  if (name === 'quota' && timesText !== undefined) throw wrong('quota takes no number of times');
  const timesOf = (given: string) => wholeNumber(given, 1, 1_000_000, 'a number of times', 'a whole number from 1');
  const times = timesText === undefined ? Number.POSITIVE_INFINITY : timesOf(timesText);
  let number = 0;
  if (name === 'error') number = wholeNumber(numberText ?? '500', 400, 599, "an error's status");
  else if (name === 'slow') number = wholeNumber(numberText ?? '1000', 1, 600_000, 'a number of milliseconds');
  else if (numberText !== undefined) throw wrong(`${name} takes no number (error and slow do)`);
  return { name, number, operation, times };
}

export type Fault = ReturnType<typeof parseFault>;

/**
 * Plans faults in the order given. The function finds the first that still applies to a request for an operation, and
 * counts it. `quota` hits only requests that find its bucket empty, so a later fault such as `slow` may hit the others.
 */
export function planFaults(specs: readonly string[]) {
  const planned = specs.map(parseFault).map(fault => {
    const buckets = new Map(OPERATIONS.map(operation => [operation, tokenBucket(QUOTAS[operation])]));
    let timesLeft = fault.times;
    const isDue = (operation: Operation) => (fault.name === 'quota' ? !buckets.get(operation)?.() : timesLeft-- > 0);
    const applies = (operation: Operation) => (fault.operation ?? operation) === operation && isDue(operation);
    return { fault, applies };
  });
  return (operation: Operation) => planned.find(({ applies }) => applies(operation))?.fault;
}

/** Injects a fault, and returns the answer that was sent, in full or in part, or lost. */
export function injectFault({ name, number }: Fault, response: ServerResponse, carryOut: () => Answer) {
  const inject: Inject = FAULTS[name];
  return inject(response, carryOut, number);
}

/** A token bucket that starts full and refills continuously; `now` is in milliseconds. It returns whether it gave a token. */
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

/** Sends an answer whole, and returns it. */
export function send(response: ServerResponse, answer: Answer, contentType?: string): Answer {
  writeHead(response, answer, contentType).end(answer.body);
  return answer;
}

function writeHead(response: ServerResponse, answer: Answer, contentType = 'application/json'): ServerResponse {
  return response.writeHead(answer.status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(answer.body),
    ...(answer.error && { 'x-amzn-ErrorType': answer.error.type }),
  });
}
