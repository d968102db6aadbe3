import type { AmazonConnect } from './amazon-connect/operations.ts';
import { type Continuation, continuePastChat } from './continue-past-chat.ts';
import type { Deadline } from './deadline.ts';
import type { Source } from './find-sources.ts';
import { type RejectedReason, reasonOf } from './outcome.ts';
import type { Chat } from './request.ts';
import type { Settings } from './settings.ts';

/** This source does not fit; another may, also after a refusal that was explained. Not so for a chat that just ended: its transcript comes. */
const TRY_NEXT: ReadonlySet<string> = new Set<RejectedReason>([
  'SOURCE_CONTACT_NOT_FOUND',
  'SOURCE_CONTACT_NOT_CHAT',
  'SOURCE_CONTACT_STILL_ACTIVE',
  'SOURCE_CONTACT_NOT_OWNED',
  'SOURCE_CONTACT_OWNER_UNKNOWN',
  'SOURCE_CONTACT_IN_CURRENT_SESSION',
]);

/** With less time than this, milliseconds, another source is not tried. */
const TRY_NEXT_MIN_MS = 500;

/**
 * Continues the first source that fits. Where none does, the first one's outcome counts; an outcome after which no other
 * is tried, a failure for instance, counts at once.
 */
export async function continueFirst(
  chat: Chat,
  [source, ...others]: readonly [Source, ...Source[]],
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Continuation & { source: Source }> {
  const first = { ...(await continuePastChat({ ...chat, ...source }, settings, connect, deadline)), source };
  let last: Continuation & { source: Source } = first;
  for (const next of others) {
    const limit = deadline.fromNow();
    if (!anotherMayFit(last) || limit.remaining() < TRY_NEXT_MIN_MS) break;
    last = { ...(await continuePastChat({ ...chat, ...next }, settings, connect, limit)), source: next };
  }
  return anotherMayFit(last) ? first : last;
}

function anotherMayFit({ outcome, explained }: Continuation): boolean {
  const reason = reasonOf(outcome);
  return TRY_NEXT.has(reason) || (reason === 'REJECTED_BY_CONNECT' && explained === true);
}
