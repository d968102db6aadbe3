import type { ServerResponse } from 'node:http';
import { type Answer, errorAnswer } from './answer.ts';
import type { Fault } from './fault.ts';

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

const RATE_EXCEEDED = errorAnswer(429, 'ThrottlingException', 'Rate exceeded');
const HTML_PAGE: Answer = { status: 200, contentType: 'text/html', body: '<html><body>Not Connect</body></html>' };
const EMPTY_OBJECT: Answer = { status: 200, contentType: 'application/json', body: '{}' };

/**
 * Injects a fault in place of an answer, and returns the answer that was sent, in full or in part, or lost. Faults that
 * concern the way of an answer (`slow`, `stall`, `trickle`, `drop`, `truncated`, `lost-answer`) carry the operation out
 * at once: Connect has done it. The others do not carry it out.
 */
export function injectFault(fault: Fault, carryOut: () => Answer, response: ServerResponse): Answer | undefined {
  switch (fault.name) {
    case 'quota':
    case 'throttle':
      return send(response, RATE_EXCEEDED);
    case 'error':
      return send(response, injectedError(fault.status));
    case 'malformed':
      return send(response, HTML_PAGE);
    case 'empty':
      return send(response, EMPTY_OBJECT);
    case 'hang':
      return undefined;
    case 'reset':
      reset(response);
      return undefined;
    default:
      return deliver(fault, carryOut(), response);
  }
}

type DeliveryFault = Exclude<Fault, { name: 'error' }>;

function deliver(fault: DeliveryFault, answer: Answer, response: ServerResponse): Answer {
  switch (fault.name) {
    case 'lost-answer':
      reset(response);
      break;
    case 'slow':
      sendLate(response, answer, fault.milliseconds);
      break;
    case 'truncated':
      send(response, firstHalf(answer));
      break;
    case 'stall':
      sendHalf(response, answer, () => {});
      break;
    case 'drop':
      sendHalf(response, answer, () => response.socket?.destroySoon());
      break;
    case 'trickle':
      trickle(response, answer);
  }
  return answer;
}

function injectedError(status: number): Answer {
  return errorAnswer(status, ERROR_TYPES[status] ?? 'UnknownException', `Injected fault: error=${status}`);
}

/** Sends an answer whole, and returns it. */
export function send(response: ServerResponse, answer: Answer): Answer {
  writeHead(response, answer);
  response.end(answer.body);
  return answer;
}

function writeHead(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    ...(answer.error && { 'x-amzn-ErrorType': answer.error.type }),
  });
}

function firstHalf(answer: Answer): Answer {
  return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
}

function sendHalf(response: ServerResponse, answer: Answer, then: () => void): void {
  writeHead(response, answer);
  response.write(firstHalf(answer).body, then);
}

function sendLate(response: ServerResponse, answer: Answer, milliseconds: number): void {
  const timer = setTimeout(() => send(response, answer), milliseconds);
  response.once('close', () => clearTimeout(timer));
}

function trickle(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body).values();
  writeHead(response, answer);
  const timer = setInterval(() => {
    const { value, done } = bytes.next();
    if (done) response.end();
    else response.write(Buffer.of(value));
  }, TRICKLE_INTERVAL);
  response.flushHeaders();
  response.once('close', () => clearInterval(timer));
}

/** An RST, as from a load balancer that forgot the connection: the client sees `ECONNRESET`. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
