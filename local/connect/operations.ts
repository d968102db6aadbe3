import { type Answer, errorAnswer, successAnswer } from './answer.ts';
import { ConnectError } from './connect-error.ts';
import { createPersistentContactAssociation } from './create-persistent-contact-association.ts';
import { describeContact } from './describe-contact.ts';
import { getContactAttributes } from './get-contact-attributes.ts';
import { listAssociatedContacts } from './list-associated-contacts.ts';
import type { ConnectRequest } from './request.ts';
import { startChatContact } from './start-chat-contact.ts';
import type { ConnectState } from './state.ts';
import { stopContact } from './stop-contact.ts';

/** The operations, with method and path from Connect's service model (2017-08-08). */
const TABLE = {
  CreatePersistentContactAssociation: {
    method: 'POST',
    path: /^\/contact\/persistent-contact-association\/(?<instanceId>[^/]+)\/(?<contactId>[^/]+)$/,
    perform: createPersistentContactAssociation,
  },
  DescribeContact: {
    method: 'GET',
    path: /^\/contacts\/(?<instanceId>[^/]+)\/(?<contactId>[^/]+)$/,
    perform: describeContact,
  },
  ListAssociatedContacts: {
    method: 'GET',
    path: /^\/contact\/associated\/(?<instanceId>[^/]+)$/,
    perform: listAssociatedContacts,
  },
  StartChatContact: { method: 'PUT', path: /^\/contact\/chat$/, perform: startChatContact },
  StopContact: { method: 'POST', path: /^\/contact\/stop$/, perform: stopContact },
  GetContactAttributes: {
    method: 'GET',
    path: /^\/contact\/attributes\/(?<instanceId>[^/]+)\/(?<contactId>[^/]+)$/,
    perform: getContactAttributes,
  },
} as const;

/** An operation that the local Amazon Connect knows. */
export type Operation = keyof typeof TABLE;

/** Every {@link Operation}. */
export const OPERATIONS = Object.keys(TABLE) as Operation[];

/** Finds the operation for a method and a path, with the ids in the path, or `undefined` where there is none. */
export function findOperation(method: string, path: string) {
  for (const operation of OPERATIONS) {
    const match = method === TABLE[operation].method && TABLE[operation].path.exec(path);
    if (match) {
      const ids = Object.entries(match.groups ?? {}).map(([name, segment]) => [name, decode(segment)]);
      return { operation, ids: Object.fromEntries(ids) as { instanceId?: string; contactId?: string } };
    }
  }
  return undefined;
}

/** A segment that is no valid percent-encoding stands for itself, and will match no contact. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Carries out a request and says what to answer. */
export function perform(operation: Operation, state: ConnectState, request: ConnectRequest): Answer {
  try {
    return successAnswer(TABLE[operation].perform(state, request));
  } catch (error) {
    if (error instanceof ConnectError) return errorAnswer(error.status, error.type, error.message);
    throw error;
  }
}
