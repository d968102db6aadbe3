import { type Chats, continuedFrom } from './chats.ts';
import type { Chat } from './instance.ts';

const OTHERS = [
  { name: 'C', customer: 'c', who: 'another customer', reason: 'SOURCE_CONTACT_NOT_OWNED' },
  { name: 'D', customer: undefined, who: 'no customer', reason: 'CUSTOMER_UNKNOWN' },
];

/** If the stack promises it: another customer who names A does not get its messages, and neither does an unknown one. */
export async function otherCustomers(chats: Chats, a: Chat): Promise<void> {
  const { refuses } = chats.promised;
  for (const { name, customer, who, reason } of OTHERS) {
    const chat = await chats.start(name, customer, { verifySource: a.id });
    await chats.expectCall(chat, `${who}, names A`, refuses ? `NoHistory: REJECTED ${reason}` : continuedFrom(a));
    await chats.expectMessages(chat, !refuses);
  }
}
