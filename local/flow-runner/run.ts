import type { Contact, Variant } from '../connect/index.ts';
import type { Action } from '../flow-language/shape.ts';
import type { Flow } from './flow.ts';
import type { Clock, InvokeFunction } from './invoke-function.ts';

/** A working queue: a queue, or the queue of one agent. */
export type TargetQueue = { AgentId: string } | { QueueId: string };

/** The contact that a flow runs for, and what it runs with. */
export interface FlowRun {
  /** The contact that the flow runs for: its attributes are changed as on AWS, and a disconnect ends it. */
  contact: Contact;
  invokeFunction: InvokeFunction;
  /** The module that every `InvokeFlowModule` runs, whatever id it names. */
  module?: Flow;
  /** Default: real time. */
  clock?: Clock;
  /** How many agents a queue has in a metric of `CheckMetricData`. Default: one in each. */
  agentsIn?: (queue: TargetQueue, metricType: string) => number;
  /** The intent that a Lex bot recognizes in the customer's answer. Default: there is no bot, and its block fails. */
  intentFor?: (botAliasArn: string) => string | undefined;
  /** A number from 0 to below 1, for `DistributeByPercentage`. Default: a random one. */
  random?: () => number;
  /** Makes an action fail with this type of error; `undefined` lets it run. */
  errorFor?: (action: Action) => string | undefined;
  variant?: Variant | undefined;
}

/** A step of a run. */
export interface Step {
  identifier: string;
  type: string;
  /** `NextAction`, a condition (`Equals WaitCompleted`), an error type (`NoMatchingError`), or `End`. */
  branch: string;
  /** `MessageParticipant`, and the question of a Lex bot: the message. */
  said?: string;
  /** `InvokeLambdaFunction`: how each failed invocation failed. */
  failures?: string[];
  /** `UpdateContactTargetQueue`, `CheckMetricData`, `TransferContactToQueue`: the working queue. */
  queue?: TargetQueue;
  /** `InvokeFlowModule`: the steps of the module. */
  steps?: Step[];
  /** `EndFlowModuleExecution`: the branch that the module returns with, and its result data. */
  result?: string | undefined;
  resultData?: object | undefined;
}
