import { type Chats, continuedFrom } from './chats.ts';
import type { Chat } from './instance.ts';

/** If the stack promises it: another customer who names A does not get its messages, and neither does an unknown one. */
export async function otherCustomers(chats: Chats, a: Chat): Promise<void> {
  const names = { verifySource: a.id };
  await refused(chats, a, 'C', 'another customer', 'SOURCE_CONTACT_NOT_OWNED', chats.customer('c', names));
  await refused(chats, a, 'D', 'no customer', 'CUSTOMER_UNKNOWN', { Attributes: names });
}

async function refused(chats: Chats, a: Chat, name: string, who: string, reason: string, members: object) {
  const { refuses } = chats.promised;
  const chat = await chats.instance.start(name, { ...members, message: chats.hello });
  await chats.expectCall(chat, `${who}, names A`, refuses ? `NoHistory: REJECTED ${reason}` : continuedFrom(a));
  await chats.expectMessages(chat, !refuses);
}
