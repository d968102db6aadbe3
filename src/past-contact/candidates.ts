import { isFinished, rejected } from '../outcome.ts';
import type { Candidate, ChatRequest } from '../request.ts';
import type { Result } from '../result.ts';
import { CANDIDATES_MAX } from '../session-store/sessions.ts';
import type { SessionRecord } from '../session-store/table.ts';
import type { Chat } from './chat.ts';
import { CHECK_UNAVAILABLE } from './check.ts';
import { findAlreadyPersistent } from './link.ts';

/**
 * Finds the past contacts to try, best first: the one that the flow or the attributes name, otherwise the customer's
 * last ones from the session store; if there are none, the outcome. The store is not used if the named one is unusable.
 *
 * @throws {OperatorError} what only an operator can fix: of Amazon Connect, or of the session store if it is needed
 */
export async function findCandidates(
  chat: Chat,
  sessionRecord?: Promise<SessionRecord>,
): Promise<Candidate[] | Result> {
  const { named, namedRefusal } = chat.request;
  if (mayBePersistent(chat.request, sessionRecord !== undefined)) {
    const persistence = await findAlreadyPersistent({ ...chat, deadline: chat.deadline.for('description') });
    if (isFinished(persistence)) return persistence;
    if (!persistence.known) return CHECK_UNAVAILABLE;
  }
  if (named) return namedRefusal ? { outcome: rejected(namedRefusal) } : [named];
  const { misconfigured, error, pastSessions = [] } = (await sessionRecord) ?? {};
  if (misconfigured) throw misconfigured;
  if (error) return { outcome: { status: 'FAILED', reason: 'SESSION_STORE_UNAVAILABLE' } };
  const ids = pastSessions.slice(0, CANDIDATES_MAX);
  if (ids.length === 0) return { outcome: { status: 'NO_SOURCE_CONTACT' } };
  return ids.map(sourceContactId => ({ sourceContactId, sourceContactIdFrom: 'store' }));
}

/**
 * Whether an earlier invocation may have made this chat persistent, and nothing else would tell: its customer is
 * unknown because of the link, or no association is asked for.
 */
function mayBePersistent(request: ChatRequest, hasStore: boolean): boolean {
  const { named, namedRefusal, customerHidden, mode, relatedContactId } = request;
  const isLinked = customerHidden || (mode === 'FIND' && Boolean(relatedContactId));
  const isRefused = namedRefusal && !(customerHidden && namedRefusal === 'CUSTOMER_UNKNOWN');
  return isLinked && (hasStore || (named !== undefined && !isRefused));
}
