import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';
import {
  C1,
  C2,
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

/** An answer as the tests compare it. */
export interface Outcome {
  status: number;
  errorType: string | null;
  body: unknown;
}

/** Sends a request as an SDK would, but with any path and any body. */
export function request({ url }: Server, method: string, path: string, body?: unknown): Promise<Response> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  return fetch(url + path, {
    method,
    headers: { authorization: 'any' },
    ...(text !== undefined && { body: `${text}` }),
  });
}

/** As {@link request}, with the answer read. */
export async function ask(...sent: Parameters<typeof request>): Promise<Outcome> {
  const response = await request(...sent);
  return { status: response.status, errorType: response.headers.get('x-amzn-ErrorType'), body: await response.json() };
}

const ASSOCIATION = `/contact/persistent-contact-association/${INSTANCE_ID}`;
export const post = (connect: Server, contactId: string, body: unknown) =>
  request(connect, 'POST', `${ASSOCIATION}/${encodeURIComponent(contactId)}`, body);
export const associate = (connect: Server, contactId: string, body: unknown) =>
  ask(connect, 'POST', `${ASSOCIATION}/${encodeURIComponent(contactId)}`, body);
export const describeContact = (connect: Server, contactId: string) =>
  ask(connect, 'GET', `/contacts/${INSTANCE_ID}/${contactId}`);
export const startChat = (connect: Server, members: object = {}) => {
  const required = { InstanceId: INSTANCE_ID, ContactFlowId: 'flow', ParticipantDetails: { DisplayName: 'Jane' } };
  return ask(connect, 'PUT', '/contact/chat', { ...required, ...members });
};

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
