import { randomUUID } from 'node:crypto';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import { type Chat, type Instance, Problem } from './instance.ts';
import { ASSUMPTIONS, type AssumptionId, type Row } from './rows.ts';
import type { Promised } from './stack.ts';

/** How long something may take to show, milliseconds: a flow that runs, a state that changes, past messages. */
const FLOW_MS = 20_000;
const STEADY_MS = 3_000;
const MESSAGES_MS = 10_000;
/** The session store takes two chats within a minute for one (docs/customer-identity.md); and the flow's start, milliseconds. */
const ONE_CHAT_MS = 65_000;

type Attributes = Record<string, string>;

/**
 * Starts the chats of the acceptance test, at most 12, and reports what came of each promise and assumption.
 *
 * @param parameters of the stack
 * @throws Problem where it cannot go on
 */
export async function runChats(
  instance: Instance,
  parameters: Record<string, string>,
  { refuses, identify, note }: Promised,
  report: (row: Row) => void,
): Promise<void> {
  const tag = randomUUID().slice(0, 8);
  const said = [`Verify ${tag}: my first message`, `Verify ${tag}: my second message`] as const;
  const hello = `Verify ${tag}: hello`;
  const chats: Chat[] = [];
  const named = (text: string) => chats.reduce((all, { id, name }) => all.replaceAll(id, name), text);
  const customer = (name: string, more: Attributes = {}) => {
    const { CustomerId, Attributes } = identify(`verify-${tag}-${name}`);
    return { CustomerId, Attributes: { ...Attributes, ...more } };
  };
  const start = async (...chat: Parameters<Instance['start']>) => {
    const started = await instance.start(...chat);
    chats.push(started);
    return started;
  };
  const promise = (what: string, expected: string, seen: string) =>
    report({ what, expected, seen, holds: seen === expected, required: true });
  const assume = (id: AssumptionId, seen: string, holds: boolean | undefined, required = false) =>
    report({ id, what: ASSUMPTIONS[id].what, expected: 'yes', seen, holds, required });
  const continuedFrom = (chat: Chat) => `Continued: ASSOCIATED from ${chat.name}`;

  /** What a chat's attributes come to: as expected, or whatever they stay at. */
  async function settle(chat: Chat, read: (attributes: Attributes) => string, expected: string) {
    let seen: string | undefined;
    let since = 0;
    for (;;) {
      const attributes = await instance.attributes(chat);
      const now = named(read(attributes));
      if (now !== seen) since = Date.now();
      seen = now;
      const waits = FLOW_MS + Number(attributes['verifySeconds'] ?? 0) * 1_000;
      if (seen === expected || Date.now() - since > (seen ? STEADY_MS : waits)) {
        return { seen: seen || 'the flow did not get that far', attributes };
      }
      await instance.pause(500);
    }
  }

  /** Reports what a chat's attributes come to. */
  async function call(chat: Chat, what: string, expected: string, read = firstCall): Promise<Attributes> {
    const { seen, attributes } = await settle(chat, read, expected);
    promise(`${chat.name}, ${what}`, expected, seen);
    return attributes;
  }

  async function transcript(chat: Chat, shows: boolean): Promise<void> {
    const expected = `${shows ? said.length : 0} of ${said.length}`;
    const until = Date.now() + (shows ? MESSAGES_MS : 0);
    for (;;) {
      const messages = await instance.messages(chat);
      const seen = `${said.filter(message => messages.includes(message)).length} of ${said.length}`;
      if (seen === expected || Date.now() >= until) return promise(`${chat.name} sees of A's messages`, expected, seen);
      await instance.pause(1_000);
    }
  }

  // The past chats: A, N without a customer who is connected or a message, Y, and P.
  const a = await start('A', { ...customer('a'), message: said[0] });
  await instance.say(a, said[1]);
  const newCustomer = 'NoHistory: NO_SOURCE_CONTACT';
  const attributes = await call(a, 'a new customer', newCustomer);
  const { verifyBranch, chatHistoryStatus: status, chatHistoryReason: reason, verifyInput: input } = attributes;
  if (!verifyBranch) {
    throw new Problem('The flow of chat A did not come to an end: see the flow log, and the log of the function.');
  }
  const ran = verifyBranch !== 'Error' && status !== 'FAILED';
  assume('A9', `chatHistoryStatus is "${status ?? ''}"`, ran ? Boolean(status) : undefined, true);
  const written = status !== undefined && reason !== 'ATTRIBUTES_NOT_WRITTEN';
  assume('A10', written ? 'written' : 'an empty attribute value is refused', ran ? written : undefined, true);
  const isShown = input !== undefined;
  assume('A11', isShown ? `it is "${input}"` : 'a flow may not show it', isShown ? input === '' : undefined);

  const n = await start('N', {});
  const alone = await settle(n, firstCall, newCustomer);
  assume('A8', alone.seen, alone.seen === newCustomer);
  const y = await start('Y', { ...customer('y'), message: hello });
  const p = await start('P', { ...customer('p', { verifyMark: tag }), message: hello });
  const x = await start('X', {});
  const token = randomUUID();
  const whileOpen = await instance.associate(x, p, token);
  for (const chat of [a, n, y, p]) await instance.stop(chat);
  let refused = whileOpen && (await instance.associate(x, p, token));
  const afterEnd = refused;

  const explains = parameters['SourceContactCheck'] !== 'OFF';
  const namesY = customer('y', { [parameters['SourceContactIdAttribute'] ?? '']: y.id });
  const f = explains ? await start('F', { ...namesY, message: hello }) : undefined;

  const until = Date.now() + TRANSCRIPT_READY_SECONDS * 1_000;
  while (refused?.status === 400 && Date.now() < until) {
    const left = Math.ceil((until - Date.now()) / 1_000);
    console.error(`Waiting for the transcripts of the past chats: at most ${left} seconds left.`);
    await instance.pause(5_000);
    refused = await instance.associate(x, p, token);
  }
  if (refused && (await instance.associate(x, p))) {
    const hint = 'does the instance store chat transcripts (console, instance, "Data storage")?';
    throw new Problem(`Amazon Connect does not continue chat P: ${hint} ${refused.message}`);
  }
  const tokenSeen = refused ? 'another token was accepted, the same was not' : 'accepted with the same token';
  assume('A1', whileOpen ? tokenSeen : 'nothing was refused', whileOpen && !refused, true);
  const refusals = [whileOpen, afterEnd].map(each => (each ? `${each.status} ${each.type}` : 'accepted'));
  const are400 = whileOpen?.status === 400 && (!afterEnd || afterEnd.status === 400);
  assume('A3', `while open: ${refusals[0]}; at its end: ${refusals[1]}`, are400, true);
  const { CustomerId, Attributes: copied, RelatedContactId } = await instance.describe(x);
  const copies = copied?.['verifyMark'] === tag;
  const shown = `RelatedContactId is ${named(RelatedContactId ?? 'empty')}; attributes ${copies ? '' : 'not '}copied`;
  const copiesId = Boolean(CustomerId);
  assume('A15', `${shown}, customer id ${copiesId ? '' : 'not '}copied`, copies && !copiesId, copiesId);

  // Who continues A.
  const namesA = { verifySource: a.id };
  const b = await start('B', { ...customer('a', namesA), message: hello });
  const began = Date.now();
  await call(b, 'the same customer, names A', continuedFrom(a));
  await transcript(b, true);
  const persistent = explains ? 'Continued: ALREADY_PERSISTENT from A' : 'NoHistory: REJECTED REJECTED_BY_CONNECT';
  await call(b, 'the block once more', persistent, secondCall);
  const continues = async (id: AssumptionId, name: string, source: Chat) => {
    const refusal = await instance.associate(await start(name, {}), source);
    assume(id, refusal ? refusal.message : 'accepted', !refusal);
  };
  await continues('A6', 'E', a);
  await continues('A7', 'M', n);

  if (note) console.error(note);
  const isRefused = async (name: string, what: string, reason: string, members: object) => {
    const chat = await start(name, { ...members, message: hello });
    await call(chat, `${what}, names A`, refuses ? `NoHistory: REJECTED ${reason}` : continuedFrom(a));
    await transcript(chat, !refuses);
  };
  await isRefused('C', 'another customer', 'SOURCE_CONTACT_NOT_OWNED', customer('c', namesA));
  await isRefused('D', 'no customer', 'CUSTOMER_UNKNOWN', { Attributes: namesA });
  await instance.say(b, hello);

  if (f) {
    const { seen, attributes } = await settle(f, firstCall, continuedFrom(y));
    const { verifyReason: told = 'no reason' } = attributes;
    const atOnce = told === 'no reason' && seen.startsWith('Continued');
    report({
      what: 'F names Y, which has just ended',
      expected: `SOURCE_CONTACT_JUST_ENDED, then ${continuedFrom(y)}`,
      seen: atOnce ? 'not seen: this instance continued it at once' : `${told}, then ${seen}`,
      holds: atOnce ? undefined : seen === continuedFrom(y) && told === 'SOURCE_CONTACT_JUST_ENDED',
      required: true,
    });
  }
  const { DisconnectTimestamp: ended } = await instance.describe(b);
  assume('A19', ended ? 'the chat ended' : 'the chat still waits', !ended);

  if (parameters['SessionStore'] === 'ON') {
    await instance.stop(b);
    const seconds = Math.max(0, Math.ceil((began + ONE_CHAT_MS - Date.now()) / 1_000));
    if (seconds > 0)
      console.error(`Waiting ${seconds} seconds: the session store takes two chats within a minute for one.`);
    await instance.pause(seconds * 1_000);
    const s = await start('S', { ...customer('a'), message: hello });
    await call(s, 'the same customer, names nothing', continuedFrom(b));
    await transcript(s, true);
  }
  for (const [id, assumption] of Object.entries(ASSUMPTIONS)) {
    if ('needs' in assumption) assume(id as AssumptionId, `not tried: needs ${assumption.needs}`, undefined);
  }
}

/** The branch, and what the module wrote; empty before that. */
function firstCall(attributes: Attributes): string {
  const { verifyBranch, verifyStatus, verifyFrom, chatHistoryStatus, chatHistoryReason } = attributes;
  if (verifyBranch === 'Continued') return `Continued: ${verifyStatus} from ${verifyFrom}`;
  return verifyBranch ? `${verifyBranch}: ${[chatHistoryStatus, chatHistoryReason].filter(Boolean).join(' ')}` : '';
}

function secondCall({ verifyAgain = '', ...attributes }: Attributes): string {
  const { chatHistoryStatus: verifyStatus = '', chatHistoryContinuedFrom: verifyFrom = '' } = attributes;
  return firstCall({ ...attributes, verifyBranch: verifyAgain, verifyStatus, verifyFrom });
}
