import { type Chats, continuedFrom } from './chats.ts';
import type { Chat } from './instance.ts';

/** Y is first refused because it has just ended, and continued after the time that the block named. */
export async function secondTry(chats: Chats, f: Chat, y: Chat): Promise<void> {
  const { seen, attributes } = await chats.settle(f, continuedFrom(y));
  const { verifyReason: reason = 'no reason' } = attributes;
  const atOnce = reason === 'no reason' && seen.startsWith('Continued');
  chats.output.row({
    what: 'F names Y, which has just ended',
    expected: `SOURCE_CONTACT_JUST_ENDED, then ${continuedFrom(y)}`,
    seen: atOnce ? 'not seen: this instance continued it at once' : `${reason}, then ${seen}`,
    holds: atOnce ? undefined : seen === continuedFrom(y) && reason === 'SOURCE_CONTACT_JUST_ENDED',
    required: true,
  });
}
