import { INSTANCE_ARN } from '../connect/index.ts';
import { typeOf } from '../flow-language/action-types.ts';
import type { Action } from '../flow-language/shape.ts';
import { contactFlowEvent } from './contact-flow-event.ts';
import { invokeAsConnect } from './invoke-function.ts';
import { interpolate, type Namespaces, resolve } from './references.ts';
import type { FlowRun, Step, TargetQueue } from './run.ts';

/** What an action of a run works with. */
export type Running = FlowRun &
  Required<Pick<FlowRun, 'clock' | 'agentsIn' | 'random'>> & {
    runModule: (input: object) => Promise<Step[]>;
    /** `$.External`: of this flow or module alone. */
    external: Record<string, string>;
    /** `$.Modules`: what this module was given, and what the last module that it invoked returned. */
    modules: { Input: object; Result?: string | undefined; ResultData?: object | undefined };
    /** The working queue. */
    queue?: TargetQueue;
  };

/** The parameters that the runner reads, with resolved references; each action has some of them. */
interface Parameters {
  AgentId?: string;
  Attributes: Record<string, string>;
  ComparisonValue: string;
  Input?: object;
  InvocationTimeLimitSeconds: string;
  LexV2Bot?: { AliasArn: string };
  LambdaInvocationAttributes?: Record<string, string>;
  MetricType: string;
  QueueId?: string;
  Result?: string;
  ResultData?: object;
  Text?: string;
  TimeLimitSeconds: string;
}

/** The text that an action's conditions are compared with, or else the branch that it takes; and what its step records. */
export type Performed = { compared?: string; branch?: string } & Omit<Step, 'identifier' | 'type' | 'branch'>;
type Perform = (parameters: Parameters, running: Running) => Performed | Promise<Performed>;

const SUCCESS: Performed = { branch: 'NextAction' };
const FAILED: Performed = { branch: 'NoMatchingError' };
const END: Performed = { branch: 'End' };

const ACTIONS: Record<string, Perform> = {
  CheckMetricData({ MetricType, ...target }, { queue: working, agentsIn }) {
    const queue = queueOf(target) ?? working;
    return queue ? { compared: String(agentsIn(queue, MetricType)), queue } : FAILED;
  },

  Compare: ({ ComparisonValue }) => ({ compared: ComparisonValue }),

  ConnectParticipantWithLexBot({ Text = '', LexV2Bot }, running) {
    const compared = LexV2Bot && running.intentFor?.(LexV2Bot.AliasArn);
    return compared === undefined ? FAILED : { compared, said: interpolate(Text, namespacesOf(running)) };
  },

  DisconnectParticipant(_, { contact, clock }) {
    contact.DisconnectTimestamp = new Date(clock.now());
    return END;
  },

  // A whole number from 1 to 100 (API reference).
  DistributeByPercentage: (_, { random }) => ({ compared: String(1 + Math.floor(random() * 100)) }),

  EndFlowExecution: () => END,

  EndFlowModuleExecution: ({ Result, ResultData }) => ({ ...END, result: Result, resultData: ResultData }),

  async InvokeFlowModule({ Input = {} }, running) {
    const steps = await running.runModule(Input);
    const { result, resultData } = steps.at(-1) ?? {};
    running.modules = { ...running.modules, Result: result, ResultData: resultData };
    return { ...(result === undefined ? SUCCESS : { compared: result }), steps };
  },

  async InvokeLambdaFunction({ InvocationTimeLimitSeconds, LambdaInvocationAttributes = {} }, running) {
    const { contact, invokeFunction, clock } = running;
    const event = contactFlowEvent(contact, INSTANCE_ARN, LambdaInvocationAttributes);
    const limit = Number(InvocationTimeLimitSeconds);
    const { returned, failures } = await invokeAsConnect(invokeFunction, event, limit, clock);
    running.external = (running.variant !== 'no-external' && returned) || {};
    return { ...(returned ? SUCCESS : FAILED), failures };
  },

  MessageParticipant({ Text = '' }, running) {
    return { ...SUCCESS, said: interpolate(Text, namespacesOf(running)) };
  },

  TransferContactToQueue: (_, { queue }) => (queue ? { ...END, queue } : FAILED),

  UpdateContactAttributes({ Attributes }, { contact, variant }) {
    if (variant === 'empty-attribute-refused' && Object.values(Attributes).includes('')) return FAILED;
    contact.Attributes = { ...contact.Attributes, ...Attributes };
    return SUCCESS;
  },

  UpdateContactTargetQueue(target, running) {
    const queue = queueOf(target);
    if (!queue) return FAILED;
    running.queue = queue;
    return { ...SUCCESS, queue };
  },

  async Wait({ TimeLimitSeconds }, { clock, contact, variant }) {
    // Documented: a positive whole number, at most seven days. Assumed: anything else takes the Error branch.
    if (!/^[1-9]\d{0,5}$/.test(TimeLimitSeconds) || Number(TimeLimitSeconds) > 604_800) return FAILED;
    const messages = () => contact.transcript?.filter(({ Type }) => Type === 'MESSAGE').length;
    const before = messages();
    const end = clock.now() + Number(TimeLimitSeconds) * 1_000;
    while (clock.now() < end && messages() === before)
      await clock.sleep(variant === 'message-ends-wait' ? 100 : end - clock.now());
    return { compared: 'WaitCompleted' };
  },
};

/**
 * Carries out one action, or passes it over.
 *
 * @throws Error for an action that is not run here
 */
export function perform(action: Action, running: Running): Performed | Promise<Performed> {
  const { Identifier, Type, Parameters } = action;
  const carryOut = ACTIONS[Type];
  if (carryOut) {
    const asText = running.variant === 'inputs-as-text' ? /^\$\.Modules\.Input\./ : undefined;
    return carryOut(resolve(Parameters, namespacesOf(running), asText) as unknown as Parameters, running);
  }
  if (typeOf(action)?.here === 'passed over') return SUCCESS;
  throw new Error(`The run ends at the action "${Identifier}": ${Type} is not run here.`);
}

function namespacesOf({ contact, external, modules }: Running): Namespaces {
  return { Attributes: contact.Attributes, External: external, Modules: modules };
}

function queueOf({ AgentId, QueueId }: Pick<Parameters, 'AgentId' | 'QueueId'>): TargetQueue | undefined {
  if (AgentId) return { AgentId };
  return QueueId ? { QueueId } : undefined;
}
