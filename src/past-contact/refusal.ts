import type { DescribedContact, ListedContact } from '../aws/answers.ts';
import type { Unanswered } from '../aws/failure.ts';
import { isFinished, type Outcome, rejected } from '../outcome.ts';
import type { Result } from '../result.ts';
import type { Chat } from './chat.ts';
import { findAlreadyPersistent } from './link.ts';
import { endOf, membersOf } from './session.ts';

/** How long a transcript may take: 60 seconds (admin guide), and 30 more because Connect writes some ends late. */
export const TRANSCRIPT_READY_SECONDS = 90;

/** The outcome after a request that Connect could not answer in time, or refused (4xx): only 404 says why. */
export function outcomeOf(unanswered: Unanswered): Outcome {
  if ('unavailable' in unanswered) return { status: 'FAILED', reason: unanswered.unavailable };
  return rejected(unanswered.refused === 404 ? 'SOURCE_CONTACT_NOT_FOUND' : 'REJECTED_BY_CONNECT');
}

/**
 * Explains an association that Connect refused with 400, which does not say why, from the contact that was sent and the
 * contacts of its session, if they are known. After `retryAfterSeconds`, the flow tries again with the same request and
 * the same `ClientToken`: that a refused request does not use it up is an assumption (docs/design.md, A1).
 */
export async function explainRefusal(
  sourceContact: DescribedContact | undefined,
  session: ListedContact[] | undefined,
  chat: Chat,
): Promise<Result> {
  const persistence = await findAlreadyPersistent(chat);
  if (isFinished(persistence)) return { ...persistence, refusalExplained: true };
  const refusalExplained = persistence.known;
  if (!sourceContact) return { outcome: rejected('REJECTED_BY_CONNECT'), refusalExplained };

  // The source contact may have ended long before its session did: a transfer or a survey came after it.
  const sessionEnd = endOf(session ?? (await listSession(sourceContact, chat)));
  if (!sessionEnd) return { outcome: rejected('SOURCE_CONTACT_STILL_ACTIVE'), refusalExplained };
  return { outcome: justEnded(sessionEnd) ?? rejected('REJECTED_BY_CONNECT'), refusalExplained };
}

/** The contacts of the session, or the source alone: a refused chat waits only briefly for the smallest quota. */
async function listSession(source: DescribedContact, { connect, deadline }: Chat): Promise<ListedContact[]> {
  const listed = await connect.listAssociated(source.Id, deadline.for('list after a refusal'));
  return membersOf(source, 'value' in listed ? listed.value : []);
}

function justEnded(endedAt: Date): Outcome | undefined {
  const secondsToWait = Math.ceil(TRANSCRIPT_READY_SECONDS - (Date.now() - endedAt.getTime()) / 1_000);
  if (secondsToWait <= 0) return undefined;
  // Another clock wrote the end: it may seem to lie ahead.
  const retryAfterSeconds = Math.min(secondsToWait, TRANSCRIPT_READY_SECONDS);
  return { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds };
}
