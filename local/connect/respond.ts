import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { type Answer, errorAnswer } from './answer.ts';
import { type FaultName, injectFault, type planFaults, send } from './fault.ts';
import { findOperation, isParticipantOperation, type Operation, perform } from './operations.ts';
import { type ConnectRequest, type Members, readObject } from './request.ts';
import type { ConnectState } from './state.ts';

const OTHER_MACHINE = 'The Host header names another machine: use localhost, or an IP address of this one.';

/** A request that was received. */
export interface Call {
  operation: Operation | 'UnknownOperation';
  /** Empty where the request named none. */
  instanceId: string;
  /** The contact named in the request's path, query or body; empty if there is none, as in `StartChatContact`. */
  contactId: string;
  /** The body's members as received; none if the body could not be read. */
  body: Members & { readonly RehydrationType?: unknown; readonly SourceContactId?: unknown };
  /** The HTTP status of the answer, or the name of the fault that was injected. */
  outcome: number | FaultName;
  /** The error's type and message, if the answer was an error, also an injected one. */
  errorType?: string;
  message?: string;
}

/** Bytes. The longest member, a flow's content of 256,000 characters, fits even if every character is escaped. */
const MAX_BODY = 2_000_000;

/** For ChatJS in a browser, whose requests come from the page's origin. */
const CORS = new Headers({
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
});

/** Answers one HTTP request, or injects a fault, and returns what to record: nothing for `OPTIONS`. */
export async function respond(
  state: ConnectState,
  faultFor: ReturnType<typeof planFaults>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<Call | undefined> {
  const json = await readBody(message).catch(() => undefined);
  if (!json) return undefined; // The client went away before the end of its request.

  const { method = '', headers, url = '' } = message;
  // `new URL` would resolve a contact id of `..`, which the SDK sends unchanged.
  const [, path = '', search] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  if (path.startsWith('/participant/')) {
    response.setHeaders(CORS);
    if (method === 'OPTIONS') {
      response.writeHead(204).end();
      return undefined;
    }
  }

  const found = findOperation(method, path);
  const query = new URLSearchParams(search);
  const body = method === 'POST' || method === 'PUT' ? readObject(json.text) : {};
  const operation = found?.operation ?? 'UnknownOperation';
  const request: ConnectRequest = {
    operation,
    body,
    members: { ContactId: query.get('contactId') ?? undefined, ...body, ...found?.ids },
    query,
    bearer: String(headers['x-amz-bearer']),
    host: String(headers.host),
  };
  const check = (): Operation | Answer => {
    if (!isThisMachine(headers.host, state.host)) return errorAnswer(403, 'AccessDeniedException', OTHER_MACHINE);
    if (json.size > MAX_BODY)
      return errorAnswer(413, 'RequestEntityTooLargeException', 'The request body is too long.');
    if (!found) return errorAnswer(404, 'UnknownOperationException', 'No such operation.');
    // A participant's token is checked by the operation.
    if (headers.authorization !== undefined || isParticipantOperation(found.operation)) return found.operation;
    return errorAnswer(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  };
  const checked = check();
  const fault = typeof checked === 'string' ? faultFor(checked) : undefined;
  const carryOut = () => (typeof checked === 'string' ? perform(checked, state, request) : checked);

  response.setHeader('x-amzn-RequestId', randomUUID());
  const answer = fault ? injectFault(fault, response, carryOut) : send(response, carryOut());
  const { InstanceId, ContactId, InitialContactId = ContactId } = request.members;
  return {
    operation,
    instanceId: textOf(InstanceId),
    contactId: textOf(InitialContactId),
    body: body ?? {},
    outcome: fault?.name ?? (answer as Answer).status,
    ...(answer?.error && { errorType: answer.error.type, message: answer.error.message }),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** A request's body, read to its end so that the client gets its answer, but not kept beyond {@link MAX_BODY}. */
async function readBody(message: IncomingMessage) {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) kept.push(chunk);
  }
  return { text: Buffer.concat(kept).toString(), size };
}

/** Containers use the last two for the machine that they run on. */
const HOST_NAMES = ['localhost', hostname().toLowerCase(), 'host.docker.internal', 'host.containers.internal'];

/**
 * Whether a `Host` header names this machine. A web page can point its own domain at the loopback ("DNS rebinding"):
 * its requests then have this server's origin, and only this header tells them apart.
 */
export function isThisMachine(header: string | undefined, listening: string): boolean {
  const name = /^\[?(.*?)\]?(:\d+)?$/.exec(header?.toLowerCase() ?? '')?.[1] ?? '';
  if (name === '') return false;
  if (HOST_NAMES.includes(name) || name === listening.toLowerCase() || /^127(\.\d{1,3}){3}$/.test(name)) return true;
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => address === name));
}
