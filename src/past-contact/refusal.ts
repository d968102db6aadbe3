import type { DescribedContact } from '../aws/answers.ts';
import type { AmazonConnect } from '../aws/connect.ts';
import type { Deadline } from '../aws/retry.ts';
import { type Outcome, rejected } from '../outcome.ts';
import type { ChatRequest } from '../request.ts';
import type { Findings } from '../result.ts';
import { isPathId, isSameContact } from '../values.ts';
import { endOf, membersOf, type SessionMember } from './session.ts';

/**
 * How long after its end a chat may still be waiting for its transcript, seconds: the admin guide asks for 30 to 60
 * ("Enable persistent chat"); half as much again for the ends that Connect writes late.
 */
export const TRANSCRIPT_READY_SECONDS = 90;

/**
 * Explains an association that Connect refused with 400, which does not say why. Without the session's contacts, the source
 * contact's own end decides.
 *
 * The customer who is to wait and try again sends the same request with the same `ClientToken`. That a refused request
 * does not use up its token is an assumption: nothing public settles it.
 *
 * @param findings `refusalExplained` is added to it
 */
export async function explainRefusal(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings,
): Promise<Outcome> {
  const already = await findAlreadyPersistent(request, connect, deadline, findings);
  if (already) return already;
  const { sourceContact } = findings;
  if (!sourceContact) return rejected('REJECTED_BY_CONNECT');

  // The source contact may have ended long before its session did: a transfer or a survey came after it.
  const sessionEnd = endOf(findings.session ?? (await listSession(sourceContact, connect, deadline)));
  if (!sessionEnd) return rejected('SOURCE_CONTACT_STILL_ACTIVE');
  return justEnded(sessionEnd) ?? rejected('REJECTED_BY_CONNECT');
}

/**
 * The outcome of a chat that is persistent already; `undefined` for another one.
 *
 * Its `RelatedContactId` alone does not say so: a call that was deflected, a task, an open chat set it too. It counts where
 * the event did not show it yet, because then this chat's own association set it; and where it is a chat that ended before
 * the current one began.
 *
 * @param findings `refusalExplained` is added to it: false where a description is missing
 */
export async function findAlreadyPersistent(
  { contactId, initialContactId, relatedContactId }: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings,
): Promise<Outcome | undefined> {
  const current = await connect.describe(contactId, deadline);
  findings.refusalExplained = 'value' in current;
  if (!('value' in current)) return undefined;
  const related = current.value.RelatedContactId?.trim();
  if (!related) return undefined;
  const persistent: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: related };
  if (!isSameContact(related, relatedContactId ?? '')) return persistent;

  if (!isPathId(related) || !isPathId(initialContactId)) return undefined;
  const described = await connect.describe(related, deadline);
  // A transferred contact began after its chat did.
  const first = isSameContact(initialContactId, contactId)
    ? current
    : await connect.describe(initialContactId, deadline);
  findings.refusalExplained = !('unavailable' in described || 'unavailable' in first);
  if (!('value' in described && 'value' in first)) return undefined;
  const { Channel, DisconnectTimestamp: endedAt } = described.value;
  const beganAt = first.value.InitiationTimestamp;
  return Channel === 'CHAT' && endedAt && beganAt && endedAt <= beganAt ? persistent : undefined;
}

/** The contacts of the session, or the source alone: the list's quota is the smallest, and a refused chat waits for it briefly. */
async function listSession(
  source: DescribedContact,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<SessionMember[]> {
  const listed = await connect.listAssociated(source.Id, deadline.for('list after a refusal'));
  return membersOf(source, 'value' in listed ? listed.value : []);
}

function justEnded(endedAt: Date): Outcome | undefined {
  const secondsToWait = TRANSCRIPT_READY_SECONDS - (Date.now() - endedAt.getTime()) / 1_000;
  if (secondsToWait <= 0) return undefined;
  // Another clock than ours wrote the end: it may seem to lie ahead.
  const retryAfterSeconds = Math.min(Math.ceil(secondsToWait), TRANSCRIPT_READY_SECONDS);
  return { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds };
}
