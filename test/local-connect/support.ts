import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';
import {
  C1,
  C2,
  type Call,
  type Contact,
  INSTANCE_ID,
  type LocalConnect,
  type LocalConnectOptions,
  sampleContacts,
  startLocalConnect,
} from '../../local/connect/index.ts';

export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ALL_FROM_C1 = { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: C1 } as const;
export const SEGMENT_C2 = { RehydrationType: 'FROM_SEGMENT', SourceContactId: C2 } as const;

type Server = Pick<LocalConnect, 'url'>;

const running: LocalConnect[] = [];
afterEach(() => Promise.all(running.splice(0).map(connect => connect.close())));

/** Starts a local Connect that ends with the test. */
export async function start(options?: LocalConnectOptions): Promise<LocalConnect> {
  const connect = await startLocalConnect(options);
  running.push(connect);
  return connect;
}

/** A local Connect with these faults, and a promise of the first request that reaches it. */
export async function startFaulty(...faults: string[]) {
  const first = Promise.withResolvers<Call>();
  return { connect: await start({ faults, onRequest: first.resolve }), received: first.promise };
}

/** An answer as the tests compare it. */
export interface Outcome {
  status: number;
  errorType: string | null;
  body: unknown;
}

/** Sends a request as an SDK would, but with any path and any body. */
export function request(connect: Server, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(connect.url + path, {
    method,
    headers: { authorization: 'any' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export const get = (connect: Server, path: string) => request(connect, 'GET', path);

export const post = (connect: Server, contactId: string, body: unknown) =>
  request(
    connect,
    'POST',
    `/contact/persistent-contact-association/${INSTANCE_ID}/${encodeURIComponent(contactId)}`,
    body,
  );

export async function outcome(response: Promise<Response>): Promise<Outcome> {
  const { status, headers, ...rest } = await response.then(async r => ({
    status: r.status,
    headers: r.headers,
    body: (await r.json()) as unknown,
  }));
  return { status, errorType: headers.get('x-amzn-ErrorType'), body: rest.body };
}

export const associate = (connect: Server, contactId: string, body: unknown) => outcome(post(connect, contactId, body));
export const describeContact = (connect: Server, contactId: string) =>
  outcome(get(connect, `/contacts/${INSTANCE_ID}/${contactId}`));
export const startChat = (connect: Server, members: object = {}) =>
  outcome(
    request(connect, 'PUT', '/contact/chat', {
      InstanceId: INSTANCE_ID,
      ContactFlowId: 'any-flow',
      ParticipantDetails: { DisplayName: 'Jane' },
      ...members,
    }),
  );
export const stopContact = (connect: Server, ContactId: string) =>
  outcome(request(connect, 'POST', '/contact/stop', { InstanceId: INSTANCE_ID, ContactId }));
export const getAttributes = (connect: Server, contactId: string) =>
  outcome(get(connect, `/contact/attributes/${INSTANCE_ID}/${contactId}`));
export const listAssociated = (connect: Server, query: Record<string, string>) =>
  outcome(get(connect, `/contact/associated/${INSTANCE_ID}?${new URLSearchParams(query)}`));

export const succeeded = (body: unknown): Outcome => ({ status: 200, errorType: null, body });
export const continuedFrom = (id: string): Outcome => succeeded({ ContinuedFromContactId: id });
export const refused = (status: number, errorType: string, message = /./): Outcome => ({
  status,
  errorType,
  body: { Message: expect.stringMatching(message) },
});
export const INVALID_REQUEST = refused(400, 'InvalidRequestException');
export const INVALID_PARAMETER = refused(400, 'InvalidParameterException');
export const NOT_FOUND = refused(404, 'ResourceNotFoundException');

/** The sample data with one contact changed. */
export function changed(id: string, change: Partial<Contact>): Contact[] {
  return sampleContacts(new Date()).map(contact => (contact.Id === id ? { ...contact, ...change } : contact));
}

/** Whether a promise is still pending after a while: a slow machine can only make this more likely to be true. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise.catch(() => {}), sleep(50, 'pending')])) === 'pending';
}
