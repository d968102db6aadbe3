import { ACTION_RULES } from './action-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { type Checked, type Expected, partsOf, type Rule } from './rule.ts';
import { type Action, CONTENT, type Content, misfits } from './shape.ts';

export { type Expected, type Invocable, invokedBy, isModule } from './rule.ts';

/**
 * Checks a flow or module.
 *
 * @returns `problems`: the action, the path, and what the service wants there, or else refuses the flow; `warnings`: what it
 *   accepts, but may not be meant; `unchecked`: the action types with parameters of which no record says what it takes;
 *   `content`: with empty `Parameters` and `Transitions` where an export leaves them out, `undefined` for another shape
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
    ...CONTENT_RULES.flatMap(rule => broken(rule, content, checked, '')),
    ...actions.flatMap(each =>
      ACTION_RULES.flatMap(rule => broken(rule, each, checked, `action "${each.Identifier}", `)),
    ),
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

function broken<Of>({ at, wants, broken, warns }: Rule<Of>, of: Of, checked: Checked, where: string) {
  const result = broken(of, checked);
  const names = result === true ? [''] : result || [];
  return names.map(name => {
    const place = `${where}${at}${name}`;
    return warns ? { warning: `warning: ${place}: ${wants}` } : { problem: `${place}: the service wants ${wants}` };
  });
}
