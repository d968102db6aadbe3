import type { Action } from './flow.ts';

/** What came of an action: it succeeded, gave a result to compare, failed with an error type, or ended the flow. */
export type Outcome = 'success' | 'end' | { result: string } | { error: string };

/** The branch that an outcome takes, and the action that it leads to; none at a flow's end. */
export interface Branch {
  /** `NextAction`, a condition (`Equals WaitCompleted`), an error type (`NoMatchingError`), or `End`. */
  branch: string;
  next: string | undefined;
}

const OPERATORS: Record<string, (value: string, operand: string) => boolean> = {
  Equals: (value, operand) => value === operand,
  NumberGreaterThan: (value, operand) => value !== '' && Number(value) > Number(operand),
  TextContains: (value, operand) => value.includes(operand),
};

/**
 * Chooses the branch of an action: the first condition that holds, else the error `NoMatchingCondition`.
 *
 * @throws Error when the action lacks the branch, or a condition has an operator that the runner does not know
 */
export function chooseBranch(action: Action, outcome: Outcome): Branch {
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
