import { type Attributes, type Chats, continuedFrom, secondCall } from './chats.ts';
import type { Chat } from './instance.ts';
import { Problem } from './problems.ts';

/** The block's answer for a customer without a past chat. */
export const NEW_CUSTOMER = 'NoHistory: NO_SOURCE_CONTACT';
/** Milliseconds: a minute, within which the session store counts two chats as one, and the flow's start. */
const ONE_CHAT_MS = 65_000;

/** A new customer's chat, A, which others continue later; and its attributes. */
export async function newCustomer(chats: Chats): Promise<{ a: Chat; attributes: Attributes }> {
  const [first, second] = chats.said;
  const a = await chats.start('A', 'a', {}, first);
  await chats.instance.say(a, second);
  const { seen, attributes } = await chats.settle(a, NEW_CUSTOMER);
  if (attributes['chatHistoryReason'] === 'SWITCHED_OFF')
    throw new Problem('The block is turned off (SWITCHED_OFF, Enabled=No): there is nothing to verify.');
  chats.promise('A, a new customer', NEW_CUSTOMER, seen);
  if (!attributes['verifyBranch'])
    throw new Problem('The flow of chat A did not end: see the logs of the flow and the function.');
  return { a, attributes };
}

/** The same customer names A and continues it, once; if the stack can find it first, only after that. */
export async function sameCustomer(chats: Chats, a: Chat, explains: boolean): Promise<Chat> {
  const names = { verifySource: a.id, ...(explains && { verifyMode: 'FIND' }) };
  const b = await chats.start('B', 'a', names);
  const { seen, attributes } = await chats.settle(b, continuedFrom(a));
  if (explains) chats.promise('B, the same customer, finds A', 'FOUND', attributes['verifyFound'] ?? 'it did not');
  // It would be persistent already if it had been continued when it was found.
  chats.promise('B, the same customer, names A', continuedFrom(a), seen);
  await chats.expectMessages(b, true);
  const persistent = explains ? 'Continued: ALREADY_PERSISTENT from A' : 'NoHistory: REJECTED REJECTED_BY_CONNECT';
  await chats.expectCall(b, 'the block once more', persistent, secondCall);
  return b;
}

/** The same customer names nothing and continues the last chat, B, through the session store. */
export async function remembered(chats: Chats, b: Chat, began: number): Promise<void> {
  const { instance, output } = chats;
  await instance.stop(b);
  const seconds = Math.max(0, Math.ceil((began + ONE_CHAT_MS - Date.now()) / 1_000));
  if (seconds > 0)
    output.progress(`Waiting ${seconds} seconds: the session store counts two chats within a minute as one.`);
  await instance.requests.pause(seconds * 1_000);
  const s = await chats.start('S', 'a');
  await chats.expectCall(s, 'the same customer, names nothing', continuedFrom(b));
  await chats.expectMessages(s, true);
}
