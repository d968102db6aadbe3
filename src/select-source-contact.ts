import type { Contact } from '@aws-sdk/client-connect';
import type { Answer } from './amazon-connect/answer.ts';
import type { AmazonConnect, Association } from './amazon-connect/operations.ts';
import { isSameContact } from './contact-id.ts';
import type { Deadline } from './deadline.ts';
import { findLastAgentSegment } from './find-last-agent-segment.ts';
import { type Outcome, rejected, rejectedWith } from './outcome.ts';
import type { AssociationRequest } from './request.ts';
import { sessionOf } from './session.ts';
import type { Settings } from './settings.ts';
import { asksForOwner, type Judgement, judgeOwner, judgeSourceContact } from './source-contact-check.ts';

/** What the source contact check found out. */
export interface Findings {
  /** True when both customers were known and equal, false when one was not known or they differ; absent: not compared. */
  ownerVerified?: boolean | undefined;
  /** The source contact could not be described in time. */
  checkUnavailable?: boolean;
  /** The contact that was named, or for `FROM_LAST_AGENT_SEGMENT` found, where it could be described. */
  sourceContact?: Contact | undefined;
}

/** Which contact to send, or what became of the chat without an association. */
export type Selection = Findings & ({ association: Association } | { outcome: Outcome });

/**
 * Selects the contact that an association is to be asked for, after the source contact check.
 *
 * @param deadline of all checks together
 */
export async function selectSourceContact(
  request: AssociationRequest,
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Selection> {
  const { sourceContactId, rehydrationType, customer } = request;
  const check = settings.sourceContactCheck;
  if (check === 'OFF') return { association: associationWith(sourceContactId, request) };
  if (check === 'OWNER_REQUIRED' && customer === undefined) return { outcome: rejected('CUSTOMER_UNKNOWN') };

  const decidesOwner = asksForOwner(check) && customer !== undefined;
  const answer = await connect.describe(sourceContactId, deadline);
  if (answer.kind === 'unavailable' && !decidesOwner) return unchecked(answer, request, settings);
  if (answer.kind !== 'answered') return undescribed(answer);

  const named = answer.value;
  const judgement = judgeSourceContact(named, request, settings);
  const findings = { ownerVerified: judgement.ownerVerified, sourceContact: named };
  if (!judgement.passed) return { ...findings, outcome: rejected(judgement.reason) };

  if (rehydrationType === 'FROM_SEGMENT') {
    return { ...findings, association: associationWith(sourceContactId, request) };
  }
  if (rehydrationType === 'FROM_LAST_AGENT_SEGMENT') {
    const found = await findLastAgentSegment(named, connect, deadline);
    if ('outcome' in found) return { ...findings, ...found };
    const { segment } = found;
    const ofSegment = judgeSourceContact(segment, request, settings);
    return alsoJudged(segment, ofSegment, { ...findings, sourceContact: segment }, request);
  }

  // ENTIRE_PAST_SESSION takes the session's initial contact only, and people have whichever contact id they have.
  const initialContactId = sessionOf(named);
  if (!decidesOwner || isSameContact(initialContactId, sourceContactId)) {
    return { ...findings, association: associationWith(initialContactId, request) };
  }
  const initial = await connect.describe(initialContactId, deadline);
  if (initial.kind !== 'answered') return { ...findings, ...undescribed(initial) };
  return alsoJudged(initial.value, judgeOwner(initial.value, request, settings), findings, request);
}

/** The owner that is checked must be the owner of what is continued, where that is another contact than the named one. */
function alsoJudged(sent: Contact, judgement: Judgement, findings: Findings, request: AssociationRequest): Selection {
  const both = { ...findings, ownerVerified: findings.ownerVerified && judgement.ownerVerified };
  return judgement.passed
    ? { ...both, association: associationWith(sent.Id ?? '', request) }
    : { ...both, outcome: rejected(judgement.reason) };
}

/** The source contact could not be described, and no owner was to be compared: Connect decides. */
function unchecked(
  { reason }: Extract<Answer<Contact>, { kind: 'unavailable' }>,
  request: AssociationRequest,
  { sourceContactCheck }: Settings,
): Selection {
  // Without the source contact, its session cannot be searched for the last agent.
  if (request.rehydrationType === 'FROM_LAST_AGENT_SEGMENT') {
    return { outcome: { status: 'FAILED', reason }, checkUnavailable: true };
  }
  return {
    association: associationWith(request.sourceContactId, request),
    ownerVerified: asksForOwner(sourceContactCheck) ? false : undefined,
    checkUnavailable: true,
  };
}

/** Without a description that Connect refuses, or that was to decide the owner, nothing is associated. */
function undescribed(answer: Exclude<Answer<Contact>, { kind: 'answered' }>): Selection {
  if (answer.kind === 'unavailable') {
    return { outcome: { status: 'FAILED', reason: 'CHECK_UNAVAILABLE' }, checkUnavailable: true };
  }
  return { outcome: rejectedWith(answer.status) };
}

function associationWith(sourceContactId: string, { contactId, rehydrationType }: AssociationRequest): Association {
  const entire = rehydrationType === 'ENTIRE_PAST_SESSION';
  return { contactId, sourceContactId, rehydrationType: entire ? rehydrationType : 'FROM_SEGMENT' };
}
