import { typeOf } from './action-types.ts';
import { type Action, CONTENT, type Content, type Contract, MODULE, misfits } from './shape.ts';

/** What a file is to be, and what is known of contracts: of the module itself, and of the module that a flow invokes. */
export interface Expected {
  kind?: 'flow' | 'module' | undefined;
  own?: Contract | undefined;
  invoked?: Contract | undefined;
}

/** What the service wants at a path of a flow or an action, and whether, or for which names, it is otherwise there. */
type Rule<Of> = [wants: string, path: string, broken: (of: Of, checked: Checked) => boolean | string[]];
type Checked = Expected & { content: Content; actions: ReadonlyMap<string, Action> };

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
/**
 * Parameters that hold other types than texts, too: a module's contract, or a view, says which. The local `CreateContactFlow`
 * (`kind`) knows neither, and takes texts only.
 */
const TYPED = { Input: 'typed', ResultData: 'typed', ViewData: 'typed' };

/**
 * What the live service refuses, as action-types.ts has its sources. Assumed, because no record says: numbers and truth
 * values among the parameters (no export has any), actions that nothing leads to, names of actions (the reference's rule).
 */
const CONTENT_RULES: Rule<Content>[] = [
  ['a flow, no flow module', 'Actions', (content, { kind }) => kind === 'flow' && isModule(content)],
  ['a flow module, no flow', 'Actions', (content, { kind }) => kind === 'module' && !isModule(content)],
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

const ACTION_RULES: Rule<ReturnType<typeof partsOf>>[] = [
  [
    'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}',
    'Identifier',
    ({ action, Identifier }, { actions }) => !IDENTIFIER.test(Identifier) || actions.get(Identifier) !== action,
  ],
  ['an action type of the flow language', 'Type ', ({ Type, type }) => (type ? [] : [Type])],
  ['this parameter', 'Parameters.', ({ type, Parameters }) => missing(type?.parameters, Object.keys(Parameters))],
  ['no such parameter', 'Parameters.', ({ type, Parameters }) => refused(type?.parameters, Object.keys(Parameters))],
  [
    'a text',
    'Parameters.',
    ({ Parameters }, { kind }) =>
      leaves(kind === 'flow' ? Parameters : { ...Parameters, ...TYPED }, leaf => typeof leaf !== 'string'),
  ],
  [
    'a text that is not empty',
    '',
    ({ Parameters, Transitions }) => leaves({ Parameters, Transitions }, leaf => leaf === ''),
  ],
  [
    'a reference with a leaf, such as $.External.reason',
    'Parameters.ComparisonValue',
    ({ Type, Parameters: { ComparisonValue: value } }) =>
      Type === 'Compare' && (!REFERENCE.test(String(value)) || NAMESPACE.test(String(value))),
  ],
  [
    'one of the nine operators',
    'Transitions.Conditions ',
    ({ conditions }) => conditions.flatMap(({ Operator }) => (OPERATOR.test(Operator) ? [] : Operator)),
  ],
  [
    'one operand',
    'Transitions.Conditions ',
    ({ conditions }) => conditions.flatMap(({ Operands }) => (Operands.length === 1 ? [] : `[${Operands}]`)),
  ],
  ['this condition', 'Transitions.Conditions ', ({ action, operands }) => missing(resultsOf(action), operands)],
  ['this error', 'Transitions.Errors ', ({ type, errors }) => missing(type?.errors, errors)],
  [
    'no such error',
    'Transitions.Errors ',
    ({ type, errors }) =>
      type?.here === 'carried out'
        ? refused(type.errors, errors)
        : errors.filter(error => type?.errors.split(' ').includes(`!${error}`)),
  ],
  ['no transition where the flow ends', 'Transitions to ', ({ type, targets }) => (type?.ends ? targets : [])],
  ['this transition', 'Transitions.NextAction', ({ type, Transitions }) => !type?.ends && !Transitions.NextAction],
  [
    'an action of the flow',
    'Transitions to ',
    ({ targets }, { actions }) => targets.filter(target => !actions.has(target)),
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
    ({ Type, operands }, { invoked }) =>
      Type === 'InvokeFlowModule' && invoked !== undefined && operands.filter(each => !invoked.results.includes(each)),
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
export function problemsOf(parsed: unknown, expected: Expected): string[] {
  const misshapen = misfits(parsed, CONTENT);
  if (misshapen.some(path => path === '' || path === 'Actions')) return ['This is no flow: it has no list of Actions'];
  if (misshapen.length > 0) return misshapen.map(path => `${path}: the service wants this as the flow language has it`);
  const content = parsed as Content;
  const checked = { ...expected, content, actions: new Map(content.Actions.map(each => [each.Identifier, each])) };
  const problems = <Of>(rules: Rule<Of>[], of: Of, where: string) =>
    rules.flatMap(([wants, path, broken]) => {
      const names = broken(of, checked);
      return (names === true ? [''] : names || []).map(name => `${where}${path}${name}: the service wants ${wants}`);
    });
  return [
    ...problems(CONTENT_RULES, content, ''),
    ...content.Actions.flatMap(action => problems(ACTION_RULES, partsOf(action), `action "${action.Identifier}", `)),
  ];
}

/** Whether it is a module: nothing else returns. */
export function isModule({ Actions }: Content): boolean {
  return Actions.some(({ Type }) => Type === 'EndFlowModuleExecution');
}

/** An action with what the rules ask about it. */
function partsOf(action: Action) {
  const { NextAction = [], Errors = [], Conditions = [] } = action.Transitions;
  const conditions = Conditions.map(({ Condition }) => Condition);
  return {
    ...action,
    action,
    type: typeOf(action),
    conditions,
    operands: conditions.flatMap(({ Operands }) => Operands),
    errors: Errors.map(({ ErrorType }) => ErrorType),
    targets: [NextAction, [...Errors, ...Conditions].map(transition => transition.NextAction)].flat(),
  };
}

/** What a list as in `ActionType` asks for, and is not given. */
function missing(list = '', given: readonly string[]): string[] {
  return list.split(' ').filter(name => /^\w+$/.test(name) && !given.includes(name));
}

/** What is given, and a list as in `ActionType` does not name. */
function refused(list: string | undefined, given: readonly string[]): string[] {
  const named = list?.replaceAll('?', '').split(' ') ?? given;
  return given.filter(name => !named.includes(name));
}

/** The paths of the leaves that a test is true for. */
function leaves(value: unknown, test: (leaf: unknown) => boolean, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return test(value) ? [path.slice(1)] : [];
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
  for (const name of reached) {
    const action = actions.get(name);
    for (const target of action ? partsOf(action).targets : []) reached.add(target);
  }
  return [...actions.keys()].filter(name => !reached.has(name));
}

/** The results for which an action must have a condition. */
function resultsOf({ Type, Parameters: { Events, ContinueExecution } }: Action): string {
  if (Type === 'Loop') return 'ContinueLooping DoneLooping';
  if (Type !== 'Wait') return '';
  return ['WaitCompleted', ContinueExecution ? 'Continue' : '', Events ?? ''].flat().join(' ');
}
