import { type ActionType, typeOf } from './action-types.ts';
import type { Action, Content, Contract } from './flow.ts';
import { CONTENT, MODULE, misfits } from './shape.ts';

/** What is known of contracts: of the module itself, and of the module that a flow invokes. */
export interface Contracts {
  own?: Contract | undefined;
  invoked?: Contract | undefined;
}

/** What the service wants at a path of a flow or an action, and whether, or for which names, it is otherwise there. */
type Rule<Of> = [wants: string, path: string, broken: (of: Of, checked: Checked) => boolean | string[]];
type Checked = Contracts & { content: Content; actions: ReadonlyMap<string, Action> };

const MAX_ACTIONS = 250;
const MAX_BRANCHES = 8;
const IDENTIFIER =
  /^(?!(__proto__|constructor|__define[GS]etter__|toString|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|valueOf)$)[^%:(\\/)=$,;[\]{}]{1,50}$/;
const OPERATOR =
  /^(Equals|KeyExists|Text(StartsWith|EndsWith|Contains)|Number(GreaterThan|GreaterOrEqualTo|LessThan|LessOrEqualTo))$/;
const REFERENCE = /^\$(\.[^\s.[\]]+|\[[^\]]+\])+$/;
/** What has leaves and is none; `$.Channel` is one. */
const NAMESPACE =
  /^\$\.(Agent|Attributes|Customer|CustomerEndpoint|External|FlowAttributes|Lex|Media|Metrics|Modules(\.Input|\.ResultData)?|Queue|SegmentAttributes|SystemEndpoint|Views)$/;
/** Parameters that hold other types than texts, too: a module's contract, or a view, says which. */
const TYPED = { Input: 'typed', ResultData: 'typed', ViewData: 'typed' };

/**
 * What the live service refuses, as action-types.ts has its sources. Assumed, because no record says: numbers and truth
 * values among the parameters (no export has any), actions that nothing leads to, names of actions (the reference's rule).
 */
const CONTENT_RULES: Rule<Content>[] = [
  ['2019-10-30', 'Version', ({ Version }) => Version !== '2019-10-30'],
  [`at most ${MAX_ACTIONS} actions`, 'Actions', ({ Actions }) => Actions.length > MAX_ACTIONS],
  ['an action of the flow', 'StartAction', ({ StartAction }, { actions }) => !actions.has(StartAction)],
  ['a way that leads to this action', 'Actions ', (_, checked) => unreachedIn(checked)],
  ['no Settings in a flow', 'Settings', content => content.Settings !== undefined && !isModule(content)],
  ['this list in a module', '', content => isModule(content) && misfits(content, MODULE)],
  [
    `at most ${MAX_BRANCHES} branches, each once`,
    'transitions.results',
    (_, { own: { results } = { results: [] } }) =>
      results.length > MAX_BRANCHES || new Set(results).size < results.length,
  ],
];

const ACTION_RULES: Rule<Action>[] = [
  [
    'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}',
    'Identifier',
    (action, { actions }) => !IDENTIFIER.test(action.Identifier) || actions.get(action.Identifier) !== action,
  ],
  ['an action type of the flow language', 'Type ', action => (typeOf(action) ? [] : [action.Type])],
  ['this parameter', 'Parameters.', action => missing(typeOf(action)?.parameters, Object.keys(action.Parameters))],
  ['no such parameter', 'Parameters.', action => refused(typeOf(action)?.parameters, Object.keys(action.Parameters))],
  ['a text', 'Parameters', ({ Parameters }) => leaves({ ...Parameters, ...TYPED }, leaf => typeof leaf !== 'string')],
  ['a text that is not empty', 'Parameters', ({ Parameters }) => leaves(Parameters, leaf => leaf === '')],
  [
    'a reference with a leaf, such as $.External.reason',
    'Parameters.ComparisonValue',
    ({ Type, Parameters: { ComparisonValue: value } }) =>
      Type === 'Compare' && (!REFERENCE.test(String(value)) || NAMESPACE.test(String(value))),
  ],
  [
    'one of the nine operators',
    'Transitions.Conditions ',
    action => conditionsOf(action).flatMap(({ Operator }) => (OPERATOR.test(Operator) ? [] : Operator)),
  ],
  [
    'one operand, and not an empty one',
    'Transitions.Conditions ',
    action =>
      conditionsOf(action).flatMap(({ Operands }) => (Operands.length === 1 && Operands[0] ? [] : `[${Operands}]`)),
  ],
  ['this condition', 'Transitions.Conditions ', action => missing(resultsOf(action), operandsOf(action))],
  ['this error', 'Transitions.Errors ', action => missing(typeOf(action)?.errors, errorsOf(action))],
  [
    'no such error',
    'Transitions.Errors ',
    action => {
      const { errors = '', here } = typeOf(action) ?? {};
      const never = errors.split(' ').filter(error => error.startsWith('!'));
      return here === 'carried out'
        ? refused(errors, errorsOf(action))
        : errorsOf(action).filter(error => never.includes(`!${error}`));
    },
  ],
  [
    'no transition where the flow ends',
    'Transitions to ',
    action => (typeOf(action)?.ends ?? false) && targetsOf(action),
  ],
  ['this transition', 'Transitions.NextAction', action => !typeOf(action)?.ends && !action.Transitions.NextAction],
  [
    'an action of the flow',
    'Transitions to ',
    (action, { actions }) => targetsOf(action).filter(target => !actions.has(target)),
  ],
  [
    'a branch that the contract declares',
    'Parameters.Result',
    ({ Parameters: { Result } }, { own }) =>
      own !== undefined && Result !== undefined && !own.results.includes(String(Result)),
  ],
  [
    'a branch that the module declares',
    'Transitions.Conditions ',
    (action, { invoked }) =>
      action.Type === 'InvokeFlowModule' &&
      invoked !== undefined &&
      operandsOf(action).filter(each => !invoked.results.includes(each)),
  ],
  [
    'what the contract declares, in its type (a reference is a string)',
    'Parameters.',
    ({ Type, Parameters: { Input, ResultData } }, { own, invoked }) => [
      ...(Type === 'EndFlowModuleExecution' && own ? undeclared('ResultData', ResultData, own.resultData) : []),
      ...(Type === 'InvokeFlowModule' && invoked ? undeclared('Input', Input, invoked.input) : []),
    ],
  ],
];

