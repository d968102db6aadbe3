import querystring from 'node:querystring';
import { type Answer, ConnectError, errorAnswer, STATUS } from './answer.ts';
import * as contacts from './contact-operations.ts';
import * as flows from './flows.ts';
import * as participant from './participant.ts';
import { createPersistentContactAssociation } from './rehydration.ts';
import type { ConnectRequest, Members, Perform } from './request.ts';
import { startChatContact } from './start-chat-contact.ts';
import type { ConnectState } from './state.ts';

/** Requests per second and burst. */
export type Quota = Readonly<Record<'rate' | 'burst', number>>;

const DEFAULT: Quota = { rate: 2, burst: 5 };
const CHATS: Quota = { rate: 5, burst: 8 };
const FREQUENT: Quota = { rate: 10, burst: 15 };

/**
 * The operations: method and path from the service models (Connect 2017-08-08, ConnectParticipant 2018-09-07), and the
 * default quota (admin guide, service quotas; `DEFAULT` where it has no row), which every instance of an account and
 * Region shares; the participant service has one for each instance.
 */
const TABLE = {
  CreatePersistentContactAssociation: [
    'POST /contact/persistent-contact-association/{InstanceId}/{InitialContactId}',
    CHATS,
    createPersistentContactAssociation,
  ],
  DescribeContact: ['GET /contacts/{InstanceId}/{ContactId}', FREQUENT, contacts.describeContact],
  ListAssociatedContacts: ['GET /contact/associated/{InstanceId}', DEFAULT, contacts.listAssociatedContacts],
  StartChatContact: ['PUT /contact/chat', CHATS, startChatContact],
  StopContact: ['POST /contact/stop', DEFAULT, contacts.stopContact],
  DeleteContactData: ['POST /contact/delete/{InstanceId}/{ContactId}', DEFAULT, contacts.deleteContactData],
  GetContactAttributes: ['GET /contact/attributes/{InstanceId}/{InitialContactId}', FREQUENT, contacts.getAttributes],
  CreateContactFlow: ['PUT /contact-flows/{InstanceId}', DEFAULT, flows.createContactFlow],
  DeleteContactFlow: ['DELETE /contact-flows/{InstanceId}/{ContactFlowId}', DEFAULT, flows.deleteContactFlow],
  ListContactFlows: ['GET /contact-flows-summary/{InstanceId}', DEFAULT, flows.listContactFlows],
  ListContactFlowModules: ['GET /contact-flow-modules-summary/{InstanceId}', DEFAULT, flows.listContactFlowModules],
  CreateParticipantConnection: ['POST /participant/connection', { rate: 6, burst: 9 }, participant.connect],
  SendMessage: ['POST /participant/message', FREQUENT, participant.sendMessage],
  GetTranscript: ['POST /participant/transcript', { rate: 8, burst: 12 }, participant.getTranscript],
  DisconnectParticipant: ['POST /participant/disconnect', { rate: 3, burst: 5 }, participant.disconnectParticipant],
} as const satisfies Record<string, [string, Quota, Perform]>;

export type Operation = keyof typeof TABLE;
export const OPERATIONS = Object.keys(TABLE) as Operation[];

/** The default quota of each operation. */
export const QUOTAS = Object.fromEntries(
  Object.entries(TABLE).map(([operation, [, quota]]) => [operation, quota]),
) as Record<Operation, Quota>;

const ROUTES = OPERATIONS.map(operation => ({
  operation,
  route: new RegExp(`^${TABLE[operation][0].replaceAll('{', '(?<').replaceAll('}', '>[^/]+)')}$`),
}));

/** Whether an operation is one of the participant service, which takes participants' tokens instead of signatures. */
export const isParticipantOperation = (operation: Operation) => TABLE[operation][0].startsWith('POST /participant/');

/** Finds the operation for a method and a path, with the ids in the path; `undefined` if there is none. */
export function findOperation(method: string, path: string): { operation: Operation; ids: Members } | undefined {
  for (const { operation, route } of ROUTES) {
    const match = route.exec(`${method} ${path}`);
    if (!match) continue;
    // Unlike `decodeURIComponent`, this takes any segment; one that is not valid percent-encoding matches no contact.
    const ids = Object.entries(match.groups ?? {}).map(([name, segment]) => [name, querystring.unescape(segment)]);
    return { operation, ids: Object.fromEntries(ids) };
  }
  return undefined;
}

/** Carries out a request, and returns its answer. */
export function perform(operation: Operation, state: ConnectState, request: ConnectRequest): Answer {
  try {
    const [, , carryOut] = TABLE[operation];
    return { status: 200, body: JSON.stringify(carryOut(state, request)) };
  } catch (error) {
    if (!(error instanceof ConnectError)) {
      // Our own fault, such as a body nested too deeply: this request fails, and the service continues.
      console.error(error);
      return errorAnswer(500, 'InternalServiceException', `The local Amazon Connect failed: ${error}`);
    }
    const { type, message, members } = error;
    const isValidation = STATUS[type] === 400 && isParticipantOperation(operation);
    return errorAnswer(STATUS[type], isValidation ? 'ValidationException' : type, message, members);
  }
}
