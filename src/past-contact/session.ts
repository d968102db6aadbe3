import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import type { DescribedContact } from '../aws/answers.ts';
import { isSameContact } from '../values.ts';

/** The session that a contact belongs to: its initial contact's id, which that contact itself need not name. */
export function sessionOf(contact: DescribedContact): string {
  return contact.InitialContactId?.trim() || contact.Id;
}

/** One contact of a session, without what only `DescribeContact` says (its agent, its customer). */
export interface SessionMember
  extends Pick<AssociatedContactSummary, 'Channel' | 'InitiationMethod' | 'DisconnectTimestamp'> {
  ContactId: string;
}

/**
 * The contacts of the source contact's session; the source itself always counts as one.
 *
 * `ListAssociatedContacts` answers the whole "contact tree" (API reference): transfers, and contacts of linked sessions.
 */
export function membersOf(source: DescribedContact, listed: readonly AssociatedContactSummary[]): SessionMember[] {
  const session = sessionOf(source);
  const others = listed.filter(
    (summary): summary is AssociatedContactSummary & SessionMember =>
      summary.ContactId !== undefined &&
      !isSameContact(summary.ContactId, source.Id) &&
      isSameContact(summary.InitialContactId || summary.ContactId, session),
  );
  return [{ ...source, ContactId: source.Id }, ...others];
}

/** When a session ended: the newest end of its contacts; `undefined` while one of them has none. */
export function endOf(members: readonly SessionMember[]): Date | undefined {
  const ends = members.map(member => member.DisconnectTimestamp?.getTime() ?? Number.POSITIVE_INFINITY);
  const newest = Math.max(...ends);
  return Number.isFinite(newest) ? new Date(newest) : undefined;
}

/** Whether it is a chat that an agent may have handled: not the survey in the disconnect flow, nor a supervisor's contact. */
export function isAgentChat({ Channel, InitiationMethod }: Pick<Contact, 'Channel' | 'InitiationMethod'>): boolean {
  return Channel === 'CHAT' && InitiationMethod !== 'DISCONNECT' && InitiationMethod !== 'MONITOR';
}

/** The chats that an agent may have handled, newest end first. */
export function agentChatsOf(members: readonly SessionMember[]): SessionMember[] {
  return members
    .filter(isAgentChat)
    .sort((a, b) => (b.DisconnectTimestamp?.getTime() ?? 0) - (a.DisconnectTimestamp?.getTime() ?? 0));
}
