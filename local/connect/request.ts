import type { IncomingHttpHeaders } from 'node:http';
import { ConnectError, invalid, refusal } from './answer.ts';
import type { ConnectState } from './state.ts';

/** The members of a request's body as received: of any type, or absent. */
export type RequestBody = {
  readonly [member in 'ClientToken' | 'RehydrationType' | 'SourceContactId']?: unknown;
} & Readonly<Record<string, unknown>>;

/** The ids in a path. */
export type PathIds = Readonly<Partial<Record<'instanceId' | 'contactId' | 'contactFlowId', string>>>;

/** A request for an operation, before its members are checked. */
export interface ConnectRequest {
  /** From the path, or else the body; empty if neither has one. */
  instanceId: string;
  /** From the path, or else the query or the body; empty if none has one. */
  contactId: string;
  /** A flow's id in the path. */
  contactFlowId: string;
  query: URLSearchParams;
  /** The participant's token; empty if there is none. */
  bearer: string;
  /** Where the client reaches the server: host name and port. */
  host: string;
  /** `undefined` if the body was not a JSON object. */
  body: RequestBody | undefined;
}

/** Combines path, query, headers and body. */
export function readRequest(path: PathIds, query: URLSearchParams, headers: IncomingHttpHeaders, json: string) {
  const body = readObject(json);
  return {
    instanceId: path.instanceId ?? text(body?.['InstanceId']),
    contactId: path.contactId ?? query.get('contactId') ?? text(body?.['ContactId']),
    contactFlowId: path.contactFlowId ?? '',
    query,
    bearer: text(headers['x-amz-bearer']),
    host: text(headers.host),
    body,
  } satisfies ConnectRequest;
}

/** A JSON object, or `undefined` for any other text. */
export function readObject(json: string): RequestBody | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object, neither an array nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A member's value if it is a string of `min` to `max` characters (the service model's limits), else an error. */
export function limited(member: string, value: unknown, min: number, max?: number): string {
  if (typeof value === 'string' && value.length >= min && value.length <= (max ?? value.length)) return value;
  throw invalid(`${member} must be a string of ${min} ${max === undefined ? 'or more' : `to ${max}`} characters.`);
}

/** {@link limited} for a member that may be absent. */
export function optional(member: string, value: unknown, min: number, max: number): string | undefined {
  return value === undefined ? undefined : limited(member, value, min, max);
}

/** A member's value if it is an object, else an error to answer. */
export function object(member: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw invalid(`${member} must be an object.`);
  return value;
}

/** `InstanceId`, wherever in the request it is. */
export function instanceIdOf({ hasInstance }: ConnectState, request: ConnectRequest): string {
  const id = limited('InstanceId', request.instanceId, 1, 100);
  if (hasInstance(id)) return id;
  throw new ConnectError('ResourceNotFoundException', `The instance "${id}" does not exist.`);
}

/** The contact id, wherever in the request it is; `member` is the operation's name for it. */
export function contactIdOf(request: ConnectRequest, member = 'ContactId'): string {
  return limited(member, request.contactId, 1, 256);
}

/** The body's members. */
export function bodyOf(request: ConnectRequest): RequestBody {
  if (request.body === undefined) throw refusal('The request body is not a JSON object.');
  return request.body;
}
