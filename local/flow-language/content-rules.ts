import { type Checked, isModule, type Rule, rule, warning } from './rule.ts';
import { type Content, MODULE, misfits } from './shape.ts';

const MAX_ACTIONS = 250;
const MAX_BRANCHES = 8;

/** What the service wants of a flow or module as a whole. Records: the reference, and P and F of action-types.ts. */
export const CONTENT_RULES: Rule<Content>[] = [
  rule('Actions', 'a flow, no flow module', (content, { kind }) => kind === 'flow' && isModule(content)),
  rule(
    'Actions',
    'Settings at its top, which make it a flow module, no flow',
    (content, { kind }) => kind === 'module' && content.Settings === undefined && !isModule(content),
  ),
  rule('Version', '2019-10-30', ({ Version }) => Version !== '2019-10-30'),
  rule('Actions', `at most ${MAX_ACTIONS} actions`, ({ Actions }) => Actions.length > MAX_ACTIONS),
  rule('StartAction', 'an action of the flow', ({ StartAction }, { actions }) => !actions.has(StartAction)),
  // No record of a refusal, and public exports have such actions.
  warning('Actions ', 'nothing leads to this action', (_, checked) => unreachedIn(checked)),
  rule(
    'Settings',
    'no Settings in a flow, or the three lists of a module in it',
    (content, { kind }) => kind !== 'module' && content.Settings !== undefined && !isModule(content),
  ),
  rule(
    '',
    'this in a module',
    (content, { kind }) =>
      (isModule(content) || (kind === 'module' && content.Settings !== undefined)) && misfits(content, MODULE),
  ), // P, "Flow modules"; F 38.
  rule(
    'transitions.results',
    `at most ${MAX_BRANCHES} branches, each once`,
    (_, { own }) =>
      own !== undefined && (own.results.length > MAX_BRANCHES || new Set(own.results).size < own.results.length),
  ),
];

function unreachedIn({ content, actions }: Checked): string[] {
  const reached = new Set([content.StartAction]);
  for (const name of reached) for (const target of actions.get(name)?.targets ?? []) reached.add(target);
  return [...actions.keys()].filter(name => !reached.has(name));
}
