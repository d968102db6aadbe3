import type { AmazonConnect } from '../aws/connect.ts';
import { Deadline } from '../aws/retry.ts';
import { isOutcome, type Outcome, outcomeOf, type RejectedReason, reasonOf } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import type { Findings, Result } from '../result.ts';
import { chooseAssociation } from './choose.ts';
import { explainRefusal } from './refusal.ts';

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

/** With less time than this, milliseconds, another candidate is not tried. */
const TRY_NEXT_MIN_MS = 500;

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
    const limit = first ? new Deadline(deadline.remaining()) : deadline;
    if (first && limit.remaining() < TRY_NEXT_MIN_MS) break;
    const findings: Findings & Candidate = { rehydrationType: request.rehydrationType, ...candidate };
    const outcome = await continueChat(request, connect, limit, findings);
    const result = { ...findings, outcome };
    if (!anotherMayFit(result)) return result;
    first ??= result;
  }
  return first as Result; // There is at least one candidate.
}

/** Chooses the association, asks for it, and explains it where Connect refuses. The choice has the first half of the time. */
async function continueChat(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings & Candidate,
): Promise<Outcome> {
  const association = await chooseAssociation(request, connect, deadline.part(1 / 2), findings);
  if (isOutcome(association)) return association;
  const answer = await connect.associate(association, deadline);
  if ('value' in answer) return { status: 'ASSOCIATED', continuedFromContactId: answer.value };
  if ('refused' in answer && answer.refused === 400 && request.settings.sourceContactCheck !== 'OFF') {
    return explainRefusal(request, connect, deadline, findings);
  }
  return outcomeOf(answer);
}

function anotherMayFit({ outcome, refusalExplained }: Result): boolean {
  const reason = reasonOf(outcome);
  return TRY_NEXT.has(reason) || (reason === 'REJECTED_BY_CONNECT' && refusalExplained === true);
}
