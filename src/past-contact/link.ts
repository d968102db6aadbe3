import type { Association } from '../aws/connect.ts';
import type { Finished } from '../outcome.ts';
import { isPathId, isSameContact } from '../values.ts';
import type { Chat } from './chat.ts';
import { sessionOf } from './session.ts';

/** `known`: whether it could be found out. */
interface Unlinked {
  known: boolean;
}

/**
 * Finds out whether the chat is persistent already: the outcome if so.
 *
 * Its `RelatedContactId` alone does not say it: a call that was deflected, a task or an open chat set it, too. It counts where the
 * event said that there was none yet, because then this chat's own association set it; and where it is a chat that ended before the
 * current one began. That a server links a chat to an ended one only to make it persistent is an assumption (docs/design.md, A20).
 */
export async function findAlreadyPersistent(chat: Chat): Promise<Finished | Unlinked> {
  const { request, connect, deadline } = chat;
  const { contactId, initialContactId, relatedContactId: shown } = request;
  const current = await connect.describe(contactId, deadline);
  if (!('value' in current)) return { known: false };
  const related = current.value.RelatedContactId;
  if (!related) return { known: true };
  const persistent: Finished = { outcome: { status: 'ALREADY_PERSISTENT', continuedFromContactId: related } };
  // An event without the field does not say that there was no link.
  if (shown !== undefined && !isSameContact(related, shown ?? '')) return persistent;

  if (!isPathId(related) || !isPathId(initialContactId)) return { known: true };
  const described = await connect.describe(related, deadline);
  // A transferred contact began after its chat did.
  const isFirst = isSameContact(initialContactId, contactId);
  const first = isFirst ? current : await connect.describe(initialContactId, deadline);
  if ('unavailable' in described || 'unavailable' in first) return { known: false };
  if (!('value' in described && 'value' in first)) return { known: true };
  const { Channel, DisconnectTimestamp: endedAt } = described.value;
  const beganAt = first.value.InitiationTimestamp;
  return Channel === 'CHAT' && endedAt && beganAt && endedAt <= beganAt ? persistent : { known: true };
}

/**
 * Finds out whether an association without an answer was made.
 *
 * @returns the contact that the chat continues, if it is what was asked for and the event did not show it
 */
export async function confirmAssociation(
  { contactId, sourceContactId, rehydrationType }: Association,
  { request, connect, deadline }: Chat,
): Promise<{ continuedFromContactId: string } | Unlinked> {
  const current = await connect.describe(contactId, deadline);
  if (!('value' in current)) return { known: false };
  const related = current.value.RelatedContactId;
  if (!isPathId(related) || isSameContact(related, request.relatedContactId ?? '')) return { known: true };
  if (isSameContact(related, sourceContactId)) return { continuedFromContactId: related };
  if (rehydrationType === 'FROM_SEGMENT') return { known: true };
  // Of an entire session, Amazon Connect chooses the contact that ended last.
  const described = await connect.describe(related, deadline);
  if (!('value' in described)) return { known: false };
  return isSameContact(sessionOf(described.value), sourceContactId)
    ? { continuedFromContactId: related }
    : { known: true };
}
