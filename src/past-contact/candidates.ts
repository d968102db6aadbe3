import type { AmazonConnect } from '../aws/connect.ts';
import type { Deadline } from '../aws/retry.ts';
import { type Outcome, rejected } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import { CANDIDATES_MAX } from '../session-store/sessions.ts';
import type { SessionRecord } from '../session-store/table.ts';
import { findAlreadyPersistent } from './refusal.ts';

/**
 * Finds the past contacts to try, best first: the one that the flow or the attributes name, else the customer's last ones
 * from the session store. One that is named but unusable does not fall back to the store.
 *
 * @returns at least one, or the outcome without any
 * @throws {OperatorError} the session store is needed, and only an operator can fix what it lacks
 */
export async function findCandidates(
  request: ChatRequest,
  connect: AmazonConnect,
  deadline: Deadline,
  sessionRecord: Promise<SessionRecord> | undefined,
): Promise<Candidate[] | Outcome> {
  const { named, refused, customerHidden } = request;
  // The second call of a chat that was associated.
  if (customerHidden && (sessionRecord || (named && (refused === undefined || refused === 'CUSTOMER_UNKNOWN')))) {
    const already = await findAlreadyPersistent(request, connect, deadline.for('second call'), {});
    if (already) return already;
  }
  if (named) return refused ? rejected(refused) : [named];
  const { misconfigured, error, pastSessions = [] } = (await sessionRecord) ?? {};
  if (misconfigured) throw misconfigured;
  if (error) return { status: 'FAILED', reason: 'SESSION_STORE_UNAVAILABLE' };
  if (pastSessions.length === 0) return { status: 'NO_SOURCE_CONTACT' };
  return pastSessions
    .slice(0, CANDIDATES_MAX)
    .map(sourceContactId => ({ sourceContactId, sourceContactIdFrom: 'store' }));
}
