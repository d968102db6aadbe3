import { afterEach, expect, jest } from '@jest/globals';
import * as sample from './index.ts';

export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ALL_FROM_C1 = { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: sample.C1 } as const;
export const SEGMENT_C2 = { RehydrationType: 'FROM_SEGMENT', SourceContactId: sample.C2 } as const;

type Server = Pick<sample.LocalConnect, 'url'>;

/** The local Connect that was started last. */
export let connect: sample.LocalConnect;
const running: sample.LocalConnect[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(running.splice(0).map(connect => connect.close()));
});

/** Sets the clock to so many seconds after now, until the test ends; timers go on as before. */
export function setClock(seconds: number): void {
  jest.restoreAllMocks();
  const time = Date.now() + seconds * 1_000;
  jest.spyOn(Date, 'now').mockReturnValue(time);
}

/** Starts a local Connect that ends with the test. */
export async function start(options?: sample.LocalConnectOptions) {
  connect = await sample.startLocalConnect(options);
  running.push(connect);
  return connect;
}

/** Sends a request as an SDK would, but with any path and any body. */
export async function ask(
  { url }: Server,
  method: string,
  path: string,
  body?: object | string,
  headers: Record<string, string> = { authorization: 'any' },
) {
  const sent = typeof body === 'object' ? JSON.stringify(body) : (body ?? null);
  const response = await fetch(url + path, { method, headers, body: sent });
  const errorType = response.headers.get('x-amzn-ErrorType');
  return { status: response.status, errorType, body: JSON.parse(await response.text()) };
}

export const pathOf = (contactId: string) =>
  `/contact/persistent-contact-association/${sample.INSTANCE_ID}/${encodeURIComponent(contactId)}`;
export const associate = (connect: Server, contactId: string, body: object | string) =>
  ask(connect, 'POST', pathOf(contactId), body);
export const describeContact = (connect: Server, contactId: string) =>
  ask(connect, 'GET', `/contacts/${sample.INSTANCE_ID}/${contactId}`);
export const startChat = (connect: Server, members: object = {}) => {
  const required = { InstanceId: 'any', ContactFlowId: 'flow', ParticipantDetails: { DisplayName: 'Jane' } };
  return ask(connect, 'PUT', '/contact/chat', { ...required, ...members });
};

export const succeeded = (body: unknown) => ({ status: 200, errorType: null, body });
export const continuedFrom = (id: string) => succeeded({ ContinuedFromContactId: id });
export const refused = (status: number, errorType: string, message = /./) => {
  return { status, errorType, body: { Message: expect.stringMatching(message) } };
};
export const INVALID_REQUEST = refused(400, 'InvalidRequestException');
export const INVALID_PARAMETER = refused(400, 'InvalidParameterException');
export const NOT_FOUND = refused(404, 'ResourceNotFoundException');

/** The sample data, with one contact changed if any. */
export function changed(id?: string, change: Partial<sample.Contact> = {}): sample.Contact[] {
  return sample.sampleContacts(new Date()).map(contact => (contact.Id === id ? { ...contact, ...change } : contact));
}
