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
 * Lets a request meet a fault. Faults that concern the way of an answer (`slow`, `stall`, `trickle`, `drop`,
 * `truncated`, `lost-answer`) carry the operation out, at once: it has happened in Connect. The others stand in its
 * place.
 */
export function rehearse(fault: Fault, perform: () => Answer, response: ServerResponse): void {
  switch (fault.name) {
    case 'quota':
    case 'throttle':
      send(response, RATE_EXCEEDED);
      break;
    case 'error':
      send(
        response,
        errorAnswer(
          fault.status,
          ERROR_TYPES[fault.status] ?? 'UnknownException',
          `Rehearsed fault: error=${fault.status}`,
        ),
      );
      break;
    case 'malformed':
      send(response, HTML_PAGE);
      break;
    case 'empty':
      send(response, EMPTY_OBJECT);
      break;
    case 'hang':
      break;
    case 'reset':
      reset(response);
      break;
    case 'lost-answer':
      perform();
      reset(response);
      break;
    case 'slow':
      sendLate(response, perform(), fault.milliseconds);
      break;
    case 'truncated':
      send(response, firstHalf(perform()));
      break;
    case 'stall':
      sendHalf(response, perform(), () => {});
      break;
    case 'drop':
      sendHalf(response, perform(), () => response.socket?.destroySoon());
      break;
    case 'trickle':
      trickle(response, perform());
  }
}

/** Sends an answer whole. */
export function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer);
  response.end(answer.body);
}

function writeHead(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    ...(answer.errorType && { 'x-amzn-ErrorType': answer.errorType }),
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
