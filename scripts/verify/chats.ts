import { randomUUID } from 'node:crypto';
import type { Chat, Instance } from './instance.ts';
import { ASSUMPTIONS, type AssumptionId, type Row } from './rows.ts';
import type { Promised } from './stack.ts';

/** How long changes may take to show, milliseconds: of a running flow, of a state, of past messages. */
const FLOW_MS = 20_000;
const STEADY_MS = 3_000;
const MESSAGES_MS = 10_000;

export type Attributes = Record<string, string>;

/** The chats of one run: starts them, reads what their flows and customers see, and reports it. */
export class Chats {
  readonly instance: Instance;
  readonly promised: Promised;
  /** Where rows and sentences about progress go. */
  readonly output: { row: (row: Row) => void; progress: (sentence: string) => void };
  /** Distinguishes this run's customers and messages from others. */
  readonly tag = randomUUID().slice(0, 8);
  readonly hello = `Verify ${this.tag}: hello`;
  /** The messages of chat A. */
  readonly said = [`Verify ${this.tag}: my first message`, `Verify ${this.tag}: my second message`] as const;

  constructor(instance: Instance, promised: Promised, output: Chats['output']) {
    this.instance = instance;
    this.promised = promised;
    this.output = output;
  }

  /** Starts a chat with a first message; without `customer`, of an unknown one. */
  start(name: string, customer?: string, attributes: Attributes = {}, message = this.hello): Promise<Chat> {
    const identity = customer ? this.promised.identify(`verify-${this.tag}-${customer}`) : undefined;
    return this.instance.start(name, { ...identity, Attributes: { ...identity?.Attributes, ...attributes }, message });
  }

  /** A text with the names of chats instead of their ids. */
  named(text: string): string {
    return this.instance.started.reduce((all, { id, name }) => all.replaceAll(id, name), text);
  }

  /** A chat's attributes once they are as expected, or else when the time is over. */
  async settle(chat: Chat, expected: string, read = firstCall): Promise<{ seen: string; attributes: Attributes }> {
    let seen: string | undefined;
    let since = 0;
    for (;;) {
      const attributes = await this.instance.attributes(chat);
      const now = this.named(read(attributes));
      if (now !== seen) since = Date.now();
      seen = now;
      const waits = FLOW_MS + Number(attributes['verifySeconds'] ?? 0) * 1_000;
      if (seen === expected || Date.now() - since > (seen ? STEADY_MS : waits))
        return { seen: seen || 'the flow did not get that far', attributes };
      await this.instance.requests.pause(500);
    }
  }

  async expectCall(chat: Chat, what: string, expected: string, read = firstCall): Promise<void> {
    const { seen } = await this.settle(chat, expected, read);
    this.promise(`${chat.name}, ${what}`, expected, seen);
  }

  /** Reports how many of A's messages a customer sees: all, or none. */
  async expectMessages(chat: Chat, shows: boolean): Promise<void> {
    const { said, instance } = this;
    const expected = `${shows ? said.length : 0} of ${said.length}`;
    const until = Date.now() + (shows ? MESSAGES_MS : 0);
    for (;;) {
      const messages = await instance.messages(chat);
      const seen = `${said.filter(message => messages.includes(message)).length} of ${said.length}`;
      if (seen === expected || Date.now() >= until)
        return this.promise(`${chat.name} sees of A's messages`, expected, seen);
      await instance.requests.pause(1_000);
    }
  }

  promise(what: string, expected: string, seen: string): void {
    this.output.row({ what, expected, seen, holds: seen === expected, required: true });
  }

  /** Reports an assumption of docs/design.md. */
  assume(id: AssumptionId, seen: string, holds: boolean | undefined, required = false): void {
    this.output.row({ id, what: ASSUMPTIONS[id].what, expected: 'yes', seen, holds, required });
  }
}

export function continuedFrom({ name }: Chat): string {
  return `Continued: ASSOCIATED from ${name}`;
}

/** The module's branch and the values that it wrote; empty before that. */
function firstCall(attributes: Attributes): string {
  const { verifyBranch, verifyStatus, verifyFrom, chatHistoryStatus, chatHistoryReason } = attributes;
  if (verifyBranch === 'Continued') return `Continued: ${verifyStatus} from ${verifyFrom}`;
  return verifyBranch ? `${verifyBranch}: ${[chatHistoryStatus, chatHistoryReason].filter(Boolean).join(' ')}` : '';
}

/** The same of the module's second run in one chat. */
export function secondCall({ verifyAgain = '', ...attributes }: Attributes): string {
  const { chatHistoryStatus: verifyStatus = '', chatHistoryContinuedFrom: verifyFrom = '' } = attributes;
  return firstCall({ ...attributes, verifyBranch: verifyAgain, verifyStatus, verifyFrom });
}
