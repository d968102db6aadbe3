import type { AmazonConnect } from './amazon-connect/operations.ts';
import { type Continuation, continuePastChat } from './continue-past-chat.ts';
import type { Deadline } from './deadline.ts';
import type { Source } from './find-sources.ts';
import { reasonOf } from './outcome.ts';
import type { Chat } from './request.ts';
import type { Settings } from './settings.ts';

/** This source does not fit; another may. Not so for a chat that just ended: its transcript comes. */
const TRY_NEXT: ReadonlySet<string> = new Set([
  'SOURCE_CONTACT_NOT_FOUND',
  'SOURCE_CONTACT_NOT_CHAT',
  'SOURCE_CONTACT_STILL_ACTIVE',
  'SOURCE_CONTACT_NOT_OWNED',
  'SOURCE_CONTACT_OWNER_UNKNOWN',
  'SOURCE_CONTACT_IN_CURRENT_SESSION',
  'REJECTED_BY_CONNECT',
]);

/** With less time than this, milliseconds, another source is not tried. */
const TRY_NEXT_MIN_MS = 500;

/** Continues the first source that fits; where none does, it is the first one's outcome that counts. */
export async function continueFirst(
  chat: Chat,
  sources: readonly Source[],
  settings: Settings,
  connect: AmazonConnect,
  deadline: Deadline,
): Promise<Continuation & { source: Source | undefined }> {
  let first: (Continuation & { source: Source }) | undefined;
  let limit = deadline;
  for (const source of sources) {
    const continuation = await continuePastChat({ ...chat, ...source }, settings, connect, limit);
    if (!TRY_NEXT.has(reasonOf(continuation.outcome))) return { ...continuation, source };
    first ??= { ...continuation, source };
    limit = deadline.fromNow();
    if (limit.remaining() < TRY_NEXT_MIN_MS) break;
  }
  if (!first) throw new Error('There is no source to continue.');
  return first;
}
