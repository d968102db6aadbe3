import type { AmazonConnect } from '../aws/connect.ts';
import type { Deadline } from '../aws/retry.ts';
import { type Outcome, rejected } from '../outcome.ts';
import type { ChatRequest } from '../request.ts';
import type { Findings } from '../result.ts';
import { endOf, membersOf } from './session.ts';

/**
 * How long after its end a chat may still be waiting for its transcript, seconds: the admin guide asks for 30 to 60
 * ("Enable persistent chat"); half as much again for the ends that Connect writes late.
 */
export const TRANSCRIPT_READY_SECONDS = 90;

/**
 * Explains an association that Connect refused with 400, which does not say why. Asked only after it: the current
 * contact's `RelatedContactId` is also set for other reasons than a persistent chat. Without the session's contacts, the
 * source contact's own end decides.
 *
 * The customer who is to wait and try again sends the same request with the same `ClientToken`. That a refused request
 * does not use up its token is an assumption: nothing public settles it.
 *
 * @param findings `refusalExplained` is added to it
 */
export async function explainRefusal(
  { contactId }: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  findings: Findings,
): Promise<Outcome> {
  const current = await connect.describe(contactId, deadline);
  findings.refusalExplained = 'value' in current;
  const related = 'value' in current ? current.value.RelatedContactId?.trim() : undefined;
  if (related) return { status: 'ALREADY_PERSISTENT', continuedFromContactId: related };
  const { sourceContact } = findings;
  if (!sourceContact) return rejected('REJECTED_BY_CONNECT');

  // The source contact may have ended long before its session did: a transfer or a survey came after it.
  const listed = await connect.listAssociated(sourceContact.Id ?? '', deadline);
  const sessionEnd = endOf(membersOf(sourceContact, 'value' in listed ? listed.value : []));
  if (!sessionEnd) return rejected('SOURCE_CONTACT_STILL_ACTIVE');
  return justEnded(sessionEnd) ?? rejected('REJECTED_BY_CONNECT');
}

function justEnded(endedAt: Date): Outcome | undefined {
  const secondsToWait = TRANSCRIPT_READY_SECONDS - (Date.now() - endedAt.getTime()) / 1_000;
  if (secondsToWait <= 0) return undefined;
  // Another clock than ours wrote the end: it may seem to lie ahead.
  const retryAfterSeconds = Math.min(Math.ceil(secondsToWait), TRANSCRIPT_READY_SECONDS);
  return { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds };
}
