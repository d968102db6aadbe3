import { type Checked, isModule, partsOf, type Rule } from './rule.ts';
import { type Content, MODULE, misfits } from './shape.ts';

const MAX_ACTIONS = 250;
const MAX_BRANCHES = 8;

/** What the service wants of a flow or module as a whole. Records: the reference, and P and F of action-types.ts. */
export const CONTENT_RULES: Rule<Content>[] = [
  {
    wants: 'a flow, no flow module',
    at: 'Actions',
    broken: (content, { kind }) => kind === 'flow' && isModule(content),
  },
  {
    wants: 'Settings at its top, which make it a flow module, no flow',
    at: 'Actions',
    broken: (content, { kind }) => kind === 'module' && content.Settings === undefined && !isModule(content),
  },
  { wants: '2019-10-30', at: 'Version', broken: ({ Version }) => Version !== '2019-10-30' },
  { wants: `at most ${MAX_ACTIONS} actions`, at: 'Actions', broken: ({ Actions }) => Actions.length > MAX_ACTIONS },
  {
    wants: 'an action of the flow',
    at: 'StartAction',
    broken: ({ StartAction }, { actions }) => !actions.has(StartAction),
  },
  // No record of a refusal, and public exports have such actions.
  { wants: 'nothing leads to this action', at: 'Actions ', warns: true, broken: (_, checked) => unreachedIn(checked) },
  {
    wants: 'no Settings in a flow, or the three lists of a module in it',
    at: 'Settings',
    broken: (content, { kind }) => kind !== 'module' && content.Settings !== undefined && !isModule(content),
  },
  {
    wants: 'this in a module', // P, "Flow modules"; F 38.
    at: '',
    broken: (content, { kind }) =>
      (isModule(content) || (kind === 'module' && content.Settings !== undefined)) && misfits(content, MODULE),
  },
  {
    wants: `at most ${MAX_BRANCHES} branches, each once`,
    at: 'transitions.results',
    broken: (_, { own: { results } = { results: [] } }) =>
      results.length > MAX_BRANCHES || new Set(results).size < results.length,
  },
];

function unreachedIn({ content, actions }: Checked): string[] {
  const reached = new Set([content.StartAction]);
  for (const name of reached) {
    const action = actions.get(name);
    for (const target of action ? partsOf(action).targets : []) reached.add(target);
  }
  return [...actions.keys()].filter(name => !reached.has(name));
}
