import type { AmazonConnect, Association } from '../aws/connect.ts';
import type { Unanswered } from '../aws/failure.ts';
import type { Deadline } from '../aws/retry.ts';
import { isOutcome, type Outcome, outcomeOf } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import type { Findings } from '../result.ts';
import { comparesOwners } from '../settings.ts';
import { isSameContact } from '../values.ts';
import { checkContact, checkOwner } from './check.ts';
import { findLastAgentSegment } from './last-agent.ts';
import { sessionOf } from './session.ts';

/**
 * Chooses the association to ask for, after the source contact check.
 *
 * @param deadline of the chat
 * @param findings has the past contact to choose for; what is found out is added to it
 * @returns the association, or the outcome of a contact that may not be continued
 */
export async function chooseAssociation(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings & Candidate,
): Promise<Association | Outcome> {
  const { contactId, rehydrationType, settings } = request;
  const { sourceContactId } = findings;
  const type = rehydrationType === 'ENTIRE_PAST_SESSION' ? rehydrationType : 'FROM_SEGMENT';
  const associationWith = (id: string): Association => ({ contactId, sourceContactId: id, rehydrationType: type });
  if (settings.sourceContactCheck === 'OFF') return associationWith(sourceContactId);

  const decidesOwner = comparesOwners(settings.sourceContactCheck);
  const described = await connect.describe(sourceContactId, deadline.for('description'));
  if ('unavailable' in described && !decidesOwner) {
    findings.checkUnavailable = true;
    // Without the source contact, its session cannot be searched for the last agent; otherwise Connect decides.
    return rehydrationType === 'FROM_LAST_AGENT_SEGMENT' ? outcomeOf(described) : associationWith(sourceContactId);
  }
  if (!('value' in described)) return undescribed(described, findings);

  const named = described.value;
  findings.sourceContact = named;
  const refused = checkContact(named, request, findings);
  if (refused) return refused;

  // What is sent is checked too, where it is another contact than the one that was named.
  let sent = named;
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') {
    const segment = await findLastAgentSegment(named, connect, deadline, findings);
    if (isOutcome(segment)) return segment;
    findings.sourceContact = segment;
    sent = segment;
    const refusedSegment = checkContact(segment, request, findings);
    if (refusedSegment) return refusedSegment;
  }

  // ENTIRE_PAST_SESSION takes the session's initial contact only, and people have whichever contact id they have. Of the
  // other types it is checked where a contact of nobody was: its transcript is shown, too.
  const initialContactId = sessionOf(named);
  const entire = rehydrationType === 'ENTIRE_PAST_SESSION';
  const isDescribed = [named, sent].some(contact => isSameContact(contact.Id, initialContactId));
  if (decidesOwner && !isDescribed && (entire || findings.ownerVerified === false)) {
    const initial = await connect.describe(initialContactId, deadline.for('description'));
    if (!('value' in initial)) return undescribed(initial, findings);
    const refusedInitial = checkOwner(initial.value, request, findings);
    if (refusedInitial) return refusedInitial;
  }
  return associationWith(entire ? initialContactId : sent.Id);
}

/** Without a description that Connect refuses, or that was to decide the owner, nothing is associated. */
function undescribed(unanswered: Unanswered, findings: Findings): Outcome {
  if ('refused' in unanswered) return outcomeOf(unanswered);
  findings.checkUnavailable = true;
  return { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' };
}