/** What each rule wants, as problems say it. */
export const WANTS = [...CONTENT_RULES, ...ACTION_RULES].map(([wants]) => wants);

/** What is wrong with a flow or module: for each problem its action, its path, and what the service wants there. */
export function problemsOf(parsed: unknown, contracts: Contracts): string[] {
  const misshapen = misfits(parsed, CONTENT);
  if (misshapen.length > 0)
    return misshapen.map(path => `${path || 'all'}: the service wants this as the flow language has it`);
  const content = parsed as Content;
  const checked = { ...contracts, content, actions: new Map(content.Actions.map(each => [each.Identifier, each])) };
  const problems = <Of>(rules: Rule<Of>[], of: Of, where: string) =>
    rules.flatMap(([wants, path, broken]) => {
      const names = broken(of, checked);
      return (names === true ? [''] : names || []).map(name => `${where}${path}${name}: the service wants ${wants}`);
    });
  return [
    ...problems(CONTENT_RULES, content, ''),
    ...content.Actions.flatMap(action => problems(ACTION_RULES, action, `action "${action.Identifier}", `)),
  ];
}

/** Whether it is a module: nothing else returns. */
export function isModule({ Actions }: Content): boolean {
  return Actions.some(({ Type }) => Type === 'EndFlowModuleExecution');
}

/** What a list as in {@link ActionType} asks for, and is not given. */
function missing(list = '', given: readonly string[]): string[] {
  return list.split(' ').filter(name => /^\w+$/.test(name) && !given.includes(name));
}

/** What is given, and a list as in {@link ActionType} does not name. */
function refused(list: string | undefined, given: readonly string[]): string[] {
  const named = list?.replaceAll('?', '').split(' ') ?? given;
  return given.filter(name => !named.includes(name));
}

/** The paths of the leaves that a test is true for. */
function leaves(value: unknown, test: (leaf: unknown) => boolean, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return test(value) ? [path] : [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, test, `${path}.${key}`));
}

function undeclared(name: string, values: unknown = {}, types: Record<string, string>): string[] {
  if (typeof values !== 'object' || values === null) return [name];
  const fits = ([key, value]: [string, unknown]) => {
    const type = Object.hasOwn(types, key) ? types[key]?.replace('integer', 'number') : undefined;
    return type === (Array.isArray(value) ? 'array' : typeof value);
  };
  return Object.entries(values).flatMap(entry => (fits(entry) ? [] : [`${name}.${entry[0]}`]));
}

function unreachedIn({ content, actions }: Checked): string[] {
  const reached = new Set([content.StartAction]);
  for (const name of reached) for (const target of targetsOf(actions.get(name))) reached.add(target);
  return [...actions.keys()].filter(name => !reached.has(name));
}

function targetsOf(action: Action | undefined): string[] {
  const { NextAction, Errors = [], Conditions = [] } = action?.Transitions ?? {};
  return [NextAction ?? [], [...Errors, ...Conditions].map(transition => transition.NextAction)].flat();
}

function conditionsOf({ Transitions: { Conditions = [] } }: Action) {
  return Conditions.map(({ Condition }) => Condition);
}

function operandsOf(action: Action): string[] {
  return conditionsOf(action).flatMap(({ Operands }) => Operands);
}

function errorsOf({ Transitions: { Errors = [] } }: Action): string[] {
  return Errors.map(({ ErrorType }) => ErrorType);
}

/** The results for which an action must have a condition. */
function resultsOf({ Type, Parameters: { Events, ContinueExecution } }: Action): string {
  if (Type === 'Loop') return 'ContinueLooping DoneLooping';
  if (Type !== 'Wait') return '';
  return ['WaitCompleted', ContinueExecution ? 'Continue' : '', Events ?? ''].flat().join(' ');
}
