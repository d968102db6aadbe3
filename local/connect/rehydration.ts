import { notFound, refusal } from './answer.ts';
import { type Contact, contactsOf, knownContact, sessionId } from './contact.ts';
import { CLIENT_TOKEN, CONTACT_ID, oneOf, operation, type Read } from './request.ts';
import type { ConnectState } from './state.ts';
import { addItem, event } from './transcript.ts';

/** The members of both `PersistentChat` and the association. */
export const REHYDRATION = {
  RehydrationType: oneOf('ENTIRE_PAST_SESSION', 'FROM_SEGMENT'),
  SourceContactId: CONTACT_ID,
};

/** `CreatePersistentContactAssociation`: makes the current contact persistent. */
export const createPersistentContactAssociation = operation(
  // Despite its name, the current contact's id: "the contact that the API is being called from".
  { ...REHYDRATION, InitialContactId: CONTACT_ID, ClientToken: CLIENT_TOKEN },
  (state, input) => {
    const current = knownContact(state.contacts, input.InitialContactId, 'current contact');
    if (current.Channel !== 'CHAT') throw refusal('The current contact is not a chat.');
    if (current.DisconnectTimestamp) throw refusal('The current contact has ended.');
    return { ContinuedFromContactId: makePersistent(state, current, input) };
  },
);

/** Makes a chat persistent, which is possible only once, and returns the id of the contact that it now continues. */
export function makePersistent(state: ConnectState, chat: Contact, rehydration: Read<typeof REHYDRATION>): string {
  const { contacts, sourceTwice, variant } = state;
  if (chat.persistent && variant !== 'continued-twice') throw refusal('The current contact is already persistent.');
  // A source in the chat's own session is refused as well: that session has not ended.
  const continued = continuedContact(state, rehydration);
  const isContinued = (other: Contact) => other.persistent && other.RelatedContactId === continued.Id;
  if (sourceTwice === 'refuse' && [...contacts.values()].some(isContinued)) {
    throw refusal('The source contact is already continued by another chat.');
  }
  chat.persistent = true;
  linkContact(state, chat, continued);
  addItem(state, chat, event('chat.rehydrated'));
  return continued.Id;
}

/** Relates a contact to another one, and copies the attributes that it does not have yet. */
export function linkContact({ variant }: ConnectState, contact: Contact, related: Contact): void {
  contact.RelatedContactId = related.Id;
  if (variant !== 'nothing-copied') contact.Attributes = { ...related.Attributes, ...contact.Attributes };
  if (variant === 'customer-id-copied') contact.CustomerId ??= related.CustomerId;
}

/**
 * The contact that a new chat continues: `FROM_SEGMENT` continues the given contact; `ENTIRE_PAST_SESSION` takes the
 * session's initial contact and continues its most recently ended chat contact.
 */
function continuedContact(
  { contacts, transcriptDelaySeconds, variant }: ConnectState,
  { RehydrationType, SourceContactId }: Read<typeof REHYDRATION>,
): Contact {
  const source = knownContact(contacts, SourceContactId, 'source contact');
  if (source.Channel !== 'CHAT') throw refusal('The source contact is not a chat.');
  if (RehydrationType === 'ENTIRE_PAST_SESSION' && sessionId(source) !== source.Id) {
    throw refusal("For ENTIRE_PAST_SESSION the source contact must be its session's initial contact.");
  }

  const endOf = (contact: Contact) => contact.DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY;
  const session = contactsOf(contacts, sessionId(source)).sort((a, b) => endOf(b) - endOf(a));
  const [last = source] = session;
  if (!last.DisconnectTimestamp) {
    if (variant === 'open-is-404') throw notFound('The session has not ended.');
    throw refusal("The source contact's session has not ended.");
  }
  if (variant === 'needs-message' && !source.transcript?.some(({ Type }) => Type === 'MESSAGE')) {
    throw refusal('The source contact has no messages.');
  }
  if (Date.now() - endOf(last) < transcriptDelaySeconds * 1000) {
    throw refusal("The transcript of the source contact's session is not available yet.");
  }
  if (RehydrationType === 'FROM_SEGMENT') return source;
  return session.find(contact => contact.Channel === 'CHAT') ?? source;
}
