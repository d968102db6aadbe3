import type { Contact } from '@aws-sdk/client-connect';
import type { AmazonConnect } from './amazon-connect/operations.ts';
import type { Deadline } from './deadline.ts';
import { type Outcome, rejected } from './outcome.ts';
import type { AssociationRequest } from './request.ts';
import { endOf, membersOf } from './session.ts';

/**
 * How long after its end a chat may still be waiting for its transcript, seconds: the admin guide asks for 30 to 60
 * ("Enable persistent chat"); half as much again for the ends that Connect writes late.
 */
export const TRANSCRIPT_READY_SECONDS = 90;

/** Why Connect refused. `explained`: it is known that the current contact was not persistent already, or that it was. */
export interface Explanation {
  outcome: Outcome;
  explained: boolean;
}

/**
 * Explains an association that Connect refused with 400, which does not say why. Asked only after it: the current
 * contact's `RelatedContactId` is also set for other reasons than a persistent chat. Without the session's contacts, the
 * source contact's own end decides.
 *
 * The customer who is to wait and try again sends the same request with the same `ClientToken`. That a refused request
 * does not use up its token is an assumption: nothing public settles it.
 */
export async function explainRefusal(
  request: AssociationRequest,
  sourceContact: Contact | undefined,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Explanation> {
  const current = await connect.describe(request.contactId, deadline);
  const explained = current.kind === 'answered';
  const related = explained ? current.value.RelatedContactId?.trim() : undefined;
  if (related) return { explained, outcome: { status: 'ALREADY_PERSISTENT', continuedFromContactId: related } };
  if (!sourceContact) return { explained, outcome: rejected('REJECTED_BY_CONNECT') };

  // The source contact may have ended long before its session did: a transfer or a survey came after it.
  const listed = await connect.listAssociated(sourceContact.Id ?? '', deadline);
  const sessionEnd = endOf(membersOf(sourceContact, listed.kind === 'answered' ? listed.value : []));
  if (!sessionEnd) return { explained, outcome: rejected('SOURCE_CONTACT_STILL_ACTIVE') };
  return { explained, outcome: justEnded(sessionEnd) ?? rejected('REJECTED_BY_CONNECT') };
}

function justEnded(endedAt: Date): Outcome | undefined {
  const secondsToWait = TRANSCRIPT_READY_SECONDS - (Date.now() - endedAt.getTime()) / 1_000;
  if (secondsToWait <= 0) return undefined;
  // Another clock than ours wrote the end: it may seem to lie ahead.
  const retryAfterSeconds = Math.min(Math.ceil(secondsToWait), TRANSCRIPT_READY_SECONDS);
  return { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds };
}
