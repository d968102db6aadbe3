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
/** An open chat finds again what its first invocation found: nothing that it may need is removed for an hour, milliseconds. */
const YOUNG_MS = 60 * 60 * 1_000 + PARALLEL_MS;
const OLDER_KEPT = 20;
/** The current session is among them. */
const KEPT_MAX = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The customer's past sessions, newest first. DynamoDB deletes expired items days late: what is too old is left out. */
export function pastSessions(sessions: readonly Session[], current: Session, days: number): string[] {
  return others(sessions, current)
    .filter(({ beganAt }) => beganAt <= current.beganAt - PARALLEL_MS && beganAt >= current.beganAt - days * DAY_MS)
    .map(({ initialContactId }) => initialContactId)
    .filter(isContactId);
}

/** The sessions that an item need not keep: all but those of the last hour and the twenty before, at most 100, of `days`. */
export function surplusSessions(sessions: readonly Session[], current: Session, days: number, now: number): string[] {
  const all = others(sessions, current);
  const young = all.filter(({ beganAt }) => beganAt > now - YOUNG_MS);
  const kept = Math.min(young.length + OLDER_KEPT, KEPT_MAX - 1);
  // A recent session looks back from its own start, not from this one's.
  const oldest = Math.min(current.beganAt, now - YOUNG_MS) - days * DAY_MS;
  return all
    .filter(({ beganAt }, index) => index >= kept || beganAt < oldest)
    .map(({ initialContactId }) => initialContactId);
}

/** Newest first; of two that began in one millisecond, always the same. */
function others(sessions: readonly Session[], current: Session): Session[] {
  return sessions
    .filter(({ initialContactId }) => initialContactId !== current.initialContactId)
    .sort((a, b) => b.beganAt - a.beganAt || (a.initialContactId < b.initialContactId ? -1 : 1));
}
