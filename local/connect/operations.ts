import { type Answer, ConnectError, errorAnswer, successAnswer } from './answer.ts';
import { describeContact, getContactAttributes, listAssociatedContacts, stopContact } from './contact-operations.ts';
import * as flows from './flows.ts';
import * as participant from './participant.ts';
import { createPersistentContactAssociation } from './rehydration.ts';
import type { ConnectRequest } from './request.ts';
import { startChatContact } from './start-chat-contact.ts';
import type { ConnectState } from './state.ts';

/** Requests per second and burst. */
export interface Quota {
  rate: number;
  burst: number;
}

const DEFAULT: Quota = { rate: 2, burst: 5 };
const CHATS: Quota = { rate: 5, burst: 8 };
const FREQUENT: Quota = { rate: 10, burst: 15 };

/**
 * The operations: method and path from the service models (Connect 2017-08-08, ConnectParticipant 2018-09-07), and the
 * default quota (admin guide, service quotas; `DEFAULT` where it has no row), which every instance of an account and
 * Region shares; the participant service has one for each instance.
 */
const TABLE = {
  CreatePersistentContactAssociation: {
    route: 'POST /contact/persistent-contact-association/{instanceId}/{contactId}',
    quota: CHATS,
    perform: createPersistentContactAssociation,
  },
  DescribeContact: {
    route: 'GET /contacts/{instanceId}/{contactId}',
    quota: FREQUENT,
    perform: describeContact,
  },
  ListAssociatedContacts: {
    route: 'GET /contact/associated/{instanceId}',
    quota: DEFAULT,
    perform: listAssociatedContacts,
  },
  StartChatContact: { route: 'PUT /contact/chat', quota: CHATS, perform: startChatContact },
  StopContact: { route: 'POST /contact/stop', quota: DEFAULT, perform: stopContact },
  GetContactAttributes: {
    route: 'GET /contact/attributes/{instanceId}/{contactId}',
    quota: FREQUENT,
    perform: getContactAttributes,
  },
  CreateContactFlow: { route: 'PUT /contact-flows/{instanceId}', quota: DEFAULT, perform: flows.createContactFlow },
  DeleteContactFlow: {
    route: 'DELETE /contact-flows/{instanceId}/{contactFlowId}',
    quota: DEFAULT,
    perform: flows.deleteContactFlow,
  },
  ListContactFlowModules: {
    route: 'GET /contact-flow-modules-summary/{instanceId}',
    quota: DEFAULT,
    perform: flows.listContactFlowModules,
  },
  CreateParticipantConnection: {
    route: 'POST /participant/connection',
    quota: { rate: 6, burst: 9 },
    perform: participant.createParticipantConnection,
  },
  SendMessage: { route: 'POST /participant/message', quota: FREQUENT, perform: participant.sendMessage },
  GetTranscript: {
    route: 'POST /participant/transcript',
    quota: { rate: 8, burst: 12 },
    perform: participant.getTranscript,
  },
  DisconnectParticipant: {
    route: 'POST /participant/disconnect',
    quota: { rate: 3, burst: 5 },
    perform: participant.disconnectParticipant,
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

type PathIds = { instanceId?: string; contactId?: string; contactFlowId?: string };

/** Whether an operation is the participant service's, which knows participants by their tokens, and no signatures. */
export function isParticipants(operation: Operation): boolean {
  return TABLE[operation].route.startsWith('POST /participant/');
}

/** Finds the operation for a method and a path, with the ids in the path, or `undefined` where there is none. */
export function findOperation(method: string, path: string) {
  for (const { operation, route } of ROUTES) {
    const match = route.exec(`${method} ${path}`);
    if (match) {
      const ids = Object.entries(match.groups ?? {}).map(([name, segment]) => [name, decode(segment)]);
      return { operation, ids: Object.fromEntries(ids) as PathIds };
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
    if (!(error instanceof ConnectError)) throw error;
    const { status, type, message, members } = error;
    const isValidation = status === 400 && isParticipants(operation);
    return errorAnswer(status, isValidation ? 'ValidationException' : type, message, members);
  }
}
