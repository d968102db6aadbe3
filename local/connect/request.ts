import { invalid, notFound, refusal } from './answer.ts';
import { type ConnectState, onceForToken } from './state.ts';

/** Members as received: of any type, or absent. */
export type Members = Readonly<Record<string, unknown>>;

/** A request for an operation, before its members are checked. */
export interface ConnectRequest {
  operation: string;
  /** `undefined` if the body was not a JSON object; empty for a method without a body. */
  body: Members | undefined;
  /** The members of the body and of the path, and the query's `contactId` as `ContactId`. */
  members: Members;
  query: URLSearchParams;
  /** The participant's token. */
  bearer: string;
  /** Where the client reaches the server: host name and port. */
  host: string;
}

/** A JSON object, or `undefined` for any other text. */
export function readObject(json: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object, neither an array nor null. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value of a member, whose name is for the message, or throws a {@link ConnectError}. */
export type Reader<Value = unknown> = (member: string, value: unknown) => Value;

/** The values of a structure's members. */
export type Read<Readers> = { [member in keyof Readers]: Readers[member] extends Reader<infer Value> ? Value : never };

/** A value that passes a test, else an error that says what it must be. */
export function checked<Value>(isValid: (value: unknown) => boolean, expected: string): Reader<Value> {
  return (member, value) => {
    if (!isValid(value)) throw invalid(`${member} must be ${expected}.`);
    return value as Value;
  };
}

/** A string of `min` to `max` characters: the limits of the service model. */
export function text(min: number, max = Number.POSITIVE_INFINITY): Reader<string> {
  const fits = (value: unknown) => typeof value === 'string' && value.length >= min && value.length <= max;
  return checked(fits, `a string of ${min} ${max < Infinity ? `to ${max}` : 'or more'} characters`);
}

export const CONTACT_ID = text(1, 256);
export const CLIENT_TOKEN = optional(text(0, 500));

/** A JSON number without a fraction, from `min` to `max`. */
export function wholeNumber(min: number, max: number): Reader<number> {
  const fits = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return checked(fits, `a whole number from ${min} to ${max}`);
}

/** One of the valid values. */
export function oneOf<Value extends string>(...valid: readonly Value[]): Reader<Value> {
  const list = valid.length > 2 ? `one of ${valid.join(', ')}` : valid.join(' or ');
  return checked(value => valid.some(each => each === value), list);
}

/** A list of at least one of the valid values. */
export function someOf<Value extends string>(...valid: readonly Value[]): Reader<Value[]> {
  const isValid = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every(each => valid.includes(each));
  return checked(isValid, `a list of ${valid.join(', ')}`);
}

/** A member that may be absent. */
export function optional<Value>(reader: Reader<Value>): Reader<Value | undefined> {
  return (member, value) => (value === undefined ? undefined : reader(member, value));
}

/** Any object. */
export const object = checked<Members>(isObject, 'an object');

/** An object with these members; others are dropped. */
export function structure<Readers extends Record<string, Reader>>(readers: Readers): Reader<Read<Readers>> {
  return (member, value) => {
    const members = object(member, value);
    const path = (name: string) => (member ? `${member}.${name}` : name);
    const read = Object.entries(readers).map(([name, reader]) => [name, reader(path(name), members[name])]);
    return Object.fromEntries(read) as Read<Readers>;
  };
}

/** Reads a request's members; others are dropped. */
export function readInput<Readers extends Record<string, Reader>>(request: ConnectRequest, readers: Readers) {
  if (!request.body) throw refusal('The request body is not a JSON object.');
  return structure(readers)('', request.members);
}

/** Carries out a request and returns the output, or throws a {@link ConnectError}. */
export type Perform = (state: ConnectState, request: ConnectRequest) => object;

/** An operation of Amazon Connect: each names the instance, and some may be repeated with a `ClientToken`. */
export function operation<Readers extends Record<string, Reader>>(
  readers: Readers,
  perform: (state: ConnectState, input: Read<Readers> & { InstanceId: string }, query: URLSearchParams) => object,
): Perform {
  return (state, request) => {
    const { InstanceId } = readInput(request, { InstanceId: text(1, 100) });
    if (!state.hasInstance(InstanceId)) throw notFound(`The instance "${InstanceId}" does not exist.`);
    const input = { InstanceId, ...readInput(request, readers) };
    return onceForToken(state, request.operation, input, () => perform(state, input, request.query));
  };
}

/** The page that `maxResults` (at most, and by default, `largest`) and `nextToken` (valid for one `list`) ask for. */
export function pageOf<Item>(items: readonly Item[], list: string, query: URLSearchParams, largest: number) {
  const maxResults = query.get('maxResults') ?? `${largest}`;
  const size = wholeNumber(1, largest)('maxResults', /^\d+$/.test(maxResults) ? Number(maxResults) : maxResults);
  const tokenOf = (start: number) => Buffer.from(`${start} ${list}`).toString('base64url');
  const token = query.get('nextToken') ?? tokenOf(0);
  const start = Number.parseInt(Buffer.from(token, 'base64url').toString(), 10);
  if (tokenOf(start) !== token)
    throw invalid('nextToken must be the NextToken of an earlier answer for the same list.');
  const end = start + size;
  return { page: items.slice(start, end), NextToken: end < items.length ? tokenOf(end) : undefined };
}
