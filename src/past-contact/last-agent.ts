import type { Contact } from '@aws-sdk/client-connect';
import type { AmazonConnect } from '../aws/connect.ts';
import type { Answer } from '../aws/failure.ts';
import type { Deadline } from '../aws/retry.ts';
import { type Outcome, outcomeOf, rejected } from '../outcome.ts';
import { isSameContact } from '../values.ts';
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
): Promise<Contact | Outcome> {
  const listed = await connect.listAssociated(source.Id ?? '', deadline);
  if (!('value' in listed)) return outcomeOf(listed);
  const chats = agentChatsOf(membersOf(source, listed.value));
  if (chats.length > 0 && !endOf(chats)) return rejected('SOURCE_CONTACT_STILL_ACTIVE');

  let newest: Contact | undefined;
  for (const { ContactId } of chats.slice(0, DESCRIBED_MAX)) {
    const described: Answer<Contact> = isSameContact(ContactId, source.Id ?? '')
      ? { value: source }
      : await connect.describe(ContactId, deadline);
    if (!('value' in described)) return outcomeOf(described);
    if (described.value.AgentInfo?.Id) return described.value;
    newest ??= described.value;
  }
  return newest ?? source;
}
