import type { AmazonConnect, Association } from '../aws/connect.ts';
import { type Deadline, TIMES } from '../aws/retry.ts';
import { isOutcome, type Outcome, outcomeOf, type RejectedReason, reasonOf } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import type { Findings, Result } from '../result.ts';
import { isPathId, isSameContact } from '../values.ts';
import { chooseAssociation } from './choose.ts';
import { explainRefusal } from './refusal.ts';
import { sessionOf } from './session.ts';

/**
 * This candidate does not fit; another one may, also after a refusal that was explained. Not so for a chat that just ended:
 * its transcript comes.
 */
const TRY_NEXT: ReadonlySet<string> = new Set<RejectedReason>([
  'SOURCE_CONTACT_NOT_FOUND',
  'SOURCE_CONTACT_NOT_CHAT',
  'SOURCE_CONTACT_STILL_ACTIVE',
  'SOURCE_CONTACT_NOT_OWNED',
  'SOURCE_CONTACT_OWNER_UNKNOWN',
  'SOURCE_CONTACT_IN_CURRENT_SESSION',
]);

/**
 * Continues the first candidate that fits. Where none does, the first one's result counts; one after which no other is
 * tried, a failure for instance, counts at once.
 *
 * @param candidates at least one, best first
 * @param deadline of the first candidate; each further one has what is left
 * @throws {OperatorError} what only an operator can fix
 */
export async function continueFirst(
  candidates: readonly Candidate[],
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Result> {
  let first: Result | undefined;
  for (const candidate of candidates) {
    const limit = first ? deadline.for('next candidate') : deadline;
    if (first && limit.remaining() < TIMES.request) break;
    const findings: Findings & Candidate = { rehydrationType: request.rehydrationType, ...candidate };
    const outcome = await continueChat(request, connect, limit, findings);
    const result = { ...findings, outcome };
    if (!anotherMayFit(result)) return result;
    first ??= result;
  }
  return first as Result; // There is at least one candidate.
}

/** Chooses the association and asks for it; explains a refusal, and finds out what became of a request without an answer. */
async function continueChat(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings & Candidate,
): Promise<Outcome> {
  const association = await chooseAssociation(request, connect, deadline, findings);
  if (isOutcome(association)) return association;
  // With the check off, the function's role may not describe a contact.
  const mayDescribe = request.settings.sourceContactCheck !== 'OFF';
  const confirmable = mayDescribe && !isSameContact(request.relatedContactId ?? '', association.sourceContactId);
  const answer = await connect.associate(association, deadline, confirmable);
  const associatedWith = (continuedFromContactId: string): Outcome => ({
    status: 'ASSOCIATED',
    continuedFromContactId,
    ...(findings.sessionNotListed && { reason: 'SESSION_NOT_LISTED' }),
  });
  if ('value' in answer) return associatedWith(answer.value);
  if ('refused' in answer && answer.refused === 400 && mayDescribe) {
    return explainRefusal(request, connect, deadline, findings);
  }
  const confirmed = answer.resultUnknown && confirmable && (await linkMadeBy(association, request, connect, deadline));
  return confirmed ? associatedWith(confirmed) : outcomeOf(answer);
}

/** The contact that the chat continues, where an association without an answer made the link that was asked for. */
async function linkMadeBy(
  { contactId, sourceContactId, rehydrationType }: Association,
  { relatedContactId }: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<string | undefined> {
  const current = await connect.describe(contactId, deadline);
  const related = 'value' in current ? current.value.RelatedContactId?.trim() : undefined;
  if (!isPathId(related) || isSameContact(related, relatedContactId ?? '')) return undefined;
  if (isSameContact(related, sourceContactId)) return related;
  if (rehydrationType === 'FROM_SEGMENT') return undefined;
  // Of an entire session, Connect chooses the contact that ended last.
  const described = await connect.describe(related, deadline);
  return 'value' in described && isSameContact(sessionOf(described.value), sourceContactId) ? related : undefined;
}

/** Not after a refusal that could not be explained: the chat may be persistent already. */
function anotherMayFit({ outcome, refusalExplained }: Result): boolean {
  const reason = reasonOf(outcome);
  if (refusalExplained === false) return false;
  return TRY_NEXT.has(reason) || (reason === 'REJECTED_BY_CONNECT' && refusalExplained === true);
}
