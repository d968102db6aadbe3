import { randomUUID } from 'node:crypto';
import { ConnectError, invalid } from './answer.ts';
import { type Contact, contactsOf, sessionId } from './contact.ts';
import {
  CLIENT_TOKEN,
  object,
  oneOf,
  optional,
  type Perform,
  readInput,
  someOf,
  text,
  wholeNumber,
} from './request.ts';
import { type ConnectState, onceForToken, type Participant, type TokenKind } from './state.ts';
import { addItem, endContact, event, message, transcriptOf } from './transcript.ts';

/** Milliseconds. A URL is valid for 100 seconds, a connection token for a day (API reference). */
const LIFETIME = { websocket: 100_000, connection: 86_400_000, participant: Number.POSITIVE_INFINITY };

/** A message's members. Plain text only, as without `SupportedMessagingContentTypes`; its length is the API reference's. */
export const MESSAGE = { ContentType: oneOf('text/plain'), Content: text(1, 1024) };

/** Adds the customer to a chat. */
export function addCustomer(state: ConnectState, chat: Contact, DisplayName: string) {
  const sender = { ParticipantId: randomUUID(), DisplayName, ParticipantRole: 'CUSTOMER' as const };
  const participant: Participant = { session: sessionId(chat), sender, joined: false };
  return { sender, ParticipantToken: grant(state, 'participant', participant).token };
}

function grant({ tokens }: ConnectState, kind: TokenKind, participant: Participant) {
  const token = randomUUID();
  const expires = Date.now() + LIFETIME[kind];
  tokens.set(token, { kind, participant, expires });
  return { token, expires };
}

/** The participant that a token stands for, and the active contact of the chat, unless the chat has ended. */
export function authenticate({ tokens, contacts }: ConnectState, kind: TokenKind, token: string) {
  const found = tokens.get(token);
  const active = contactsOf(contacts, found?.participant.session).findLast(contact => !contact.DisconnectTimestamp);
  if (found?.kind === kind && active && Date.now() <= found.expires) return { ...found, active };
  throw new ConnectError('AccessDeniedException', 'Access denied');
}

/** `CreateParticipantConnection`: a websocket's URL, a connection token, or both. */
export const connect: Perform = (state, request) => {
  const { participant, active } = authenticate(state, 'participant', request.bearer);
  const types = someOf('WEBSOCKET', 'CONNECTION_CREDENTIALS');
  const { Type = [] } = readInput(request, {
    Type: request.body?.['ConnectParticipant'] === true ? optional(types) : types,
  });
  if (!participant.joined) addItem(state, active, event('participant.joined', participant.sender));
  participant.joined = true;
  const iso = (time: number) => new Date(time).toISOString();
  const output: Record<string, object> = {};
  if (Type.includes('WEBSOCKET')) {
    const { token, expires } = grant(state, 'websocket', participant);
    output['Websocket'] = { Url: `ws://${request.host}/websocket/${token}`, ConnectionExpiry: iso(expires) };
  }
  if (Type.includes('CONNECTION_CREDENTIALS')) {
    const { token, expires } = grant(state, 'connection', participant);
    output['ConnectionCredentials'] = { ConnectionToken: token, Expiry: iso(expires) };
  }
  return output;
};

/** `SendMessage`. */
export const sendMessage: Perform = (state, request) => {
  const { participant, active } = authenticate(state, 'connection', request.bearer);
  const { sender } = participant;
  const input = { sender, ...readInput(request, { ...MESSAGE, ClientToken: CLIENT_TOKEN }) };
  return onceForToken(state, request.operation, input, () => {
    const { Id, AbsoluteTime } = addItem(state, active, message(sender, input.Content));
    return { Id, AbsoluteTime };
  });
};

const PAGE = {
  ScanDirection: optional(oneOf('BACKWARD', 'FORWARD')),
  SortOrder: optional(oneOf('DESCENDING', 'ASCENDING')),
  MaxResults: optional(wholeNumber(0, 100)),
  StartPosition(member: string, value: unknown = {}): void {
    if (Object.keys(object(member, value)).length > 0) throw invalid(`${member} is not supported here.`);
  },
};

/**
 * `GetTranscript`. Documented: the pages of a chat that was continued lead on to past items by `NextToken` with
 * `ScanDirection` `BACKWARD`, from the first call on; the filter `ContactId` does not reach them.
 */
export const getTranscript: Perform = (state, request) => {
  const { session } = authenticate(state, 'connection', request.bearer).participant;
  const { ScanDirection, SortOrder, MaxResults } = readInput(request, PAGE);
  const { ContactId, NextToken } = request.members;
  const size = MaxResults || 10;
  const forward = ScanDirection === 'FORWARD';
  const { past, now } = transcriptOf(state, session);
  const items = [...past, ...now.filter(item => ContactId === undefined || item.ContactId === ContactId)];
  // Positions in tokens are counted from the border between past and current items, so that new items change none.
  const border = past.length;
  const token = (position: number) =>
    Buffer.from(`${session} ${forward ? '>' : '<'} ${position - border}`).toString('base64url');
  let position = forward ? border : items.length;
  if (NextToken !== undefined) {
    position = border + Number(Buffer.from(String(NextToken), 'base64url').toString().split(' ').at(-1));
    if (token(position) !== NextToken) throw invalid('NextToken must be that of an answer in the same ScanDirection.');
  }
  const inPast = !forward && NextToken !== undefined && position <= border;
  if (inPast && ContactId !== undefined) throw invalid('ContactId does not apply to the items of past chats.');

  const low = forward ? position : Math.max(inPast ? 0 : border, position - size);
  const high = forward ? position + size : position;
  const page = items.slice(low, high);
  const more = forward ? high < items.length : low > 0;
  return {
    InitialContactId: session,
    Transcript: SortOrder === 'ASCENDING' ? page : page.toReversed(),
    NextToken: more ? token(forward ? high : low) : undefined,
  };
};

/** `DisconnectParticipant`: the customer leaves, which ends the chat. */
export const disconnectParticipant: Perform = (state, request) => {
  const { participant, active } = authenticate(state, 'connection', request.bearer);
  addItem(state, active, event('participant.left', participant.sender));
  endContact(state, active);
  return {};
};
