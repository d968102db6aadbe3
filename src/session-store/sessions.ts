import { isContactId } from '../values.ts';

/** A session of a customer, by its initial contact, and when its first invocation was, milliseconds since 1970. */
export interface Session {
  initialContactId: string;
  beganAt: number;
}

/** Milliseconds: what began later than this before the current session is a second tab or a reload. */
const PARALLEL_MS = 60_000;
/** At most this many past sessions are tried. */
export const CANDIDATES_MAX = 2;
/** Milliseconds: for an hour, an open chat finds again what its first invocation found. */
const YOUNG_MS = 60 * 60 * 1_000 + PARALLEL_MS;
const OLDER_KEPT = 20;
/** How many sessions an item keeps, the current one among them. */
const KEPT_MAX = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The customer's past sessions, newest first, without parallel ones and any older than `days`. */
export function pastSessions(sessions: readonly Session[], current: Session, days: number): string[] {
  return others(sessions, current)
    .filter(({ beganAt }) => beganAt <= current.beganAt - PARALLEL_MS && beganAt >= current.beganAt - days * DAY_MS)
    .map(({ initialContactId }) => initialContactId)
    .filter(isContactId);
}

/** The sessions to remove, newest first. Kept: the last hour's and 20 before, at most 100, none older than `days`. */
export function surplusSessions(sessions: readonly Session[], current: Session, days: number, now: number): string[] {
  const all = others(sessions, current);
  const young = all.filter(({ beganAt }) => beganAt > now - YOUNG_MS);
  const kept = Math.min(young.length + OLDER_KEPT, KEPT_MAX - 1);
  // A recent session looks back from its own start, not from this one's.
  const oldest = Math.min(current.beganAt, now - YOUNG_MS) - days * DAY_MS;
  const surplus = all.filter(({ beganAt }, index) => index >= kept || beganAt < oldest);
  return surplus.map(({ initialContactId }) => initialContactId);
}

/** All but the current session, newest first; those of one millisecond in a fixed order. */
function others(sessions: readonly Session[], current: Session): Session[] {
  return sessions
    .filter(({ initialContactId }) => initialContactId !== current.initialContactId)
    .sort((a, b) => b.beganAt - a.beganAt || (a.initialContactId < b.initialContactId ? -1 : 1));
}
