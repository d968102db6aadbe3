import type { Contact } from '../../local/connect/index.ts';
import { sessionOf } from './contacts.ts';

/** Contacts by whether a chat that continues one of them shows their transcripts. */
export interface Transcripts {
  /** Newest first. */
  seen: Contact[];
  /** The others of the same sessions. */
  notSeen: Contact[];
}

/**
 * Which transcripts a chat shows that continues a contact: of this contact, of what came before it in its session, and of
 * what that session itself continued, and so on (linkages are cumulative: admin guide, "Enable persistent chat").
 */
export function transcriptsFrom(contactId: string, contacts: ReadonlyMap<string, Contact>): Transcripts {
  const seen = new Set<Contact>();
  const sessions = new Set<Contact>();
  let next: string | undefined = contactId;
  while (next !== undefined) {
    let contact = contacts.get(next);
    next = undefined;
    while (contact && !seen.has(contact)) {
      seen.add(contact);
      for (const member of sessionOf(contact, contacts)) sessions.add(member);
      if (contact.persistent) next = contact.RelatedContactId;
      contact = contacts.get(contact.PreviousContactId ?? '');
    }
  }
  return { seen: [...seen], notSeen: [...sessions].filter(member => !seen.has(member)) };
}
