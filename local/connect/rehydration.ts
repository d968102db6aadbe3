import { ConnectError, invalid, refusal } from './answer.ts';
import { type Contact, linkContact, sessionId } from './contact.ts';
import { bodyOf, type ConnectRequest, contactIdOf, instanceIdOf, limited, optional } from './request.ts';
import { type ConnectState, onceForToken } from './state.ts';
import { addItem, event } from './transcript.ts';

/** What a new chat continues: the members of both `PersistentChat` and the association. */
export interface Rehydration {
  RehydrationType: 'ENTIRE_PAST_SESSION' | 'FROM_SEGMENT';
  SourceContactId: string;
}

/** `CreatePersistentContactAssociation`: makes the current contact persistent. */
export function createPersistentContactAssociation(state: ConnectState, request: ConnectRequest): object {
  const body = bodyOf(request);
  const rehydration = readRehydration(body);
  const input = {
    InstanceId: instanceIdOf(state, request),
    // Despite its name, the current contact's id: "the contact that the API is being called from".
    InitialContactId: contactIdOf(request, 'InitialContactId'),
    ...rehydration,
    ClientToken: optional('ClientToken', body.ClientToken, 0, 500),
  };
  return onceForToken(state, 'CreatePersistentContactAssociation', input, () => {
    const current = state.contacts.get(input.InitialContactId);
    if (!current) throw new ConnectError('ResourceNotFoundException', 'The current contact does not exist.');
    if (current.Channel !== 'CHAT') throw refusal('The current contact is not a chat.');
    if (current.DisconnectTimestamp) throw refusal('The current contact has ended.');
    return { ContinuedFromContactId: makePersistent(state, current, rehydration) };
  });
}

/** Checks the members that name the rehydration. */
export function readRehydration(members: { RehydrationType?: unknown; SourceContactId?: unknown }): Rehydration {
  const { RehydrationType } = members;
  if (RehydrationType !== 'ENTIRE_PAST_SESSION' && RehydrationType !== 'FROM_SEGMENT') {
    throw invalid('RehydrationType must be ENTIRE_PAST_SESSION or FROM_SEGMENT.');
  }
  return { RehydrationType, SourceContactId: limited('SourceContactId', members.SourceContactId, 1, 256) };
}

/** Makes a chat persistent, which is possible only once, and returns the id of the contact that it now continues. */
export function makePersistent(state: ConnectState, chat: Contact, rehydration: Rehydration): string {
  const { contacts, sourceTwice, variant } = state;
  if (chat.persistent && variant !== 'continued-twice') throw refusal('The current contact is already persistent.');
  // A source in the chat's own session is refused as well: that session has not ended.
  const continued = continuedContact(state, rehydration);
  if (sourceTwice === 'refuse' && isContinued(contacts, continued)) {
    throw refusal('The source contact is already continued by another chat.');
  }
  chat.persistent = true;
  linkContact(chat, continued, variant);
  addItem(state, chat, event('chat.rehydrated'));
  return continued.Id;
}

/**
 * The contact that a new chat continues: `FROM_SEGMENT` continues the given contact; `ENTIRE_PAST_SESSION` takes the
 * session's initial contact and continues its most recently ended chat contact.
 */
function continuedContact(
  { contacts, transcriptDelaySeconds, variant }: ConnectState,
  { RehydrationType, SourceContactId }: Rehydration,
): Contact {
  const source = contacts.get(SourceContactId);
  if (!source) throw new ConnectError('ResourceNotFoundException', 'The source contact does not exist.');
  if (source.Channel !== 'CHAT') throw refusal('The source contact is not a chat.');
  if (RehydrationType === 'ENTIRE_PAST_SESSION' && sessionId(source) !== source.Id) {
    throw refusal("For ENTIRE_PAST_SESSION the source contact must be its session's initial contact.");
  }

  const session = [...contacts.values()].filter(contact => sessionId(contact) === sessionId(source));
  const end = Math.max(...session.map(endOf));
  if (end === Number.POSITIVE_INFINITY) {
    if (variant === 'open-is-404') throw new ConnectError('ResourceNotFoundException', 'The session has not ended.');
    throw refusal("The source contact's session has not ended.");
  }
  if (variant === 'needs-message' && !source.transcript?.some(({ Type }) => Type === 'MESSAGE')) {
    throw refusal('The source contact has no messages.');
  }
  if (Date.now() - end < transcriptDelaySeconds * 1000) {
    throw refusal("The transcript of the source contact's session is not available yet.");
  }

  if (RehydrationType === 'FROM_SEGMENT') return source;
  return session
    .filter(contact => contact.Channel === 'CHAT')
    .reduce((latest, contact) => (endOf(contact) > endOf(latest) ? contact : latest), source);
}

function endOf(contact: Contact): number {
  return contact.DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY;
}

function isContinued(contacts: ReadonlyMap<string, Contact>, source: Contact): boolean {
  return [...contacts.values()].some(contact => contact.persistent && contact.RelatedContactId === source.Id);
}
