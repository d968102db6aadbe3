import { parametersOf, typeOf } from './action-types.ts';
import { type Action, type Content, type Contract, MODULE, misfits } from './shape.ts';

/** What a file says about a module that flows invoke. */
export interface Invocable {
  /** Its id, as the answer of `describe-contact-flow-module` has it. */
  id?: string | undefined;
  contract?: Contract | undefined;
  /** The branches that its actions return with. */
  returns?: readonly string[];
}

/** What a file should be, and the known contracts: of the module itself and of the modules that a flow invokes. */
export interface Expected {
  kind?: 'flow' | 'module' | undefined;
  own?: Contract | undefined;
  invoked?: readonly Invocable[];
}

/** A flow, its actions by their identifiers, and what it should be. */
export type Checked = Expected & { content: Content; actions: ReadonlyMap<string, Parts> };

/** What the service wants at a place of a flow or an action; in a list of warnings, what may not be meant there. */
export interface Rule<Of> {
  at: string;
  wants: string;
  /** Whether the rule is broken, or the names for which it is, each of which completes the place. */
  broken: (of: Of, checked: Checked) => boolean | string[] | undefined;
}

export const rule = <Of>(at: string, wants: string, broken: Rule<Of>['broken']): Rule<Of> => ({ at, wants, broken });

/** An action with what the rules need to know about it. */
export type Parts = ReturnType<typeof partsOf>;

/** Takes an action apart for the rules. */
export function partsOf(action: Action) {
  const { NextAction = [], Errors = [], Conditions = [] } = action.Transitions;
  const conditions = Conditions.map(({ Condition }) => ({ ...Condition, Operands: Condition.Operands.map(String) }));
  const type = typeOf(action);
  return {
    ...action,
    type,
    known: type ? parametersOf(type).map(each => ({ ...each, value: action.Parameters[each.name] })) : [],
    conditions,
    operands: conditions.flatMap(({ Operands }) => Operands),
    errors: Errors.map(({ ErrorType }) => ErrorType),
    targets: [NextAction, [...Errors, ...Conditions].map(transition => transition.NextAction)].flat(),
  };
}

/** Whether it is a module: it returns, or has the lists of a module at its top. */
export function isModule(content: Content): boolean {
  return content.Actions.some(({ Type }) => Type === 'EndFlowModuleExecution') || misfits(content, MODULE).length === 0;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The module that an action invokes: the one with its id, or else the only one that it can be. */
export function invokedBy({ Type, Parameters }: Action, { invoked = [] }: Expected): Invocable | undefined {
  if (Type !== 'InvokeFlowModule') return undefined;
  const id = String(Parameters['FlowModuleId']);
  const named = invoked.find(module => module.id !== undefined && id.includes(module.id));
  if (named) return named;
  const others = invoked.filter(module => module.id === undefined || !UUID.test(id));
  const withContract = others.filter(({ contract }) => contract);
  const [only, another] = withContract.length > 0 ? withContract : others;
  return another ? undefined : only;
}
