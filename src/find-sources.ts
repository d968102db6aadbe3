import { type Outcome, rejected } from './outcome.ts';
import type { Asked, NamedSource } from './request.ts';
import type { Memory } from './session-memory.ts';
import { CANDIDATES_MAX } from './session-store/sessions.ts';

/** A past contact to try. */
export type Source = Required<Pick<Asked, 'sourceContactId' | 'sourceContactIdFrom'>>;

/** The past contacts to try, best first, or what became of the chat without any. */
type Found = { sources: readonly [Source, ...Source[]] } | { outcome: Outcome; source: Omit<Asked, 'rehydrationType'> };

/**
 * Finds the past contact: the one that the flow or the attributes name, else the customer's last ones from the session
 * store. One that is named but unusable does not fall back to the store.
 *
 * @throws {OperatorError} the session store is needed, and only an operator can fix what it lacks
 */
export async function findSources(named: NamedSource | undefined, memory: Promise<Memory> | undefined): Promise<Found> {
  if (named) {
    const { refused, ...source } = named;
    return refused ? { outcome: rejected(refused), source } : { sources: [source] };
  }
  const remembered = await memory;
  const source = { sourceContactIdFrom: 'none' } as const;
  if (remembered?.kind === 'misconfigured') throw remembered.error;
  if (remembered?.kind === 'unavailable') {
    return { outcome: { status: 'FAILED', reason: 'SESSION_STORE_UNAVAILABLE' }, source };
  }
  const sessions = remembered?.kind === 'recorded' ? remembered.pastSessions.slice(0, CANDIDATES_MAX) : [];
  const [newest, ...others] = sessions.map(
    (sourceContactId): Source => ({ sourceContactId, sourceContactIdFrom: 'store' }),
  );
  return newest ? { sources: [newest, ...others] } : { outcome: { status: 'NO_SOURCE_CONTACT' }, source };
}
