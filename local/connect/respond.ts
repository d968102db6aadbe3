import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, errorAnswer } from './answer.ts';
import type { Call } from './call.ts';
import type { Fault } from './fault.ts';
import { injectFault, send } from './inject-fault.ts';
import { findOperation, type Operation, perform } from './operations.ts';
import { readRequest } from './request.ts';
import type { ConnectState } from './state.ts';

const NO_SUCH_OPERATION = errorAnswer(404, 'UnknownOperationException', 'No such operation.');
const MISSING_TOKEN = errorAnswer(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');

/** What answering a request needs beside the request. */
export interface Responder {
  state: ConnectState;
  faultFor: (operation: Operation) => Fault | undefined;
  record: (call: Call) => void;
}

/** Answers one HTTP request, or injects a fault, and records the call. */
export async function respond(
  { state, faultFor, record }: Responder,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = performance.now();
  const json = await text(message).catch(() => undefined);
  if (json === undefined) return; // The client went away before the end of its request.

  // Not `new URL`, which would resolve a contact id of `..` away; the SDK sends it as it is.
  const [, path = '', query] = /^([^?]*)\??(.*)$/s.exec(message.url ?? '') ?? [];
  const found = findOperation(message.method ?? '', path);
  const request = readRequest(found?.ids ?? {}, new URLSearchParams(query), json);
  const authorized = message.headers.authorization !== undefined;
  const fault = found && authorized ? faultFor(found.operation) : undefined;
  const carryOut = () => {
    if (!found) return NO_SUCH_OPERATION;
    return authorized ? perform(found.operation, state, request) : MISSING_TOKEN;
  };

  response.setHeader('x-amzn-RequestId', randomUUID());
  let answer: Answer | undefined;
  let outcome: Call['outcome'];
  if (fault) {
    outcome = fault.name;
    answer = injectFault(fault, carryOut, response);
  } else {
    answer = send(response, carryOut());
    outcome = answer.status;
  }
  const call: Call = {
    operation: found?.operation ?? 'UnknownOperation',
    instanceId: request.instanceId,
    contactId: request.contactId,
    body: request.body ?? {},
    at,
    outcome,
    ...(answer?.error && { errorType: answer.error.type, message: answer.error.message }),
  };
  response.once('finish', () => {
    call.durationMs = performance.now() - at;
  });
  record(call);
}
