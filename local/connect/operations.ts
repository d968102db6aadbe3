import { type Answer, ConnectError, errorAnswer, successAnswer } from './answer.ts';
import { describeContact, getContactAttributes, listAssociatedContacts, stopContact } from './contact-operations.ts';
import { createPersistentContactAssociation } from './rehydration.ts';
import type { ConnectRequest } from './request.ts';
import { startChatContact } from './start-chat-contact.ts';
import type { ConnectState } from './state.ts';

/** Requests per second and burst. */
export interface Quota {
  rate: number;
  burst: number;
}

/**
 * The operations: method and path from Connect's service model (2017-08-08), and the default quota, which is shared by
 * every instance of an account and Region (admin guide, service quotas; where it has no row, 2 and 5).
 */
const TABLE = {
  CreatePersistentContactAssociation: {
    route: 'POST /contact/persistent-contact-association/{instanceId}/{contactId}',
    quota: { rate: 5, burst: 8 },
    perform: createPersistentContactAssociation,
  },
  DescribeContact: {
    route: 'GET /contacts/{instanceId}/{contactId}',
    quota: { rate: 10, burst: 15 },
    perform: describeContact,
  },
  ListAssociatedContacts: {
    route: 'GET /contact/associated/{instanceId}',
    quota: { rate: 2, burst: 5 },
    perform: listAssociatedContacts,
  },
  StartChatContact: { route: 'PUT /contact/chat', quota: { rate: 5, burst: 8 }, perform: startChatContact },
  StopContact: { route: 'POST /contact/stop', quota: { rate: 2, burst: 5 }, perform: stopContact },
  GetContactAttributes: {
    route: 'GET /contact/attributes/{instanceId}/{contactId}',
    quota: { rate: 10, burst: 15 },
    perform: getContactAttributes,
  },
} as const;

/** An operation that the local Amazon Connect knows. */
export type Operation = keyof typeof TABLE;

/** Every {@link Operation}. */
export const OPERATIONS = Object.keys(TABLE) as Operation[];

/** The default quota of each operation. */
export const QUOTAS: Readonly<Record<Operation, Quota>> = Object.fromEntries(
  OPERATIONS.map(operation => [operation, TABLE[operation].quota]),
) as Record<Operation, Quota>;

const ROUTES = OPERATIONS.map(operation => ({
  operation,
  route: new RegExp(`^${TABLE[operation].route.replaceAll('{', '(?<').replaceAll('}', '>[^/]+)')}$`),
}));

/** Finds the operation for a method and a path, with the ids in the path, or `undefined` where there is none. */
export function findOperation(method: string, path: string) {
  for (const { operation, route } of ROUTES) {
    const match = route.exec(`${method} ${path}`);
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
