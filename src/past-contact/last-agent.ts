import type { DescribedContact, ListedContact } from '../aws/answers.ts';
import type { Answer, Unanswered } from '../aws/failure.ts';
import { fieldsOf, isGuide } from '../customer.ts';
import { type Finished, rejected } from '../outcome.ts';
import { isSameContact } from '../values.ts';
import type { Chat } from './chat.ts';
import { outcomeOf } from './refusal.ts';
import { chatsOf, endOf, isChat, isOfDisconnectFlow, membersOf, sessionOf } from './session.ts';

/** In each of the two searches, at most this many contacts are described anew. */
const DESCRIBED_MAX = 3;

/**
 * Finds the last chat contact of the source contact's session that an agent handled, otherwise the newest outside the
 * disconnect flow, otherwise the source contact. Only a description names the agent, so the newest chats are described,
 * one after the other. If that finds nothing, or if the session cannot be listed (the list has the smallest quota of
 * all, 2 per second), the search goes back from the source contact, from one contact to the one before.
 *
 * @param known contacts of the session that were described already, the source contact among them
 * @returns an outcome if the session goes on, or if only a survey is left and list or description were unavailable
 */
export async function findLastAgentSegment(
  source: DescribedContact,
  known: readonly DescribedContact[],
  chat: Chat,
): Promise<{ segment: DescribedContact; session?: ListedContact[] } | Finished> {
  const listed = await chat.connect.listAssociated(source.Id, chat.deadline.for('session list'));
  const session = 'value' in listed ? membersOf(source, listed.value) : undefined;
  const chats = chatsOf(session ?? []);
  const conversation = chats.filter(member => !isOfDisconnectFlow(member));
  if (conversation.length > 0 && !endOf(conversation)) return { outcome: rejected('SOURCE_CONTACT_STILL_ACTIVE') };

  const newest = await pickSegment(source, describeNewest(chats, known, chat));
  const found = newest.segment ? newest : await pickSegment(source, describeBackFrom(source, chat));
  const unanswered = 'unavailable' in listed ? listed : (newest.throttled ?? found.throttled);
  if (!found.segment && unanswered && isOfDisconnectFlow(source)) return { outcome: outcomeOf(unanswered) };
  return { segment: found.segment ?? source, ...(session && { session }) };
}

/** The first contact with an agent, otherwise the first outside the disconnect flow, otherwise nothing. */
async function pickSegment(source: DescribedContact, contacts: AsyncIterable<Answer<DescribedContact>>) {
  const found: { segment?: DescribedContact; throttled?: Unanswered } = {};
  for await (const answer of contacts) {
    if ('unavailable' in answer && answer.unavailable === 'THROTTLED') found.throttled = answer;
    if (!('value' in answer) || !isChatOf(source, answer.value)) continue;
    if (answer.value.AgentInfo?.Id) return { segment: answer.value };
    if (!isOfDisconnectFlow(answer.value)) found.segment ??= answer.value;
  }
  return found;
}

async function* describeNewest(
  chats: readonly ListedContact[],
  known: readonly DescribedContact[],
  { connect, deadline }: Chat,
) {
  let described = 0;
  for (const member of chats) {
    const value = known.find(({ Id }) => isSameContact(Id, member.ContactId));
    if (value) yield { value };
    if (value || described === DESCRIBED_MAX) continue;
    described += 1;
    // A contact of the disconnect flow is most likely a survey: not worth a wait, and ignored if not described.
    const isSurvey = isOfDisconnectFlow(member);
    const answer = await connect.describe(member.ContactId, deadline.for('description'), { retryThrottled: !isSurvey });
    if (!isSurvey || 'value' in answer) yield answer;
  }
}

async function* describeBackFrom(source: DescribedContact, { connect, deadline }: Chat) {
  let answer: Answer<DescribedContact> = { value: source };
  for (let described = 0; ; described++) {
    const isOpen = 'value' in answer && !answer.value.DisconnectTimestamp;
    // An open contact cannot be continued.
    if (!isOpen) yield answer;
    if (!('value' in answer) || described === DESCRIBED_MAX) return;
    const { Id, PreviousContactId: previous } = answer.value;
    if (!previous || isSameContact(previous, Id)) return;
    answer = await connect.describe(previous, deadline.for('description'));
  }
}

/** Whether a described contact is a chat of the source contact's session that an agent may have handled. */
function isChatOf(source: DescribedContact, contact: DescribedContact): boolean {
  return isChat(contact) && !isGuide(fieldsOf(contact)) && isSameContact(sessionOf(contact), sessionOf(source));
}
