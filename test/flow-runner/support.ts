import { type Contact, NEW_CHAT, sampleContacts } from '../../local/connect/index.ts';
import type { Clock } from '../../local/flow-runner/index.ts';

/** A time that passes only while somebody sleeps. */
export function fakeClock(): Clock & { slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async ms => {
      slept.push(ms);
      now += ms;
    },
  };
}

/** One of the sample data's contacts, changed as a test wants it. */
export function sampleContact(id = NEW_CHAT, change: Partial<Contact> = {}): Contact {
  const contact = sampleContacts(new Date()).find(({ Id }) => Id === id);
  if (!contact) throw new Error(`The sample data have no contact ${id}.`);
  return { ...contact, ...change };
}

/** What the function returns for a chat: all of its keys, these with a value. */
export function answer(values: Record<string, string>): Record<string, string> {
  return {
    associationStatus: 'ASSOCIATED',
    reason: '',
    continuedFromContactId: '',
    rehydrationType: '',
    sourceContactId: '',
    retryAfterSeconds: '',
    sourceAgentId: '',
    sourceQueueId: '',
    sourceEndedSecondsAgo: '',
    ...values,
  };
}

/** A function that gives these answers, one after the other, and the last one ever after; an error is one that fails. */
export function functionThat(...answers: unknown[]) {
  const events: unknown[] = [];
  const limits: number[] = [];
  const invokeFunction = async (event: unknown, timeLimitMs: number): Promise<unknown> => {
    events.push(event);
    limits.push(timeLimitMs);
    const given = answers[Math.min(events.length, answers.length) - 1];
    if (given instanceof Error) throw given;
    return given;
  };
  return { invokeFunction, events, limits };
}
