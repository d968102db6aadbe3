import { type Contact, NEW_CHAT, sampleContacts } from '../connect/index.ts';
import type { Clock } from './invoke-function.ts';

/** A time that passes only while somebody sleeps. */
export function fakeClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return { slept, now: () => slept.reduce((sum, ms) => sum + ms, 0), sleep: async ms => slept.push(ms) };
}

/** One of the sample data's contacts, changed as a test wants it. */
export function sampleContact(id = NEW_CHAT, change: Partial<Contact> = {}): Contact {
  const contact = sampleContacts(new Date()).find(({ Id }) => Id === id);
  if (!contact) throw new Error(`The sample data have no contact ${id}.`);
  return { ...contact, ...change };
}

/** A function that gives these answers in turn, then repeats the last one. An `Error` makes it fail. */
export function functionThat(...answers: unknown[]) {
  const events: unknown[] = [];
  const invokeFunction = async (event: unknown): Promise<unknown> => {
    const given = answers[Math.min(events.push(event), answers.length) - 1];
    if (given instanceof Error) throw given;
    return given;
  };
  return { invokeFunction, events };
}
