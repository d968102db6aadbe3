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

/**
 * Injects a fault, and returns the answer that was sent, in full or in part, or lost. Faults of an answer on its way
 * (`slow`, `stall`, `trickle`, `drop`, `truncated`, `lost-answer`) carry out the operation at once, as Connect would
 * have. The others do not carry it out.
 */
export function injectFault(fault: Fault, carryOut: () => Answer, response: ServerResponse): Answer | undefined {
  switch (fault.name) {
    case 'quota':
    case 'throttle':
      return send(response, errorAnswer(429, 'ThrottlingException', 'Rate exceeded'));
    case 'error': {
      const type = ERROR_TYPES[fault.number] ?? 'UnknownException';
      return send(response, errorAnswer(fault.number, type, `Injected fault: error=${fault.number}`));
    }
    case 'malformed':
      return send(response, { status: 200, contentType: 'text/html', body: '<html><body>Not Connect</body></html>' });
    case 'empty':
      return send(response, { status: 200, contentType: 'application/json', body: '{}' });
    case 'hang':
      return undefined;
    case 'reset':
      reset(response);
      return undefined;
  }
  const answer = carryOut();
  const half = { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
  switch (fault.name) {
    case 'lost-answer':
      reset(response);
      break;
    case 'slow': {
      const timer = setTimeout(() => send(response, answer), fault.number);
      response.once('close', () => clearTimeout(timer));
      break;
    }
    case 'truncated':
      send(response, half);
      break;
    case 'stall':
      writeHead(response, answer).write(half.body);
      break;
    case 'drop':
      writeHead(response, answer).write(half.body, () => response.socket?.destroySoon());
      break;
    case 'trickle':
      trickle(response, answer);
  }
  return answer;
}

/** Sends an answer whole, and returns it. */
export function send(response: ServerResponse, answer: Answer): Answer {
  writeHead(response, answer).end(answer.body);
  return answer;
}

function writeHead(response: ServerResponse, answer: Answer): ServerResponse {
  return response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    ...(answer.error && { 'x-amzn-ErrorType': answer.error.type }),
  });
}

function trickle(response: ServerResponse, answer: Answer): void {
  const bytes = Buffer.from(answer.body).values();
  writeHead(response, answer).flushHeaders();
  const timer = setInterval(() => {
    const { value, done } = bytes.next();
    if (done) response.end();
    else response.write(Buffer.of(value));
  }, TRICKLE_INTERVAL);
  response.once('close', () => clearInterval(timer));
}

/** An RST, as from a load balancer that forgot the connection: the client sees `ECONNRESET`. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
