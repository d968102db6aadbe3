import { createHash, randomUUID } from 'node:crypto';
import { problemsOf } from '../flow-language/check.ts';
import { arn, ConnectError, invalid } from './answer.ts';
import { pageOf } from './page.ts';
import { bodyOf, type ConnectRequest, instanceIdOf, limited, readObject } from './request.ts';
import { FLOW_MODULE } from './sample-data.ts';
import type { ConnectState } from './state.ts';

/** From the service model (2017-08-08). */
const TYPES = [
  ...['CONTACT_FLOW', 'CUSTOMER_QUEUE', 'CUSTOMER_HOLD', 'CUSTOMER_WHISPER', 'AGENT_HOLD', 'AGENT_WHISPER'],
  ...['OUTBOUND_WHISPER', 'AGENT_TRANSFER', 'QUEUE_TRANSFER', 'CAMPAIGN'],
];

/** `CreateContactFlow`: keeps a flow for `StartChatContact`. Assumed: it is checked unless `Status` is `SAVED`. */
export function createContactFlow(state: ConnectState, request: ConnectRequest): object {
  const { flows } = state;
  const instanceId = instanceIdOf(state, request);
  const { Name, Type, Content, Status = 'PUBLISHED' } = bodyOf(request);
  const type = String(Type);
  const name = limited('Name', Name, 1);
  const content = limited('Content', Content, 1, 256_000);
  if (!TYPES.includes(type)) throw invalid(`Type must be one of ${TYPES.join(', ')}.`);
  if (Status !== 'PUBLISHED' && Status !== 'SAVED') throw invalid('Status must be PUBLISHED or SAVED.');
  const problems = Status === 'PUBLISHED' ? problemsOf(readObject(content), { kind: 'flow' }) : [];
  if (problems.length > 0) {
    const members = { problems: problems.map(message => ({ message: `${message}.` })) };
    throw new ConnectError('InvalidContactFlowException', `${problems.join('. ')}.`, members);
  }
  if ([...flows.values()].some(flow => flow.name === name && flow.content)) {
    throw new ConnectError('DuplicateResourceException', 'A flow with this name already exists.');
  }
  const ContactFlowId = randomUUID();
  flows.set(ContactFlowId, { name, type, status: Status, content });
  return {
    ContactFlowId,
    ContactFlowArn: arn(instanceId, `contact-flow/${ContactFlowId}`),
    FlowContentSha256: createHash('sha256').update(content).digest('hex'),
  };
}

/** `ListContactFlows`: the flows that `CreateContactFlow` created. */
export function listContactFlows(state: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(state, request);
  const types = request.query.getAll('contactFlowTypes');
  if (!types.every(type => TYPES.includes(type))) throw invalid(`contactFlowTypes must be of ${TYPES.join(', ')}.`);
  const listed = [...state.flows].filter(
    ([, { type, content }]) => content && (types.length === 0 || types.includes(type)),
  );
  const { page, NextToken } = pageOf(listed, 'flows', request.query, 1000);
  const ContactFlowSummaryList = page.map(([Id, { name: Name, type: ContactFlowType, status: ContactFlowStatus }]) => {
    const members = { Name, ContactFlowType, ContactFlowState: 'ACTIVE', ContactFlowStatus };
    return { Id, Arn: arn(instanceId, `contact-flow/${Id}`), ...members };
  });
  return { ContactFlowSummaryList, NextToken };
}

/** `DeleteContactFlow`. */
export function deleteContactFlow(state: ConnectState, request: ConnectRequest): object {
  instanceIdOf(state, request);
  const flow = state.flows.get(limited('ContactFlowId', request.contactFlowId, 1, 500));
  if (!flow?.content) throw new ConnectError('ResourceNotFoundException', 'The flow does not exist.');
  flow.content = undefined;
  return {};
}

/** The content of a flow, or `undefined` for one that was not created here. A deleted one is refused. */
export function flowContent({ flows }: ConnectState, id: string): string | undefined {
  const flow = flows.get(id);
  if (flow && !flow.content) throw new ConnectError('ResourceNotFoundException', 'The flow does not exist.');
  return flow?.content;
}

/** `ListContactFlowModules`: lists the only module, which is active. */
export function listContactFlowModules(state: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(state, request);
  const State = request.query.get('state') ?? 'ACTIVE';
  if (State !== 'ACTIVE' && State !== 'ARCHIVED') throw invalid('state must be ACTIVE or ARCHIVED.');
  const module = { ...FLOW_MODULE, Arn: arn(instanceId, `flow-module/${FLOW_MODULE.Id}`), State };
  const listed = State === 'ACTIVE' && state.variant !== 'no-module' ? [module] : [];
  const { page, NextToken } = pageOf(listed, 'modules', request.query, 1000);
  return { ContactFlowModulesSummaryList: page, NextToken };
}
