import type { Contact } from '@aws-sdk/client-connect';
import type { DescribedContact, ListedContact } from '../aws/answers.ts';
import { isSameContact } from '../values.ts';

/** The id of a contact's session: its initial contact, which itself may come without `InitialContactId`. */
export function sessionOf(contact: DescribedContact): string {
  return contact.InitialContactId ?? contact.Id;
}

/**
 * The contacts of the source contact's session; the source itself always counts as one. `ListAssociatedContacts`
 * answers the whole "contact tree" (API reference): transfers, and contacts of linked sessions.
 */
export function membersOf(source: DescribedContact, listed: readonly ListedContact[]): ListedContact[] {
  const others = listed.filter(({ ContactId, InitialContactId = ContactId }) => {
    return !isSameContact(ContactId, source.Id) && isSameContact(InitialContactId, sessionOf(source));
  });
  return [{ ...source, ContactId: source.Id }, ...others];
}

/** When a session ended: the newest end of its contacts; `undefined` while one of them has none. */
export function endOf(members: readonly ListedContact[]): Date | undefined {
  const newest = Math.max(...members.map(endTimeOf));
  return Number.isFinite(newest) ? new Date(newest) : undefined;
}

/** The chats of a session, newest end first, each once. A supervisor's own contact (`MONITOR`) is not one of them. */
export function chatsOf(members: readonly ListedContact[]): ListedContact[] {
  const chats = new Map(members.filter(isChat).map(member => [member.ContactId.toLowerCase(), member]));
  return [...chats.values()].sort((a, b) => endTimeOf(b) - endTimeOf(a));
}

/** Whether a contact is a chat that an agent may have handled. */
export function isChat({ Channel, InitiationMethod }: Pick<Contact, 'Channel' | 'InitiationMethod'>): boolean {
  return Channel === 'CHAT' && InitiationMethod !== 'MONITOR';
}

/** Whether it began in the disconnect flow: a survey, unless an agent took it (AWS's "Sample disconnect flow"). */
export function isOfDisconnectFlow({ InitiationMethod }: Pick<Contact, 'InitiationMethod'>): boolean {
  return InitiationMethod === 'DISCONNECT';
}

function endTimeOf({ DisconnectTimestamp }: ListedContact): number {
  return DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY;
}
