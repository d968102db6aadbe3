import { ACTION_RULES, ACTION_WARNINGS } from './action-rules.ts';
import { type Checked, type Expected, isModule, type Parts, partsOf, type Rule, rule } from './rule.ts';
import { type Action, CONTENT, type Content, MODULE, misfits } from './shape.ts';

const MAX_ACTIONS = 250;
const MAX_BRANCHES = 8;

/** What the service wants of a flow or module as a whole. Records: the reference, and P and F of action-types.ts. */
const CONTENT_RULES: Rule<Checked>[] = [
  rule('Actions', 'a flow, no flow module', ({ kind, content }) => kind === 'flow' && isModule(content)),
  rule('Actions', 'Settings at its top, which make it a flow module, no flow', ({ kind, content }) => {
    return kind === 'module' && content.Settings === undefined && !isModule(content);
  }),
  rule('Version', '2019-10-30', ({ content }) => content.Version !== '2019-10-30'),
  rule('Actions', `at most ${MAX_ACTIONS} actions`, ({ content }) => content.Actions.length > MAX_ACTIONS),
  rule('StartAction', 'an action of the flow', ({ content, actions }) => !actions.has(content.StartAction)),
  rule('Settings', 'no Settings in a flow, or the three lists of a module in it', ({ kind, content }) => {
    return kind !== 'module' && content.Settings !== undefined && !isModule(content);
  }),
  rule('', 'this in a module', ({ kind, content }) => {
    const shouldBe = isModule(content) || (kind === 'module' && content.Settings !== undefined);
    return shouldBe && misfits(content, MODULE);
  }), // P, "Flow modules"; F 38.
  rule('transitions.results', `at most ${MAX_BRANCHES} branches, each once`, ({ own }) => {
    const { results = [] } = own ?? {};
    return results.length > MAX_BRANCHES || new Set(results).size < results.length;
  }),
];

/** No record of a refusal, and public exports have such actions. */
const UNREACHED = rule<Checked>('Actions ', 'nothing leads to this action', ({ content, actions }) => {
  const reached = new Set([content.StartAction]);
  for (const name of reached) for (const target of actions.get(name)?.targets ?? []) reached.add(target);
  return [...actions.keys()].filter(name => !reached.has(name));
});

/**
 * Checks a flow or module: `problems` are why the service refuses it, `warnings` what it accepts, but may not be meant,
 * `unchecked` the action types with parameters that no record describes. `content` has empty `Parameters` and `Transitions`
 * where an export leaves them out, and is `undefined` for anything that does not have a flow's shape.
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
  const findings = (rules: Rule<Checked>[], actionRules: Rule<Parts>[]) => [
    ...findingsOf(rules, checked, checked),
    ...actions.flatMap(each => findingsOf(actionRules, each, checked, `action "${each.Identifier}", `)),
  ];
  const unchecked = actions.filter(({ type, known, Parameters }) => {
    const hasOthers = Object.keys(Parameters).length > known.filter(({ value }) => value !== undefined).length;
    return type && (type.parameters === undefined || (type.parameters.endsWith('*') && hasOthers));
  });
  return {
    problems: findings(CONTENT_RULES, ACTION_RULES).map(({ place, wants }) => `${place}: the service wants ${wants}`),
    warnings: findings([UNREACHED], ACTION_WARNINGS).map(({ place, wants }) => `warning: ${place}: ${wants}`),
    unchecked: [...new Set(unchecked.map(({ Type }) => Type))],
    content,
  };
}

/** The places where rules are broken. */
function findingsOf<Of>(rules: Rule<Of>[], of: Of, checked: Checked, where = '') {
  return rules.flatMap(({ at, wants, broken }) => {
    const found = broken(of, checked);
    const names = found === true ? [''] : found || [];
    return names.map(name => ({ place: `${where}${at}${name}`, wants }));
  });
}
