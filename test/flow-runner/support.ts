import { type Contact, NEW_CHAT, sampleContacts } from '../../local/connect/index.ts';
import type { Action, Clock } from '../../local/flow-runner/index.ts';

export const END: Action = { Identifier: 'End', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} };
export const RETURN: Action = { Identifier: 'Return', Type: 'EndFlowModuleExecution', Parameters: {}, Transitions: {} };

/** An action "A" that leads to the end. */
export function action(
  Type: string,
  Parameters: Action['Parameters'] = {},
  transitions: Action['Transitions'] = {},
): Action {
  return { Identifier: 'A', Type, Parameters, Transitions: { NextAction: 'End', ...transitions } };
}

/** Error branches, `Type` or `Type:Action`; they lead to the end unless one is named. */
export function errors(...types: string[]): Action['Transitions'] {
  return {
    Errors: types.map(each => {
      const [ErrorType = '', NextAction = 'End'] = each.split(':');
      return { NextAction, ErrorType };
    }),
  };
}

/** Conditions for these results, which lead to the end. */
export function on(...results: string[]): Action['Transitions'] {
  return { Conditions: results.flatMap(result => when('Equals', result).Conditions ?? []) };
}

/** One condition, which leads to the end. */
export function when(Operator: string, ...Operands: string[]): Action['Transitions'] {
  return { Conditions: [{ NextAction: 'End', Condition: { Operator, Operands } }] };
}

/** A flow of these actions and the end, from the first one on. */
export function flow(...actions: Action[]) {
  return { Version: '2019-10-30', StartAction: actions[0]?.Identifier, Actions: [...actions, END] };
}

/** A module of these actions, the last of which returns. */
export function moduleOf(...actions: Action[]) {
  const Settings = { InputParameters: [], OutputParameters: [], Transitions: [] };
  return { ...flow(...actions), Actions: actions, Settings };
}

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
