import type { Contact } from '@aws-sdk/client-connect';
import type { Answer } from './amazon-connect/answer.ts';
import type { AmazonConnect } from './amazon-connect/operations.ts';
import { isSameContact } from './contact-id.ts';
import type { Deadline } from './deadline.ts';
import { type Outcome, rejected, rejectedWith } from './outcome.ts';
import { agentChatsOf, endOf, membersOf } from './session.ts';

/** At most this many of a session's chats are described. */
const DESCRIBED_MAX = 3;

/**
 * Finds the last chat contact of the source contact's session that an agent handled: the survey after it is left out.
 *
 * @returns the contact, or the outcome where it cannot be found. Without an agent in any of the three newest chats, it is
 *   the newest of them; without any such chat, the source contact
 */
export async function findLastAgentSegment(
  source: Contact,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<{ segment: Contact } | { outcome: Outcome }> {
  const listed = await connect.listAssociated(source.Id ?? '', deadline);
  if (listed.kind !== 'answered') return { outcome: unanswered(listed) };
  const chats = agentChatsOf(membersOf(source, listed.value));
  if (chats.length > 0 && !endOf(chats)) return { outcome: rejected('SOURCE_CONTACT_STILL_ACTIVE') };

  let newest: Contact | undefined;
  for (const { ContactId } of chats.slice(0, DESCRIBED_MAX)) {
    const answer: Answer<Contact> = isSameContact(ContactId, source.Id ?? '')
      ? { kind: 'answered', value: source }
      : await connect.describe(ContactId, deadline);
    if (answer.kind !== 'answered') return { outcome: unanswered(answer) };
    if (answer.value.AgentInfo?.Id) return { segment: answer.value };
    newest ??= answer.value;
  }
  return { segment: newest ?? source };
}

/** What a request comes to without which the segment cannot be chosen. */
function unanswered(answer: Exclude<Answer<unknown>, { kind: 'answered' }>): Outcome {
  if (answer.kind === 'unavailable') return { status: 'FAILED', reason: answer.reason };
  return rejectedWith(answer.status);
}
