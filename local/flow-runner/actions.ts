import { type Contact, INSTANCE_ARN } from '../connect/index.ts';
import { contactFlowEvent } from './contact-flow-event.ts';
import type { Action } from './flow.ts';
import { type Clock, type InvokeFunction, invokeAsConnect } from './invoke-function.ts';
import { resolve } from './references.ts';
import type { Step } from './run-flow.ts';

/** What came of an action: it succeeded, gave a result to compare, failed with an error type, or ended the flow. */
export type Outcome = 'success' | 'end' | { result: string } | { error: string };

/** A working queue: a queue, or the queue of one agent. */
export type TargetQueue = { AgentId: string } | { QueueId: string };

/** What an action of a run works with. */
export interface Running {
  contact: Contact;
  invokeFunction: InvokeFunction;
  clock: Clock;
  agentsIn: (queue: TargetQueue, metricType: string) => number;
  runModule: () => Promise<Step[]>;
  /** `$.External`: of this flow or module alone. */
  external: Record<string, string>;
  /** The working queue. */
  queue?: TargetQueue;
}

/** The parameters that the runner reads, references resolved; an action has its own. */
interface Parameters {
  AgentId?: string;
  Attributes: Record<string, string>;
  ComparisonValue: string;
  InvocationTimeLimitSeconds: string;
  LambdaInvocationAttributes?: Record<string, string>;
  MetricType: string;
  QueueId?: string;
  Text: string;
  TimeLimitSeconds: string;
}

/** An outcome, and what its step records. */
type Performed = { outcome: Outcome } & Omit<Step, 'identifier' | 'type' | 'branch'>;
type Perform = (parameters: Parameters, running: Running) => Performed | Promise<Performed>;

const FAILED: Performed = { outcome: { error: 'NoMatchingError' } };

const ACTIONS: Record<string, Perform> = {
  CheckMetricData({ MetricType }, { queue, agentsIn }) {
    return queue ? { outcome: { result: String(agentsIn(queue, MetricType)) }, queue } : FAILED;
  },

  Compare: ({ ComparisonValue }) => ({ outcome: { result: ComparisonValue } }),

  DisconnectParticipant(_, { contact, clock }) {
    contact.DisconnectTimestamp = new Date(clock.now());
    return { outcome: 'end' };
  },

  EndFlowModuleExecution: () => ({ outcome: 'end' }),

  InvokeFlowModule: async (_, { runModule }) => ({ outcome: 'success', steps: await runModule() }),

  async InvokeLambdaFunction({ InvocationTimeLimitSeconds, LambdaInvocationAttributes = {} }, running) {
    const { contact, invokeFunction, clock } = running;
    const event = contactFlowEvent(contact, INSTANCE_ARN, LambdaInvocationAttributes);
    const limit = Number(InvocationTimeLimitSeconds);
    const { returned, failures } = await invokeAsConnect(invokeFunction, event, limit, clock);
    running.external = returned ?? {};
    return returned ? { outcome: 'success', returned, failures } : { ...FAILED, failures };
  },

  MessageParticipant: ({ Text }) => ({ outcome: 'success', said: Text }),

  TransferContactToQueue: (_, { queue }) => (queue ? { outcome: 'end', queue } : FAILED),

  UpdateContactAttributes({ Attributes }, { contact }) {
    contact.Attributes = { ...contact.Attributes, ...Attributes };
    return { outcome: 'success', set: Attributes };
  },

  UpdateContactTargetQueue({ AgentId, QueueId }, running) {
    if (!AgentId && !QueueId) return FAILED;
    running.queue = AgentId ? { AgentId } : { QueueId: QueueId as string };
    return { outcome: 'success', queue: running.queue };
  },

  async Wait({ TimeLimitSeconds }, { clock }) {
    // Documented: a positive whole number, at most seven days. Assumed: anything else takes the Error branch.
    if (!/^[1-9]\d{0,5}$/.test(TimeLimitSeconds) || Number(TimeLimitSeconds) > 604_800) return FAILED;
    await clock.sleep(Number(TimeLimitSeconds) * 1_000);
    return { outcome: { result: 'WaitCompleted' }, waitedSeconds: Number(TimeLimitSeconds) };
  },
};

/** Carries out one action. */
export function perform({ Type, Parameters }: Action, running: Running): Performed | Promise<Performed> {
  const carryOut = ACTIONS[Type] as Perform; // readFlow saw to it that there is one.
  const namespaces = { Attributes: running.contact.Attributes ?? {}, External: running.external };
  return carryOut(resolve(Parameters, namespaces) as unknown as Parameters, running);
}
