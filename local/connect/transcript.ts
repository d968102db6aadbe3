import { randomUUID } from 'node:crypto';
import { type Contact, type ContactItem, contactsOf, type Sender, sessionId, type TranscriptItem } from './contact.ts';
import type { ConnectState } from './state.ts';

/** The documented events of a chat. */
export type ChatEvent =
  | 'participant.joined'
  | 'participant.left'
  | 'transfer.succeeded'
  | 'chat.ended'
  | 'chat.rehydrated';

/** A message, by default of now. */
export function message(sender: Sender, Content: string, time = new Date()): TranscriptItem {
  const AbsoluteTime = time.toISOString();
  return { Id: randomUUID(), AbsoluteTime, Type: 'MESSAGE', ContentType: 'text/plain', ...sender, Content };
}

/** An event, by default of now. */
export function event(name: ChatEvent, sender: Sender = {}, time = new Date()): TranscriptItem {
  const AbsoluteTime = time.toISOString();
  return { Id: randomUUID(), AbsoluteTime, Type: 'EVENT', ContentType: eventType(name), ...sender };
}

/** The content type of an event. */
export const eventType = (name: ChatEvent) => `application/vnd.amazonaws.connect.event.${name}`;

/** Adds an item to a contact's transcript, shows it on the websockets of its chat, and returns it. */
export function addItem({ publish }: ConnectState, contact: Contact, added: TranscriptItem): TranscriptItem {
  contact.transcript = [...(contact.transcript ?? []), added];
  publish(sessionId(contact), { ...added, ContactId: contact.Id });
  return added;
}

/** Ends a contact, and the chat if no other contact is open. */
export function endContact(state: ConnectState, contact: Contact): void {
  contact.DisconnectTimestamp = new Date();
  const session = contactsOf(state.contacts, sessionId(contact));
  if (session.every(member => member.DisconnectTimestamp)) addItem(state, contact, event('chat.ended'));
}

/** The items of the current chat and those that it continues, each oldest first. */
export function transcriptOf(state: ConnectState, session: string): Record<'past' | 'now', ContactItem[]> {
  const members = contactsOf(state.contacts, session);
  const itemsOf = (contacts: Contact[], member: 'ContactId' | 'RelatedContactId') =>
    contacts.flatMap(({ Id, transcript = [] }) => transcript.map(item => ({ ...item, [member]: Id })));
  return { past: itemsOf(pastContacts(state, members), 'RelatedContactId'), now: itemsOf(members, 'ContactId') };
}

/**
 * The contacts that a chat continues, oldest first: the one that it was rehydrated from, what came before that in its
 * session, and what that session itself continued, and so on ("chat linkages are cumulative": admin guide).
 */
function pastContacts(state: ConnectState, chat: readonly Contact[]): Contact[] {
  const { contacts, variant } = state;
  if (variant === 'no-past-messages') return [];
  if (variant === 'past-messages-for-all') {
    return [...contacts.values()].filter(contact => contact.DisconnectTimestamp && !chat.includes(contact));
  }
  const source = chat.find(contact => contact.persistent)?.RelatedContactId;
  const continued = upTo(contacts, source);
  return source === undefined ? [] : [...pastContacts(state, continued), ...continued];
}

/** A contact and those before it in its session, oldest first. */
function upTo(contacts: ReadonlyMap<string, Contact>, id: string | undefined): Contact[] {
  const contact = contacts.get(id ?? '');
  return contact ? [...upTo(contacts, contact.PreviousContactId), contact] : [];
}
