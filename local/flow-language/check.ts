import { ACTION_RULES } from './action-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { type Broken, type Expected, partsOf, type Rule } from './rule.ts';
import { CONTENT, type Content, completed, misfits } from './shape.ts';

export { type Expected, type Invocable, invokedBy, isModule } from './rule.ts';

/** What the check found: a problem, for which the service refuses the flow, or a warning, with which it accepts it. */
export interface Finding {
  refused: boolean;
  says: string;
}

/** What each rule wants, as findings say it. */
export const WANTS = [...CONTENT_RULES, ...ACTION_RULES].map(({ wants }) => wants);

/** What is wrong with a flow or module: for each finding its action, its path, and what the service wants there. */
export function findingsOf(parsed: unknown, expected: Expected): Finding[] {
  const misshapen = misfits(parsed, CONTENT);
  const problem = (says: string): Finding => ({ refused: true, says });
  if (misshapen.some(path => path === '' || path === 'Actions')) {
    return [problem('This is no flow: it has no list of Actions')];
  }
  if (misshapen.length > 0) {
    return misshapen.map(path => problem(`${path}: the service wants this as the flow language has it`));
  }
  const content = completed(parsed as Content);
  const checked = { ...expected, content, actions: new Map(content.Actions.map(each => [each.Identifier, each])) };
  return [
    ...CONTENT_RULES.flatMap(rule => found(rule, rule.broken(content, checked), '')),
    ...content.Actions.flatMap(action => {
      const parts = partsOf(action);
      return ACTION_RULES.flatMap(rule => found(rule, rule.broken(parts, checked), `action "${action.Identifier}", `));
    }),
  ];
}

/** The problems among {@link findingsOf}. */
export function problemsOf(parsed: unknown, expected: Expected): string[] {
  return findingsOf(parsed, expected).flatMap(({ refused, says }) => (refused ? says : []));
}

/** The action types with parameters that were not checked, because no record says what the service takes. */
export function uncheckedTypes(parsed: unknown): string[] {
  if (misfits(parsed, CONTENT).length > 0) return [];
  const unchecked = completed(parsed as Content).Actions.filter(action => {
    const { type, known } = partsOf(action);
    const isOpen = type?.parameters?.endsWith('*') && Object.keys(action.Parameters).some(name => !known.has(name));
    return type && (type.parameters === undefined || isOpen);
  });
  return [...new Set(unchecked.map(({ Type }) => Type))];
}

function found({ wants, at, warns }: Rule<never>, broken: Broken, where: string): Finding[] {
  const names = broken === true ? [''] : broken || [];
  return names.map(name => {
    const place = `${where}${at}${name}`;
    return warns
      ? { refused: false, says: `warning: ${place}: ${wants}` }
      : { refused: true, says: `${place}: the service wants ${wants}` };
  });
}
