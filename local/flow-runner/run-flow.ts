import { setTimeout as sleep } from 'node:timers/promises';
import type { Contact } from '../connect/index.ts';
import { type Outcome, perform, type Running, type TargetQueue } from './actions.ts';
import type { Action, Flow } from './flow.ts';
import type { Clock, InvokeFunction } from './invoke-function.ts';

/** What a flow runs for and with. */
export interface FlowRun {
  /** The contact that the flow runs for: its attributes are changed as on AWS, and a disconnect ends it. */
  contact: Contact;
  invokeFunction: InvokeFunction;
  /** What every `InvokeFlowModule` runs, whatever id it names. */
  module?: Flow;
  /** Default: real time. */
  clock?: Clock;
  /** How many agents a queue has in a metric of `CheckMetricData`. Default: one in each. */
  agentsIn?: (queue: TargetQueue, metricType: string) => number;
  /** Makes an action fail: the type of its error, or `undefined` where it is to be carried out. */
  errorFor?: (action: Action) => string | undefined;
}

/** A step that a flow took, in its order. */
export interface Step {
  identifier: string;
  type: string;
  /** `NextAction`, a condition (`Equals WaitCompleted`), an error type (`NoMatchingError`), or `End`. */
  branch: string;
  /** `MessageParticipant`: the message. */
  said?: string;
  /** `UpdateContactAttributes`: the attributes that were set. */
  set?: Record<string, string>;
  /** `InvokeLambdaFunction`: what the flow reads as `$.External`. */
  returned?: Record<string, string>;
  /** `InvokeLambdaFunction`: how each failed invocation failed. */
  failures?: string[];
  /** `UpdateContactTargetQueue`, `CheckMetricData`, `TransferContactToQueue`: the working queue. */
  queue?: TargetQueue;
  /** `Wait` */
  waitedSeconds?: number;
  /** `InvokeFlowModule`: the steps of the module. */
  steps?: Step[];
}

/** A flow that goes in a circle without waiting would never give way to anything else. */
const MAX_STEPS = 1_000;
const REAL_TIME: Clock = { now: () => Date.now(), sleep };

/**
 * Runs a flow for a contact until its end, or until the contact ends.
 *
 * @returns the steps that it took
 * @throws Error when the flow itself is at fault: a branch is missing, or there are more than 1,000 steps
 * @example await runFlow(readModule(), { contact, invokeFunction })
 */
export async function runFlow(flow: Flow, run: FlowRun): Promise<Step[]> {
  const start = (started: Flow): Promise<Step[]> => {
    const running: Running = {
      clock: REAL_TIME,
      agentsIn: () => 1,
      ...run,
      runModule: () => start(moduleOf(run)),
      external: {},
    };
    return takeSteps(started, running, run.errorFor);
  };
  return start(flow);
}

async function takeSteps(flow: Flow, running: Running, errorFor: FlowRun['errorFor']): Promise<Step[]> {
  const steps: Step[] = [];
  let next: string | undefined = flow.start;
  while (next !== undefined && !running.contact.DisconnectTimestamp) {
    if (steps.length === MAX_STEPS) throw new Error(`${flow.name} has not ended after ${MAX_STEPS} steps.`);
    const action = flow.actions.get(next) as Action; // parseFlow saw to it that there is one.
    const error = errorFor?.(action);
    const { outcome, ...record } = error ? { outcome: { error } } : await perform(action, running);
    const taken = chooseBranch(action, outcome);
    steps.push({ identifier: action.Identifier, type: action.Type, branch: taken.branch, ...record });
    next = taken.next;
  }
  return steps;
}

function moduleOf({ module }: FlowRun): Flow {
  if (module) return module;
  throw new Error('The flow invokes a module, but the run has none.');
}

const OPERATORS: Record<string, (value: string, operand: string) => boolean> = {
  Equals: (value, operand) => value === operand,
  NumberGreaterThan: (value, operand) => value !== '' && Number(value) > Number(operand),
  TextContains: (value, operand) => value.includes(operand),
};

/** The branch that an outcome takes, the first condition that holds or else `NoMatchingCondition`, and where it leads. */
function chooseBranch(action: Action, outcome: Outcome): { branch: string; next: string | undefined } {
  const { NextAction, Conditions = [], Errors = [] } = action.Transitions;
  if (outcome === 'end') return { branch: 'End', next: undefined };
  if (outcome === 'success') return { branch: 'NextAction', next: existing(NextAction, 'NextAction', action) };

  if ('result' in outcome) {
    for (const { NextAction: next, Condition } of Conditions) {
      const { Operator, Operands } = Condition;
      const holds = existing(OPERATORS[Operator], Operator, action);
      if (Operands.some(operand => holds(outcome.result, operand))) {
        return { branch: `${Operator} ${Operands.join(' ')}`, next };
      }
    }
  }
  const type = 'error' in outcome ? outcome.error : 'NoMatchingCondition';
  const next = Errors.find(error => error.ErrorType === type)?.NextAction;
  return { branch: type, next: existing(next, type, action) };
}

function existing<T>(found: T | undefined, name: string, { Identifier, Type }: Action): T {
  if (found !== undefined) return found;
  throw new Error(`The action "${Identifier}" (${Type}) has no branch ${name} that the flow runner knows.`);
}
