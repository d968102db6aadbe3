import type { Contact } from '../connect/index.ts';
import { contactFlowEvent } from './contact-flow-event.ts';
import type { Action, ActionType } from './flow.ts';
import { type Clock, type InvokeFunction, invokeAsConnect } from './invoke-function.ts';
import { resolve, resolveAll } from './references.ts';
import type { Step } from './run-flow.ts';
import type { Outcome } from './transitions.ts';

/** A working queue: a queue, or the queue of one agent. */
export type TargetQueue = { AgentId: string } | { QueueId: string };

/** What an action of a run works with. */
export interface Running {
  contact: Contact;
  instanceArn: string;
  invokeFunction: InvokeFunction;
  clock: Clock;
  agentsIn: (queue: TargetQueue, metricType: string) => number;
  runModule: () => Promise<Step[]>;
  /** `$.External`: of this flow or module alone. */
  external: Record<string, string>;
  /** The working queue. */
  queue?: TargetQueue;
}

/** An outcome, and what its step records. */
type Performed = { outcome: Outcome } & Omit<Step, 'identifier' | 'type' | 'branch'>;
type Perform<T extends ActionType> = (
  parameters: Action<T>['Parameters'],
  running: Running,
) => Performed | Promise<Performed>;

const FAILED: Performed = { outcome: { error: 'NoMatchingError' } };

const ACTIONS: { [T in ActionType]: Perform<T> } = {
  CheckMetricData({ MetricType }, { queue, agentsIn }) {
    return queue ? { outcome: { result: String(agentsIn(queue, MetricType)) }, queue } : FAILED;
  },

  Compare: ({ ComparisonValue }, running) => ({ outcome: { result: resolve(ComparisonValue, namespaces(running)) } }),

  DisconnectParticipant(_, { contact, clock }) {
    contact.DisconnectTimestamp = new Date(clock.now());
    return { outcome: 'end' };
  },

  EndFlowModuleExecution: () => ({ outcome: 'end' }),

  InvokeFlowModule: async (_, { runModule }) => ({ outcome: 'success', steps: await runModule() }),

  async InvokeLambdaFunction({ InvocationTimeLimitSeconds, LambdaInvocationAttributes = {} }, running) {
    const { contact, instanceArn, invokeFunction, clock } = running;
    const event = contactFlowEvent(contact, instanceArn, resolveAll(LambdaInvocationAttributes, namespaces(running)));
    const { returned, failures } = await invokeAsConnect(
      invokeFunction,
      event,
      Number(InvocationTimeLimitSeconds),
      clock,
    );
    running.external = returned ?? {};
    return returned ? { outcome: 'success', returned, failures } : { ...FAILED, failures };
  },

  MessageParticipant: ({ Text }, running) => ({ outcome: 'success', said: resolve(Text, namespaces(running)) }),

  TransferContactToQueue: (_, { queue }) => (queue ? { outcome: 'end', queue } : FAILED),

  UpdateContactAttributes({ Attributes }, running) {
    const set = resolveAll(Attributes, namespaces(running));
    running.contact.Attributes = { ...running.contact.Attributes, ...set };
    return { outcome: 'success', set };
  },

  UpdateContactTargetQueue({ AgentId = '', QueueId = '' }, running) {
    const agent = resolve(AgentId, namespaces(running));
    const id = agent || resolve(QueueId, namespaces(running));
    if (!id) return FAILED;
    const queue = agent ? { AgentId: id } : { QueueId: id };
    running.queue = queue;
    return { outcome: 'success', queue };
  },

  async Wait({ TimeLimitSeconds }, running) {
    const seconds = resolve(TimeLimitSeconds, namespaces(running));
    // Documented: a positive whole number, at most seven days. Assumed: anything else takes the Error branch.
    if (!/^[1-9]\d{0,5}$/.test(seconds) || Number(seconds) > 604_800) return FAILED;
    await running.clock.sleep(Number(seconds) * 1_000);
    return { outcome: { result: 'WaitCompleted' }, waitedSeconds: Number(seconds) };
  },
};

/** Carries out one action. */
export function perform(action: Action, running: Running): Performed | Promise<Performed> {
  const carryOut = ACTIONS[action.Type] as Perform<ActionType>;
  return carryOut(action.Parameters, running);
}

function namespaces({ contact, external }: Running) {
  return { Attributes: contact.Attributes ?? {}, External: external };
}
