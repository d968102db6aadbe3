import { setTimeout as sleep } from 'node:timers/promises';
import type { Action } from '../flow-language/shape.ts';
import { type Performed, perform, type Running } from './actions.ts';
import type { Flow } from './flow.ts';
import type { FlowRun, Step } from './run.ts';

/** A flow that runs in a circle without waiting would block this process for ever. */
const MAX_STEPS = 1_000;
/** How deep modules may invoke modules (admin guide, "Invoke module"). */
const MAX_DEPTH = 5;

/**
 * Runs a flow, or a module with this `Input`, for a contact until either ends, and returns the steps that it took.
 *
 * @throws Error if a branch is missing, or after more than 1,000 steps
 */
export async function runFlow(flow: Flow, run: FlowRun, Input: object = {}, depth = 0): Promise<Step[]> {
  const running: Running = {
    clock: { now: () => Date.now(), sleep },
    agentsIn: () => 1,
    random: Math.random,
    ...run,
    async runModule(input) {
      if (depth === MAX_DEPTH) throw new Error(`Modules invoke each other more than ${MAX_DEPTH} deep.`);
      if (!run.module) throw new Error('The flow invokes a module, but the run has none.');
      return runFlow(run.module, run, input, depth + 1);
    },
    external: {},
    modules: { Input },
  };
  const steps: Step[] = [];
  let next: string | undefined = flow.start;
  while (next !== undefined && !running.contact.DisconnectTimestamp) {
    if (steps.length === MAX_STEPS) throw new Error(`${flow.name} has not ended after ${MAX_STEPS} steps.`);
    const action = flow.actions.get(next) as Action; // The check made sure that it exists.
    const error = run.errorFor?.(action);
    const { branch, compared, ...record }: Performed = error ? { branch: error } : await perform(action, running);
    const taken = chooseBranch(action, branch, compared);
    steps.push({ identifier: action.Identifier, type: action.Type, branch: taken.branch, ...record });
    next = taken.next;
  }
  return steps;
}

const OPERATORS: Record<string, (value: string, operand: string) => boolean> = {
  Equals: (value, operand) => value === operand,
  // Assumed: it asks about an object's key, and no function that returns a STRING_MAP gives objects.
  KeyExists: () => false,
  NumberGreaterOrEqualTo: (value, operand) => value !== '' && Number(value) >= Number(operand),
  NumberGreaterThan: (value, operand) => value !== '' && Number(value) > Number(operand),
  NumberLessOrEqualTo: (value, operand) => value !== '' && Number(value) <= Number(operand),
  NumberLessThan: (value, operand) => value !== '' && Number(value) < Number(operand),
  TextContains: (value, operand) => value.includes(operand),
  TextEndsWith: (value, operand) => value.endsWith(operand),
  TextStartsWith: (value, operand) => value.startsWith(operand),
};

/** The branch that an action takes, the first condition that holds or else `NoMatchingCondition`, and where it leads. */
function chooseBranch({ Identifier, Type, Transitions }: Action, branch = 'NoMatchingCondition', compared?: string) {
  const { NextAction, Conditions = [], Errors = [] } = Transitions;
  const holding = Conditions.find(({ Condition: { Operator, Operands } }) => {
    return compared !== undefined && OPERATORS[Operator]?.(compared, String(Operands));
  });
  if (holding) {
    const { Operator, Operands } = holding.Condition;
    return { branch: `${Operator} ${Operands}`, next: holding.NextAction };
  }
  const error = Errors.find(({ ErrorType }) => ErrorType === branch);
  const next = branch === 'NextAction' ? NextAction : error?.NextAction;
  if (next !== undefined || branch === 'End') return { branch, next };
  throw new Error(`The action "${Identifier}" (${Type}) has no branch ${branch}.`);
}
