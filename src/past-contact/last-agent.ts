import type { DescribedContact } from '../aws/answers.ts';
import type { AmazonConnect } from '../aws/connect.ts';
import type { Answer } from '../aws/failure.ts';
import type { Deadline } from '../aws/retry.ts';
import { fieldsOf, isGuide } from '../customer.ts';
import { type Outcome, outcomeOf, rejected } from '../outcome.ts';
import type { Findings } from '../result.ts';
import { isSameContact } from '../values.ts';
import { agentChatsOf, endOf, isAgentChat, membersOf, sessionOf } from './session.ts';

/** At most this many of a session's chats are described, beside the source contact. */
const DESCRIBED_MAX = 3;

/**
 * Finds the last chat contact of the source contact's session that an agent handled: the survey after it is left out.
 *
 * The list has the smallest quota of all (2 per second), so it is given up after a third of the time: then the search goes
 * back from the source contact, from one contact to the one before.
 *
 * @param deadline of the chat
 * @param findings `session` or `sessionNotListed` is added to it
 * @returns the contact, or the outcome where it cannot be found. Without an agent in any of the three newest chats, it is
 *   the newest of them; where none of them is a chat for agents, the first one back from the source contact, else that itself
 */
export async function findLastAgentSegment(
  source: DescribedContact,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings,
): Promise<DescribedContact | Outcome> {
  const listed = await connect.listAssociated(source.Id, deadline.part(1 / 3));
  if ('refused' in listed) return outcomeOf(listed);
  if ('unavailable' in listed) {
    findings.sessionNotListed = true;
    return (await goBackFrom(source, connect, deadline)) ?? outcomeOf(listed);
  }
  findings.session = membersOf(source, listed.value);
  const chats = agentChatsOf(findings.session);
  if (chats.length > 0 && !endOf(chats)) return rejected('SOURCE_CONTACT_STILL_ACTIVE');

  let newest: DescribedContact | undefined;
  const ids = new Set(chats.map(({ ContactId }) => ContactId.toLowerCase()));
  for (const id of [...ids].slice(0, DESCRIBED_MAX)) {
    const described: Answer<DescribedContact> = isSameContact(id, source.Id)
      ? { value: source }
      : await connect.describe(id, deadline.stage('further'));
    if (!('value' in described)) return outcomeOf(described);
    if (!isAgentChatOf(source, described.value)) continue;
    if (described.value.AgentInfo?.Id) return described.value;
    newest ??= described.value;
  }
  return newest ?? (await goBackFrom(source, connect, deadline)) ?? source;
}

/** The first chat with an agent, from the source contact back; without an agent the first chat, but never a survey. */
async function goBackFrom(
  source: DescribedContact,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<DescribedContact | Outcome | undefined> {
  let newest: DescribedContact | undefined;
  let contact = source;
  for (let described = 0; ; described++) {
    if (isAgentChatOf(source, contact) && contact.DisconnectTimestamp) {
      if (contact.AgentInfo?.Id) return contact;
      newest ??= contact;
    }
    const previous = contact.PreviousContactId?.trim();
    if (!previous || isSameContact(previous, contact.Id) || described === DESCRIBED_MAX) return newest;
    const answer = await connect.describe(previous, deadline.stage('further'));
    if ('unavailable' in answer) return outcomeOf(answer);
    if ('refused' in answer) return newest;
    contact = answer.value;
  }
}

/** Whether a described contact is a chat of the source contact's session that an agent may have handled. */
function isAgentChatOf(source: DescribedContact, contact: DescribedContact): boolean {
  return isAgentChat(contact) && !isGuide(fieldsOf(contact)) && isSameContact(sessionOf(contact), sessionOf(source));
}
