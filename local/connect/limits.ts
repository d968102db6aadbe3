import { ConnectError, refusal } from './connect-error.ts';
import { type ConnectRequest, isObject, type RequestBody } from './request.ts';

/**
 * A member's value if it is a string of `min` to `max` characters (the service model's limits), else an error to
 * answer.
 */
export function limited(member: string, value: unknown, min: number, max: number): string {
  if (typeof value !== 'string' || value.length < min || value.length > max) {
    throw invalid(`${member} must be a string of ${min} to ${max} characters.`);
  }
  return value;
}

/** As {@link limited}, for a member that may be absent. */
export function optional(member: string, value: unknown, min: number, max: number): string | undefined {
  return value === undefined ? undefined : limited(member, value, min, max);
}

/** A member's value if it is an object, else an error to answer. */
export function object(member: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw invalid(`${member} must be an object.`);
  return value;
}

/** `InstanceId`, wherever the request has it. */
export function instanceIdOf(request: ConnectRequest): string {
  return limited('InstanceId', request.instanceId, 1, 100);
}

/** The contact id, wherever the request has it; `member` is what the operation calls it. */
export function contactIdOf(request: ConnectRequest, member = 'ContactId'): string {
  return limited(member, request.contactId, 1, 256);
}

/** The body's members. */
export function bodyOf(request: ConnectRequest): RequestBody {
  if (request.body === undefined) throw refusal('The request body is not a JSON object.');
  return request.body;
}

/** The error for a member that is missing or beyond its limits. Which 400 Connect sends is not documented. */
export function invalid(message: string): ConnectError {
  return new ConnectError('InvalidParameterException', message);
}
