import { type Contact, NEW_CHAT, sampleContacts } from '../connect/index.ts';
import type { Action } from '../flow-language/shape.ts';
import type { Flow } from './flow.ts';
import type { Clock } from './invoke-function.ts';
import type { FlowRun } from './run.ts';
import { runFlow } from './run-flow.ts';

/** A time that passes only in `sleep`. */
export function fakeClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return { slept, now: () => slept.reduce((sum, ms) => sum + ms, 0), sleep: async ms => slept.push(ms) };
}

/** The sample data's new chat, changed as a test wants it. */
export function sampleContact(change: Partial<Contact> = {}): Contact {
  const contact = sampleContacts(new Date()).find(({ Id }) => Id === NEW_CHAT) as Contact;
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

/** Runs a flow whose function gives these answers; `failing` has actions that fail, `Action` or `Action:Error`. */
export async function runWith(
  flow: Flow,
  answers: readonly unknown[],
  { failing = [], Attributes = {}, ...more }: Partial<FlowRun> & { failing?: string[]; Attributes?: object } = {},
) {
  const errors = new Map(failing.map(each => `${each}:NoMatchingError`.split(':') as [string, string]));
  const contact = sampleContact({ Attributes: { ...Attributes } });
  const clock = fakeClock();
  const { invokeFunction, events } = functionThat(...answers);
  const errorFor = ({ Identifier }: Action) => errors.get(Identifier);
  const steps = await runFlow(flow, { contact, clock, invokeFunction, errorFor, ...more });
  const said = steps.flatMap(step => (step.said === undefined ? [] : [step.identifier])).join(', ');
  return { steps, said, contact, events, slept: clock.slept, last: steps.at(-1) };
}
