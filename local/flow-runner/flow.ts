import { basename } from 'node:path';
import { typeOf } from '../flow-language/action-types.ts';
import { checkFlow } from '../flow-language/check.ts';
import { type Expected, type Invocable, invokedBy, isModule } from '../flow-language/rule.ts';
import type { Action } from '../flow-language/shape.ts';
import { readFlowFile } from './flow-file.ts';

/** A flow or a flow module that was checked. */
export interface Flow extends Invocable {
  /** The file's name without its ending. */
  name: string;
  start: string;
  actions: ReadonlyMap<string, Action>;
  isModule: boolean;
  /** A sentence for each thing that may not be meant, was not checked, or is left out of a run. */
  warnings: string[];
  /** The action types with parameters that were not checked. */
  unchecked: string[];
}

/**
 * Reads and checks a file with a flow or a flow module (see {@link readFlowFile}), which may invoke the modules `invoked`.
 *
 * @throws Error with a line for each problem that the service would refuse the file for
 */
export function readFlow(file: string, invoked: readonly Invocable[] = [], kind?: Expected['kind']): Flow {
  const read = readFlowFile(file);
  const flow = toFlow(read.content, file, { kind: kind ?? read.kind, own: read.contract, invoked });
  return { ...flow, id: read.id, warnings: [...read.warnings, ...flow.warnings] };
}

/** {@link readFlow} for a file that must have a flow module. */
export function readModule(file: string): Flow {
  return readFlow(file, [], 'module');
}

/** {@link readFlow} for parsed content. */
export function toFlow(parsed: unknown, file: string, expected: Expected = {}): Flow {
  const { content, problems, warnings, unchecked } = checkFlow(parsed, expected);
  if (!content || problems.length > 0) {
    const refusal = [`Amazon Connect would refuse ${file}:`, ...problems].join('\n  ');
    throw new Error([refusal, ...uncheckedLines({ unchecked })].join('\n'));
  }
  const leftOut = Object.entries(LEFT_OUT).flatMap(([why, isLeftOut]) => {
    const types = new Set(content.Actions.filter(action => isLeftOut(action, expected)).map(({ Type }) => Type));
    return types.size > 0 ? `${why}: ${[...types].join(', ')}.` : [];
  });
  const returned = content.Actions.filter(({ Type }) => Type === 'EndFlowModuleExecution').map(
    ({ Parameters }) => Parameters['Result'],
  );
  return {
    name: basename(file).replace(/\.\w+$/, ''),
    start: content.StartAction,
    actions: new Map(content.Actions.map(action => [action.Identifier, action])),
    isModule: expected.kind === 'module' || isModule(content),
    contract: expected.own,
    returns: [...new Set(returned.filter(result => typeof result === 'string'))],
    warnings: [...warnings, ...leftOut].map(each => `${file}: ${each}`),
    unchecked,
  };
}

/** What was not checked, a line for each action type. */
export const uncheckedLines = ({ unchecked }: Pick<Flow, 'unchecked'>) =>
  unchecked.map(type => `${type}: parameters not checked`);

/** The actions that a run or the check leaves out, by why. */
const LEFT_OUT: Record<string, (action: Action, expected: Expected) => boolean> = {
  'passed over, because it changes nothing here': action => typeOf(action)?.here === 'passed over',
  'a run here ends where it reaches': action => typeOf(action)?.here === 'not run',
  'not checked against its contract, which the file does not have': ({ Type }, { own }) =>
    Type === 'EndFlowModuleExecution' && !own,
  'not checked against the contract of a module': (action, expected) =>
    action.Type === 'InvokeFlowModule' && !invokedBy(action, expected)?.contract,
};
