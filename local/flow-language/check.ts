import { ACTION_RULES } from './action-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { type Checked, type Expected, partsOf, type Rule } from './rule.ts';
import { type Action, CONTENT, type Content, misfits } from './shape.ts';

export { type Expected, type Invocable, invokedBy, isModule } from './rule.ts';

/** What the check found in a flow or module. */
export interface Findings {
  /** For what the service refuses it: the action, the path, and what the service wants there. */
  problems: string[];
  /** What the service accepts, but may not be meant. */
  warnings: string[];
  /** The action types with parameters that were not checked, because no record says what the service takes. */
  unchecked: string[];
  /** With empty `Parameters` and `Transitions` where an export leaves them out; absent if it does not have a flow's shape. */
  content?: Content;
}

/** Checks a flow or module. */
export function checkFlow(parsed: unknown, expected: Expected): Findings {
  const misshapen = misfits(parsed, CONTENT);
  if (misshapen.length > 0) {
    const isFlow = !misshapen.some(path => path === '' || path === 'Actions');
    const problems = misshapen.map(path => `${path}: the service wants this as the flow language has it`);
    return {
      problems: isFlow ? problems : ['This is no flow: it has no list of Actions'],
      warnings: [],
      unchecked: [],
    };
  }
  const { Actions, ...more } = parsed as Content;
  const complete = ({ Parameters = {}, Transitions = {}, ...each }: Action) => ({ ...each, Parameters, Transitions });
  const content = { ...more, Actions: Actions.map(complete) };
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
