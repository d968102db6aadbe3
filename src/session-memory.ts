import type { ServiceError } from './aws/service-error.ts';
import type { Deadline } from './deadline.ts';
import type { Chat } from './request.ts';
import type { Recorded, SessionStore } from './session-store/session-store.ts';

/** At most this much of the time is the session store's, and a quarter of it; milliseconds. */
const STORE_MAX_MS = 1_000;

/** What the session store did for a chat. `misconfigured`: what only an operator can fix. */
export type Memory = { kind: 'customerUnknown' } | Recorded | { kind: 'misconfigured'; error: Error };

/** The session store at work, beside the calls to Amazon Connect. Neither promise is ever rejected. */
interface Remembering {
  memory: Promise<Memory>;
  /** When it has done what it can, within its own time. */
  done: Promise<unknown>;
}

/** Begins to record the chat's session. Without a known customer, nothing is asked of the table. */
export function rememberSession(store: SessionStore, chat: Chat, deadline: Deadline): Remembering {
  const { instanceId, initialContactId, customer } = chat;
  if (!customer) {
    const memory = Promise.resolve<Memory>({ kind: 'customerUnknown' });
    return { memory, done: memory };
  }
  const session = { instanceId, initialContactId, customer };
  const limit = deadline.part(1 / 4, STORE_MAX_MS);
  const memory: Promise<Memory> = store
    .record(session, limit)
    .catch((error: Error) => ({ kind: 'misconfigured', error }));
  const done = memory.then(recorded =>
    recorded.kind === 'recorded' ? store.trim(session, recorded.surplus, limit) : undefined,
  );
  return { memory, done };
}

/** What went wrong with the session store, for the log; `undefined` where nothing did. */
export function storeErrorOf(
  memory: Memory | undefined,
): Pick<ServiceError, 'operation' | 'name' | 'message'> | undefined {
  if (memory?.kind === 'unavailable') return memory.error;
  if (memory?.kind !== 'misconfigured') return undefined;
  return { operation: 'UpdateItem', name: memory.error.name, message: memory.error.message };
}
