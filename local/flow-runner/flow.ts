import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readModuleContent } from './template.ts';

/** The actions that the runner knows, those of our own files, with their parameters. */
const PARAMETERS: Record<string, readonly string[]> = {
  CheckMetricData: ['MetricType'],
  Compare: ['ComparisonValue'],
  DisconnectParticipant: [],
  EndFlowModuleExecution: [],
  InvokeFlowModule: ['FlowModuleId'],
  InvokeLambdaFunction: [
    'LambdaFunctionARN',
    'InvocationTimeLimitSeconds',
    'LambdaInvocationAttributes',
    'ResponseValidation',
  ],
  MessageParticipant: ['Text'],
  TransferContactToQueue: [],
  UpdateContactAttributes: ['Attributes', 'TargetContact'],
  UpdateContactTargetQueue: ['AgentId', 'QueueId'],
  Wait: ['TimeLimitSeconds'],
};

/** Where an action leads. One that ends the flow has none of these. */
export interface Transitions {
  NextAction?: string;
  Errors?: readonly { NextAction: string; ErrorType: string }[];
  Conditions?: readonly { NextAction: string; Condition: { Operator: string; Operands: readonly string[] } }[];
}

/** One action of a flow, as the flow language spells it. Parameters may be references to attributes. */
export interface Action {
  Identifier: string;
  Type: string;
  Parameters: Readonly<Record<string, unknown>>;
  Transitions: Transitions;
}

/** A flow or a flow module that was checked: the runner knows every action of it, and every transition leads to one. */
export interface Flow {
  /** The file's name without its ending. */
  name: string;
  start: string;
  actions: ReadonlyMap<string, Action>;
}

/**
 * Reads a file in the flow language.
 *
 * @throws Error that names the file and the action, for whatever the runner does not know
 * @example readFlow('examples/returning-customer-flow.json').name // 'returning-customer-flow'
 */
export function readFlow(file: string): Flow {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  return parseFlow(readFileSync(file, 'utf8'), file);
}

/** The flow module of template.yaml. */
export function readModule(): Flow {
  return parseFlow(readModuleContent(), 'persistent-chat');
}

/** {@link readFlow} for a text; `file` is what errors name. */
export function parseFlow(text: string, file: string): Flow {
  const { StartAction, Actions } = parseJson(text, file) as { StartAction?: string; Actions?: Action[] };
  if (StartAction === undefined || !Array.isArray(Actions)) {
    throw new Error(`${file} is no flow: StartAction or Actions is missing.`);
  }
  const actions = new Map(Actions.map(action => [action.Identifier, action]));
  for (const action of Actions) checkAction(action, file);
  for (const target of [StartAction, ...Actions.flatMap(targetsOf)]) {
    if (!actions.has(target)) throw new Error(`${file} has a transition to "${target}", but no such action.`);
  }
  return { name: basename(file, '.json'), start: StartAction, actions };
}

/** The actions that an action may lead to. */
export function targetsOf({ Transitions: { NextAction, Errors = [], Conditions = [] } }: Action): string[] {
  const targets = [...Errors, ...Conditions].map(transition => transition.NextAction);
  return NextAction === undefined ? targets : [NextAction, ...targets];
}

function checkAction({ Identifier, Type, Parameters }: Action, file: string): void {
  const action = `${file}: the action "${Identifier}"`;
  const known = Object.hasOwn(PARAMETERS, Type) ? PARAMETERS[Type] : undefined;
  if (!known) {
    const types = Object.keys(PARAMETERS).join(', ');
    throw new Error(`${action} is of type ${Type}, which the flow runner does not know. It knows ${types}.`);
  }
  const unknown = Object.keys(Parameters).find(name => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`${action} has the parameter ${unknown}, which the flow runner does not know for ${Type}.`);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}
