import { typeOf } from './action-types.ts';
import type { Action } from './shape.ts';

type Ways = Action['Transitions'];

/** An action "A" that leads to the end. */
export function action(Type: string, Parameters: Action['Parameters'] = {}, ways: Ways = {}): Action {
  return { Identifier: 'A', Type, Parameters, Transitions: { NextAction: 'End', ...ways } };
}

/** Error branches, `Type` or `Type:Action`; they lead to the end unless one is named. */
export function errors(...types: string[]): Ways {
  const split = types.map(each => each.split(':'));
  return { Errors: split.map(([ErrorType = '', NextAction = 'End']) => ({ NextAction, ErrorType })) };
}

const condition = (Operator: string, ...Operands: unknown[]) => {
  return { NextAction: 'End', Condition: { Operator, Operands } };
};
/** One condition, which leads to the end. */
export const when = (...of: Parameters<typeof condition>): Ways => ({ Conditions: [condition(...of)] });
/** Conditions for these results, which lead to the end. */
export const on = (...results: string[]): Ways => ({ Conditions: results.map(result => condition('Equals', result)) });

export const END: Action = { Identifier: 'End', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} };
export const RETURN: Action = { Identifier: 'Return', Type: 'EndFlowModuleExecution', Parameters: {}, Transitions: {} };
export const FAILED = errors('NoMatchingError');
export const BOTH = errors('NoMatchingCondition', 'NoMatchingError');
export const SAY = action('MessageParticipant', { Text: 'Bye' });
const LAMBDA = { LambdaFunctionARN: 'arn', InvocationTimeLimitSeconds: '8' };
export const INVOKE = action('InvokeLambdaFunction', LAMBDA, FAILED);

/** A flow of these actions and the end, from the first one on. */
export function flow(...actions: Action[]) {
  return { Version: '2019-10-30', StartAction: actions[0]?.Identifier, Actions: [...actions, END] };
}

/** A module of these actions, the last of which returns. */
export function moduleOf(...actions: Action[]) {
  const Settings = { InputParameters: [], OutputParameters: [], Transitions: [] };
  return { ...flow(...actions), Actions: actions, Settings };
}

/** The branches that a run can take: never the NextAction that exports give to an action that compares or transfers. */
export function branchesOf(action: Action): string[] {
  const { Conditions = [], Errors = [] } = action.Transitions;
  const { ends = action.Type === 'TransferContactToQueue', takes: compares } = typeOf(action) ?? {};
  return [
    ...(ends ? ['End'] : compares ? [] : ['NextAction']),
    ...Conditions.map(({ Condition: { Operator, Operands } }) => `${Operator} ${Operands}`),
    ...Errors.map(error => error.ErrorType),
  ].map(branch => `${action.Identifier}: ${branch}`);
}
