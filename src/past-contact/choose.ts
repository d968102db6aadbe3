import type { AmazonConnect, Association } from '../aws/connect.ts';
import type { Unanswered } from '../aws/failure.ts';
import type { Deadline } from '../aws/retry.ts';
import { isOutcome, type Outcome, outcomeOf } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import type { Findings } from '../result.ts';
import { isSameContact } from '../values.ts';
import { checkContact, checkOwner, comparesOwners } from './check.ts';
import { findLastAgentSegment } from './last-agent.ts';
import { sessionOf } from './session.ts';

/**
 * Chooses the association to ask for, after the source contact check.
 *
 * @param deadline of all checks together
 * @param findings has the past contact to choose for; what is found out is added to it
 * @returns the association, or the outcome of a contact that may not be continued
 */
export async function chooseAssociation(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings & Candidate,
): Promise<Association | Outcome> {
  const { contactId, rehydrationType, customer, settings } = request;
  const { sourceContactId } = findings;
  const type = rehydrationType === 'ENTIRE_PAST_SESSION' ? rehydrationType : 'FROM_SEGMENT';
  const associationWith = (id: string): Association => ({ contactId, sourceContactId: id, rehydrationType: type });
  if (settings.sourceContactCheck === 'OFF') return associationWith(sourceContactId);

  const decidesOwner = comparesOwners(settings.sourceContactCheck) && customer !== undefined;
  const described = await connect.describe(sourceContactId, deadline);
  if ('unavailable' in described && !decidesOwner) {
    findings.checkUnavailable = true;
    // Without the source contact, its session cannot be searched for the last agent.
    if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') return outcomeOf(described);
    if (comparesOwners(settings.sourceContactCheck)) findings.ownerVerified = false;
    // No owner was to be compared: Connect decides.
    return associationWith(sourceContactId);
  }
  if (!('value' in described)) return undescribed(described, findings);

  const named = described.value;
  findings.sourceContact = named;
  const refused = checkContact(named, request, findings);
  if (refused) return refused;

  if (rehydrationType === 'FROM_SEGMENT') return associationWith(sourceContactId);
  // What is sent is checked too, where it is another contact than the one that was named.
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') {
    const segment = await findLastAgentSegment(named, connect, deadline);
    if (isOutcome(segment)) return segment;
    findings.sourceContact = segment;
    return checkContact(segment, request, findings) ?? associationWith(segment.Id ?? '');
  }

  // ENTIRE_PAST_SESSION takes the session's initial contact only, and people have whichever contact id they have.
  const initialContactId = sessionOf(named);
  if (!decidesOwner || isSameContact(initialContactId, sourceContactId)) return associationWith(initialContactId);
  const initial = await connect.describe(initialContactId, deadline);
  if (!('value' in initial)) return undescribed(initial, findings);
  return checkOwner(initial.value, request, findings) ?? associationWith(initial.value.Id ?? '');
}

/** Without a description that Connect refuses, or that was to decide the owner, nothing is associated. */
function undescribed(unanswered: Unanswered, findings: Findings): Outcome {
  if ('refused' in unanswered) return outcomeOf(unanswered);
  findings.checkUnavailable = true;
  return { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' };
}
