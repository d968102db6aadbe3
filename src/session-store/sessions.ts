import { isContactId } from '../values.ts';

/** A session of a customer, by its initial contact, and when its first invocation was, milliseconds since 1970. */
export interface Session {
  initialContactId: string;
  beganAt: number;
}

/** What began less than this before the current session is a second tab or a reload, and not the past, milliseconds. */
const PARALLEL_MS = 60_000;

/** At most this many past sessions are tried. */
export const CANDIDATES_MAX = 2;
/** With more sessions than this, an item is trimmed. */
const SESSIONS_MAX = 10;
/** How many older sessions are kept then. */
const OLDER_KEPT = 3;
/** Never trimmed, milliseconds: a chat that is still open finds again what its first invocation found. */
const YOUNG_MS = 60 * 60 * 1_000;
/** At most this many sessions are kept, the current one among them. */
const KEPT_MAX = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The customer's past sessions, newest first. DynamoDB deletes expired items days late: what is too old is left out. */
export function pastSessions(sessions: readonly Session[], current: Session, days: number): string[] {
  return others(sessions, current)
    .filter(({ beganAt }) => beganAt <= current.beganAt - PARALLEL_MS && beganAt >= current.beganAt - days * DAY_MS)
    .map(idOf)
    .filter(isContactId);
}

/**
 * The sessions that an item need not keep: those too old, and beyond ten all but the young ones and the three newest others,
 * so that whatever a young session was to continue is kept as well. Never the current one.
 *
 * @param now milliseconds since 1970
 */
export function surplusSessions(sessions: readonly Session[], current: Session, days: number, now: number): string[] {
  const all = others(sessions, current);
  // A young session looks for older ones as it began, not as this one did.
  const remembered = all.filter(({ beganAt }) => beganAt >= Math.min(current.beganAt, now - YOUNG_MS) - days * DAY_MS);
  const young = remembered.filter(({ beganAt }) => beganAt > now - YOUNG_MS - PARALLEL_MS);
  const older = remembered.filter(session => !young.includes(session));
  const trims = sessions.length > SESSIONS_MAX;
  const kept = trims ? [...young, ...older.slice(0, OLDER_KEPT)].slice(0, KEPT_MAX - 1) : remembered;
  return all.filter(session => !kept.includes(session)).map(idOf);
}

function idOf({ initialContactId }: Session): string {
  return initialContactId;
}

/** Newest first; of two that began in one millisecond, always the same. */
function others(sessions: readonly Session[], current: Session): Session[] {
  return sessions
    .filter(({ initialContactId }) => initialContactId !== current.initialContactId)
    .sort((a, b) => b.beganAt - a.beganAt || (a.initialContactId < b.initialContactId ? -1 : 1));
}
