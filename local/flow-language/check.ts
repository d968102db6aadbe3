import { ACTION_RULES } from './action-rules.ts';
import { type Checked, type Expected, isModule, partsOf, type Rule, rule, warning } from './rule.ts';
import { type Action, CONTENT, type Content, MODULE, misfits } from './shape.ts';

export { type Expected, type Invocable, invokedBy, isModule } from './rule.ts';

const MAX_ACTIONS = 250;
const MAX_BRANCHES = 8;

/** What the service wants of a flow or module as a whole. Records: the reference, and P and F of action-types.ts. */
const CONTENT_RULES: Rule<Content>[] = [
  rule('Actions', 'a flow, no flow module', (content, { kind }) => kind === 'flow' && isModule(content)),
  rule('Actions', 'Settings at its top, which make it a flow module, no flow', (content, { kind }) => {
    return kind === 'module' && content.Settings === undefined && !isModule(content);
  }),
  rule('Version', '2019-10-30', ({ Version }) => Version !== '2019-10-30'),
  rule('Actions', `at most ${MAX_ACTIONS} actions`, ({ Actions }) => Actions.length > MAX_ACTIONS),
  rule('StartAction', 'an action of the flow', ({ StartAction }, { actions }) => !actions.has(StartAction)),
  // No record of a refusal, and public exports have such actions.
  warning('Actions ', 'nothing leads to this action', (_, checked) => unreachedIn(checked)),
  rule('Settings', 'no Settings in a flow, or the three lists of a module in it', (content, { kind }) => {
    return kind !== 'module' && content.Settings !== undefined && !isModule(content);
  }),
  rule('', 'this in a module', (content, { kind }) => {
    const shouldBe = isModule(content) || (kind === 'module' && content.Settings !== undefined);
    return shouldBe && misfits(content, MODULE);
  }), // P, "Flow modules"; F 38.
  rule('transitions.results', `at most ${MAX_BRANCHES} branches, each once`, (_, { own }) => {
    const { results = [] } = own ?? {};
    return results.length > MAX_BRANCHES || new Set(results).size < results.length;
  }),
];

/**
 * Checks a flow or module.
 *
 * @returns `problems`: for what the service refuses it, each with its action, its path, and what the service wants there;
 *   `warnings`: what the service accepts, but may not be meant; `unchecked`: the action types with parameters that were not
 *   checked, because no record says what the service takes; `content`: with empty `Parameters` and `Transitions` where an
 *   export leaves them out, `undefined` for anything that does not have a flow's shape
 */
export function checkFlow(parsed: unknown, expected: Expected) {
  const misshapen = misfits(parsed, CONTENT);
  if (misshapen.length > 0) {
    const isFlow = !misshapen.some(path => path === '' || path === 'Actions');
    const problems = misshapen.map(path => `${path}: the service wants this as the flow language has it`);
    const noFlow = ['This is no flow: it has no list of Actions'];
    return { problems: isFlow ? problems : noFlow, warnings: [], unchecked: [], content: undefined };
  }
  const { Actions, ...more } = parsed as Content;
  const complete = ({ Parameters = {}, Transitions = {}, ...each }: Action) => ({ ...each, Parameters, Transitions });
  const content: Content = { ...more, Actions: Actions.map(complete) };
  const actions = content.Actions.map(partsOf);
  const checked = { ...expected, content, actions: new Map(actions.map(each => [each.Identifier, each])) };
  const findings = [
    ...CONTENT_RULES.flatMap(each => findingsOf(each, content, checked, '')),
    ...actions.flatMap(action => {
      return ACTION_RULES.flatMap(each => findingsOf(each, action, checked, `action "${action.Identifier}", `));
    }),
  ];
  const unchecked = actions.filter(({ type, known, Parameters }) => {
    const hasOthers = Object.keys(Parameters).length > known.filter(({ value }) => value !== undefined).length;
    return type && (type.parameters === undefined || (type.parameters.endsWith('*') && hasOthers));
  });
  return {
    problems: findings.flatMap(({ problem }) => problem ?? []),
    warnings: findings.flatMap(({ warning }) => warning ?? []),
    unchecked: [...new Set(unchecked.map(({ Type }) => Type))],
    content,
  };
}

/** The problems among the findings of {@link checkFlow}. */
export function problemsOf(parsed: unknown, expected: Expected): string[] {
  return checkFlow(parsed, expected).problems;
}

function findingsOf<Of>({ at, wants, broken, warns }: Rule<Of>, of: Of, checked: Checked, where: string) {
  const result = broken(of, checked);
  const names = result === true ? [''] : result || [];
  return names.map(name => {
    const place = `${where}${at}${name}`;
    return warns ? { warning: `warning: ${place}: ${wants}` } : { problem: `${place}: the service wants ${wants}` };
  });
}

function unreachedIn({ content, actions }: Checked): string[] {
  const reached = new Set([content.StartAction]);
  for (const name of reached) for (const target of actions.get(name)?.targets ?? []) reached.add(target);
  return [...actions.keys()].filter(name => !reached.has(name));
}
