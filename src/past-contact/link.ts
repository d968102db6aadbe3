import type { Association } from '../aws/connect.ts';
import type { Finished } from '../outcome.ts';
import { isPathId, isSameContact } from '../values.ts';
import type { Chat } from './chat.ts';
import { sessionOf } from './session.ts';

/** `known` true: the chat is not persistent, or not by this association. False: it is not known whether it is. */
type NotPersistent = { known: boolean };

/**
 * Finds out whether the chat is persistent already: the outcome if so. Its `RelatedContactId` alone does not say it: a
 * call that was deflected, a task or an open chat set it, too. It counts if it was set since the event, because this
 * chat's own association did that; or if it is a chat that ended before the current one began. That a server links a
 * chat to an ended one only to make it persistent is an assumption (docs/design.md, A20).
 */
export async function findAlreadyPersistent(chat: Chat): Promise<Finished | NotPersistent> {
  const { request, connect, deadline } = chat;
  const { contactId, initialContactId, relatedContactId } = request;
  const link = await describeLink(chat);
  if (!link) return { known: false };
  const { current, related, wasInEvent } = link;
  if (!related) return { known: true };
  const persistent: Finished = { outcome: { status: 'ALREADY_PERSISTENT', continuedFromContactId: related } };
  // An event without the field does not say that there was no link.
  if (!wasInEvent && relatedContactId !== undefined) return persistent;

  if (!isPathId(related) || !isPathId(initialContactId)) return { known: true };
  const described = await connect.describe(related, deadline);
  // A transferred contact began after its chat did.
  const isFirst = isSameContact(initialContactId, contactId);
  const first = isFirst ? { value: current } : await connect.describe(initialContactId, deadline);
  if ('unavailable' in described || 'unavailable' in first) return { known: false };
  if (!('value' in described && 'value' in first)) return { known: true };
  const { Channel, DisconnectTimestamp: endedAt } = described.value;
  const beganAt = first.value.InitiationTimestamp;
  return Channel === 'CHAT' && endedAt && beganAt && endedAt <= beganAt ? persistent : { known: true };
}

/** Finds out whether an association whose result is unknown was made: if so, the contact that the chat continues. */
export async function confirmAssociation(
  { sourceContactId, rehydrationType }: Association,
  chat: Chat,
): Promise<{ continuedFromContactId: string } | NotPersistent> {
  const link = await describeLink(chat);
  if (!link) return { known: false };
  const { related, wasInEvent } = link;
  if (wasInEvent || !isPathId(related)) return { known: true };
  if (isSameContact(related, sourceContactId)) return { continuedFromContactId: related };
  if (rehydrationType === 'FROM_SEGMENT') return { known: true };
  // Of an entire session, Amazon Connect chooses the contact that ended last.
  const described = await chat.connect.describe(related, chat.deadline);
  // A refusal is no better than no answer: what cannot be described confirms nothing.
  if (!('value' in described)) return { known: false };
  const isOfSession = isSameContact(sessionOf(described.value), sourceContactId);
  return isOfSession ? { continuedFromContactId: related } : { known: true };
}

/** The current contact, the one that it is linked to, and whether the event already had this link. */
async function describeLink({ request, connect, deadline }: Chat) {
  const answer = await connect.describe(request.contactId, deadline);
  if (!('value' in answer)) return undefined;
  const related = answer.value.RelatedContactId;
  return { current: answer.value, related, wasInEvent: isSameContact(related ?? '', request.relatedContactId ?? '') };
}
