import { type Chats, continuedFrom } from './chats.ts';
import type { Chat } from './instance.ts';

/** If the stack promises it: another customer who names A does not get its messages, and neither does an unknown one. */
export async function otherCustomers(chats: Chats, a: Chat): Promise<void> {
  const names = { verifySource: a.id };
  const { refuses } = chats.promised;
  for (const [chat, who, reason] of [
    [await chats.start('C', 'c', names), 'another customer', 'SOURCE_CONTACT_NOT_OWNED'],
    [await chats.start('D', undefined, names), 'no customer', 'CUSTOMER_UNKNOWN'],
  ] as const) {
    await chats.expectCall(chat, `${who}, names A`, refuses ? `NoHistory: REJECTED ${reason}` : continuedFrom(a));
    await chats.expectMessages(chat, !refuses);
  }
}
