import { type Contact, sessionId } from './contact.ts';

/**
 * The contacts of a contact's session, and of all sessions linked to it through `RelatedContactId`, in either direction
 * and over any number of links. The API reference says no more than "contact tree": all of this is assumed.
 */
export function contactTree(contacts: ReadonlyMap<string, Contact>, contact: Contact): Contact[] {
  const linked = linkedSessions(contacts);
  const tree = new Set([sessionId(contact)]);
  // A set's loop also visits what is added during the loop.
  for (const session of tree) {
    for (const other of linked.get(session) ?? []) tree.add(other);
  }
  return [...contacts.values()].filter(member => tree.has(sessionId(member)));
}

function linkedSessions(contacts: ReadonlyMap<string, Contact>): Map<string, string[]> {
  const linked = new Map<string, string[]>();
  const link = (from: string, to: string) => {
    const sessions = linked.get(from);
    if (sessions) sessions.push(to);
    else linked.set(from, [to]);
  };
  for (const contact of contacts.values()) {
    const related = contact.RelatedContactId === undefined ? undefined : contacts.get(contact.RelatedContactId);
    if (!related) continue;
    link(sessionId(contact), sessionId(related));
    link(sessionId(related), sessionId(contact));
  }
  return linked;
}
