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
/** How many sessions are left then, the current one among them. */
const SESSIONS_KEPT = 4;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The customer's past sessions, newest first. DynamoDB deletes expired items days late: what is too old is left out. */
export function pastSessions(sessions: readonly Session[], current: Session, days: number): string[] {
  return others(sessions, current)
    .filter(({ beganAt }) => beganAt <= current.beganAt - PARALLEL_MS && beganAt >= current.beganAt - days * DAY_MS)
    .map(idOf)
    .filter(isContactId);
}

/**
 * The sessions that an item need not keep: those too old, and beyond ten all but the newest. Never the current one, nor one
 * that is tried: the second invocation of a chat must find what the first one found.
 */
export function surplusSessions(sessions: readonly Session[], current: Session, days: number): string[] {
  const all = others(sessions, current);
  const remembered = all.filter(({ beganAt }) => beganAt >= current.beganAt - days * DAY_MS).map(idOf);
  const tried = pastSessions(sessions, current, days).slice(0, CANDIDATES_MAX);
  const kept =
    sessions.length > SESSIONS_MAX ? [...new Set([...tried, ...remembered])].slice(0, SESSIONS_KEPT - 1) : remembered;
  return all.map(idOf).filter(id => !kept.includes(id));
}

function idOf({ initialContactId }: Session): string {
  return initialContactId;
}

function others(sessions: readonly Session[], current: Session): Session[] {
  return sessions
    .filter(({ initialContactId }) => initialContactId !== current.initialContactId)
    .sort((a, b) => b.beganAt - a.beganAt);
}
