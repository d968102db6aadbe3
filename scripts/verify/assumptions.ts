import { randomUUID } from 'node:crypto';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import type { Attributes, Chats } from './chats.ts';
import { NEW_CUSTOMER } from './continues.ts';
import type { Chat } from './instance.ts';
import { Problem } from './problems.ts';
import { ASSUMPTIONS, type AssumptionId } from './rows.ts';

/** A9 to A11: what the module of a new customer's chat can read and write. */
export function moduleCan(chats: Chats, attributes: Attributes): void {
  const { verifyBranch, chatHistoryStatus: status, chatHistoryReason: reason, verifyInput: input } = attributes;
  const ran = verifyBranch !== 'Error' && status !== 'FAILED';
  chats.assume('A9', `chatHistoryStatus is "${status ?? ''}"`, ran ? Boolean(status) : undefined, true);
  const written = status !== undefined && reason !== 'ATTRIBUTES_NOT_WRITTEN';
  chats.assume('A10', written ? 'written' : 'an empty attribute value is refused', ran ? written : undefined, true);
  const isShown = input !== undefined;
  chats.assume('A11', isShown ? `it is "${input}"` : 'a flow may not show it', isShown ? input === '' : undefined);
}

/** A8: N, a chat without a message, to which nobody connects. */
export async function nobodyConnects(chats: Chats): Promise<Chat> {
  const n = await chats.instance.start('N', {});
  const { seen } = await chats.settle(n, NEW_CUSTOMER);
  chats.assume('A8', seen, seen === NEW_CUSTOMER);
  return n;
}

/** How to try the association of X with P, with one token, and how it was refused while P was open. */
type Trial = Awaited<ReturnType<typeof tryWhileOpen>>;

/** Tries to continue a chat that is still open. */
export async function tryWhileOpen(chats: Chats, p: Chat) {
  const x = await chats.instance.start('X', {});
  const token = randomUUID();
  return { x, p, token, whileOpen: await chats.instance.associate(x, p, token) };
}

/** A1 and A3: now that P has ended, tries again until it is accepted. A15: what X then has of P. */
export async function tryAfterEnd(chats: Chats, { x, p, token, whileOpen }: Trial): Promise<void> {
  const { instance, output } = chats;
  let refused = whileOpen && (await instance.associate(x, p, token));
  const afterEnd = refused;
  const until = Date.now() + TRANSCRIPT_READY_SECONDS * 1_000;
  if (refused)
    output.progress(`Waiting for the transcripts of the past chats: at most ${TRANSCRIPT_READY_SECONDS} seconds.`);
  while (refused?.status === 400 && Date.now() < until) {
    await instance.requests.pause(5_000);
    refused = await instance.associate(x, p, token);
  }
  if (refused && (await instance.associate(x, p))) {
    const hint = 'does the instance store chat transcripts (console, instance, "Data storage")?';
    throw new Problem(`Amazon Connect does not continue chat P: ${hint} ${refused.message}`);
  }
  const tokenSeen = refused ? 'another token was accepted, the same was not' : 'accepted with the same token';
  chats.assume('A1', whileOpen ? tokenSeen : 'nothing was refused', whileOpen && !refused, true);
  const refusals = [whileOpen, afterEnd].map(each => (each ? `${each.status} ${each.type}` : 'accepted'));
  const are400 = whileOpen?.status === 400 && (!afterEnd || afterEnd.status === 400);
  chats.assume('A3', `while open: ${refusals[0]}; at its end: ${refusals[1]}`, are400, true);

  const { CustomerId, Attributes: copied, RelatedContactId } = await instance.describe(x);
  const copies = copied?.['verifyMark'] === chats.tag;
  const copiesId = Boolean(CustomerId);
  const related = `RelatedContactId is ${chats.named(RelatedContactId ?? 'empty')}`;
  const seen = `${related}; attributes ${copies ? '' : 'not '}copied, customer id ${copiesId ? '' : 'not '}copied`;
  chats.assume('A15', seen, copies && !copiesId, copiesId);
}

/** A6 and A7: past chats that another chat continues, or in which nothing was said. */
export async function continueOthers(chats: Chats, a: Chat, n: Chat): Promise<void> {
  for (const [id, name, source] of [['A6', 'E', a] as const, ['A7', 'M', n] as const]) {
    const refusal = await chats.instance.associate(await chats.instance.start(name, {}), source);
    chats.assume(id, refusal ? refusal.message : 'accepted', !refusal);
  }
}

/** A19: whether B still waits after its customer's message. */
export async function stillWaits(chats: Chats, b: Chat): Promise<void> {
  const { DisconnectTimestamp: ended } = await chats.instance.describe(b);
  chats.assume('A19', ended ? 'the chat ended' : 'the chat still waits', !ended);
}

/** The assumptions that this test cannot try. */
export function notTried(chats: Chats): void {
  for (const [id, assumption] of Object.entries(ASSUMPTIONS)) {
    if ('needs' in assumption) chats.assume(id as AssumptionId, `not tried: needs ${assumption.needs}`, undefined);
  }
}
