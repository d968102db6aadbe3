import { TIMES } from '../aws/deadline.ts';
import { type Finished, isFinished, type Reason } from '../outcome.ts';
import type { Candidate } from '../request.ts';
import type { Result } from '../result.ts';
import { isSameContact } from '../values.ts';
import type { Chat } from './chat.ts';
import { type Choice, chooseAssociation } from './choose.ts';
import { confirmAssociation } from './link.ts';
import { explainRefusal, outcomeOf } from './refusal.ts';

/** Whether another candidate may fit where one was rejected for this reason. */
const ANOTHER_MAY_FIT: Readonly<Record<Reason<'REJECTED'>, boolean>> = {
  SOURCE_CONTACT_NOT_FOUND: true,
  SOURCE_CONTACT_NOT_CHAT: true,
  SOURCE_CONTACT_STILL_ACTIVE: true,
  SOURCE_CONTACT_IN_CURRENT_SESSION: true,
  SOURCE_CONTACT_NOT_OWNED: true,
  SOURCE_CONTACT_OWNER_UNKNOWN: true,
  REJECTED_BY_CONNECT: true,
  // Its transcript will be available soon.
  SOURCE_CONTACT_JUST_ENDED: false,
  // Only a past contact that is named gets these, and then it is the only candidate.
  SOURCE_CONTACT_ID_INVALID: false,
  CUSTOMER_UNKNOWN: false,
};

/**
 * Continues the first candidate that fits; there must be one candidate or more. If none fits, the first one's result
 * counts; but a result after which no other is tried, such as a failure, counts at once.
 *
 * @throws {OperatorError} what only an operator can fix
 */
export async function continueFirst(candidates: readonly Candidate[], chat: Chat): Promise<Result> {
  let first: Result | undefined;
  for (const candidate of candidates) {
    const deadline = first ? chat.deadline.startedAnew() : chat.deadline;
    if (first && deadline.remaining() < TIMES.request) break;
    const continued = await continueFrom(candidate.sourceContactId, { ...chat, deadline });
    const result = { ...candidate, ...continued };
    if (!anotherMayFit(result)) return result;
    first ??= result;
  }
  return first as Result;
}

/** Not after a refusal that could not be explained: the chat may be persistent already. */
function anotherMayFit({ outcome, refusalExplained }: Result): boolean {
  if (outcome.status !== 'REJECTED') return false;
  const needsExplanation = outcome.reason === 'REJECTED_BY_CONNECT';
  return ANOTHER_MAY_FIT[outcome.reason] && (refusalExplained ?? !needsExplanation);
}

async function continueFrom(sourceContactId: string, chat: Chat): Promise<Result> {
  const choice = await chooseAssociation(sourceContactId, chat);
  if (isFinished(choice)) return choice;
  const { sourceContact, ownerVerified, checkUnavailable, reason } = choice;
  const found = { sourceContact, ownerVerified, checkUnavailable };
  if (chat.request.mode === 'FIND') return { ...found, outcome: { status: 'FOUND', ...(reason && { reason }) } };
  return { ...found, ...(await associate(choice, chat)) };
}

/** Asks for the association; explains a refusal, and finds out a result that is unknown. */
async function associate(choice: Choice, chat: Chat, isFirstTime = true): Promise<Result> {
  const { association, reason, sourceContact, session } = choice;
  const { request, connect, deadline } = chat;
  // With the check off, the function's role lacks the permission (template.yaml).
  const mayDescribe = request.settings.sourceContactCheck !== 'OFF';
  // A link that was already in the event confirms nothing.
  const confirmable = mayDescribe && !isSameContact(request.relatedContactId ?? '', association.sourceContactId);
  const changes = confirmable ? 'confirmable' : 'unconfirmable';
  // After so many answers that cannot be read, a description of the current contact may show the result.
  const unreadableMax = confirmable && isFirstTime ? 2 : undefined;
  const answer = await connect.associate(association, deadline, { changes, unreadableMax });
  const associatedWith = (continuedFromContactId: string): Finished => ({
    outcome: { status: 'ASSOCIATED', continuedFromContactId, ...(reason && { reason }) },
  });
  if ('value' in answer) return associatedWith(answer.value);
  if (mayDescribe && 'refused' in answer && answer.refused === 400) return explainRefusal(sourceContact, session, chat);
  if (!confirmable || !answer.resultUnknown) return { outcome: outcomeOf(answer) };

  const confirmed = await confirmAssociation(association, chat);
  if ('continuedFromContactId' in confirmed) return associatedWith(confirmed.continuedFromContactId);
  // It was not made, and there is time left: the next answers may be better.
  if (isFirstTime && confirmed.known && deadline.remaining() >= TIMES.request) return associate(choice, chat, false);
  return { outcome: outcomeOf(answer), refusalExplained: confirmed.known };
}
