import { randomUUID } from 'node:crypto';
import { ConnectError, invalid } from './answer.ts';
import { type Contact, sessionId } from './contact.ts';
import { bodyOf, type ConnectRequest, limited, optional } from './request.ts';
import { type ConnectState, onceForToken, type Participant, type Tokens } from './state.ts';
import { addItem, endContact, event, message, transcriptPage } from './transcript.ts';

/** Milliseconds. A URL is valid for 100 seconds, a connection token for a day (API reference). */
const LIFETIME = { sockets: 100_000, connections: 86_400_000, participants: Number.POSITIVE_INFINITY };

/** The characters of a text message, at most (API reference). */
export const LONGEST_MESSAGE = 1024;

/** Adds the customer to a chat. */
export function addCustomer({ tokens }: ConnectState, chat: Contact, DisplayName: string) {
  const sender = { ParticipantId: randomUUID(), DisplayName, ParticipantRole: 'CUSTOMER' as const };
  const participant: Participant = { session: sessionId(chat), sender, joined: false };
  return { sender, ParticipantToken: grant(tokens, 'participants', participant).token };
}

function grant(tokens: Tokens, kind: keyof Tokens, participant: Participant): { token: string; expires: number } {
  const token = randomUUID();
  const expires = Date.now() + LIFETIME[kind];
  tokens[kind].set(token, { participant, expires });
  return { token, expires };
}

/** The participant that a token stands for, and the active contact of the chat, unless the chat has ended. */
export function authenticate({ tokens, contacts }: ConnectState, kind: keyof Tokens, token: string) {
  const { participant, expires = 0 } = tokens[kind].get(token) ?? {};
  const active = [...contacts.values()].findLast(
    contact => sessionId(contact) === participant?.session && !contact.DisconnectTimestamp,
  );
  if (!participant || !active || expires < Date.now()) {
    throw new ConnectError('AccessDeniedException', 'Access denied');
  }
  return { participant, active };
}

/** `CreateParticipantConnection`: a websocket's URL, a connection token, or both. */
export function createParticipantConnection(state: ConnectState, request: ConnectRequest): object {
  const { participant, active } = authenticate(state, 'participants', request.bearer);
  const { Type, ConnectParticipant = false } = bodyOf(request);
  const types = Type === undefined && ConnectParticipant === true ? [] : readTypes(Type);
  if (!participant.joined) addItem(state, active, event('participant.joined', participant.sender));
  participant.joined = true;
  const iso = (time: number) => new Date(time).toISOString();
  const socket = types.includes('WEBSOCKET') && grant(state.tokens, 'sockets', participant);
  const connection = types.includes('CONNECTION_CREDENTIALS') && grant(state.tokens, 'connections', participant);
  return {
    ...(socket && {
      Websocket: { Url: `ws://${request.host}/websocket/${socket.token}`, ConnectionExpiry: iso(socket.expires) },
    }),
    ...(connection && {
      ConnectionCredentials: { ConnectionToken: connection.token, Expiry: iso(connection.expires) },
    }),
  };
}

function readTypes(types: unknown): string[] {
  const known = ['WEBSOCKET', 'CONNECTION_CREDENTIALS'];
  if (Array.isArray(types) && types.length > 0 && types.every(type => known.includes(type))) return types;
  throw invalid(`Type must have ${known.join(', ')}, or both.`);
}

/** `SendMessage`: plain text only, as without `SupportedMessagingContentTypes`. */
export function sendMessage(state: ConnectState, request: ConnectRequest): object {
  const { participant, active } = authenticate(state, 'connections', request.bearer);
  const { ContentType, Content, ClientToken } = bodyOf(request);
  if (ContentType !== 'text/plain') throw invalid('ContentType must be text/plain.');
  const { sender } = participant;
  const sent = message(sender, limited('Content', Content, 1, LONGEST_MESSAGE));
  const input = { ClientToken: optional('ClientToken', ClientToken, 0, 500), Content, sender };
  return onceForToken(state, 'SendMessage', input, () => {
    addItem(state, active, sent);
    return { Id: sent.Id, AbsoluteTime: sent.AbsoluteTime };
  });
}

/** `GetTranscript`: a page of the chat's messages and events. */
export function getTranscript(state: ConnectState, request: ConnectRequest): object {
  const { participant } = authenticate(state, 'connections', request.bearer);
  return transcriptPage(state, participant.session, bodyOf(request));
}

/** `DisconnectParticipant`: the customer leaves, which ends the chat. */
export function disconnectParticipant(state: ConnectState, request: ConnectRequest): object {
  const { participant, active } = authenticate(state, 'connections', request.bearer);
  addItem(state, active, event('participant.left', participant.sender));
  endContact(state, active);
  return {};
}
