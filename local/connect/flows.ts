import { createHash, randomUUID } from 'node:crypto';
import { checkFlow } from '../flow-language/check.ts';
import { arn, ConnectError, invalid, notFound } from './answer.ts';
import { oneOf, operation, optional, pageOf, readObject, text } from './request.ts';
import { FLOW_MODULE } from './sample-data.ts';
import type { ConnectState } from './state.ts';

/** From the service model (2017-08-08). */
const TYPES = [
  ...['CONTACT_FLOW', 'CUSTOMER_QUEUE', 'CUSTOMER_HOLD', 'CUSTOMER_WHISPER', 'AGENT_HOLD', 'AGENT_WHISPER'],
  ...['OUTBOUND_WHISPER', 'AGENT_TRANSFER', 'QUEUE_TRANSFER', 'CAMPAIGN'],
];

/** `CreateContactFlow`: keeps a flow for `StartChatContact`. Assumed: it is checked unless `Status` is `SAVED`. */
export const createContactFlow = operation(
  { Name: text(1), Content: text(1, 256_000), Type: oneOf(...TYPES), Status: optional(oneOf('PUBLISHED', 'SAVED')) },
  ({ flows }, { InstanceId, Name: name, Type: type, Content: content, Status: status = 'PUBLISHED' }) => {
    const problems = status === 'PUBLISHED' ? checkFlow(readObject(content), { kind: 'flow' }).problems : [];
    if (problems.length > 0) {
      const members = { problems: problems.map(message => ({ message: `${message}.` })) };
      throw new ConnectError('InvalidContactFlowException', `${problems.join('. ')}.`, members);
    }
    if ([...flows.values()].some(flow => flow.name === name && flow.content)) {
      throw new ConnectError('DuplicateResourceException', 'A flow with this name already exists.');
    }
    const ContactFlowId = randomUUID();
    flows.set(ContactFlowId, { name, type, status, content });
    const FlowContentSha256 = createHash('sha256').update(content).digest('hex');
    return { ContactFlowId, ContactFlowArn: arn(InstanceId, `contact-flow/${ContactFlowId}`), FlowContentSha256 };
  },
);

/** `ListContactFlows`: the flows that `CreateContactFlow` created. */
export const listContactFlows = operation({}, ({ flows }, { InstanceId }, query) => {
  const types = query.getAll('contactFlowTypes');
  if (!types.every(type => TYPES.includes(type))) throw invalid(`contactFlowTypes must be of ${TYPES.join(', ')}.`);
  const listed = [...flows].filter(([, { type, content }]) => content && (types.length === 0 || types.includes(type)));
  const { page, NextToken } = pageOf(listed, 'flows', query, 1000);
  const ContactFlowSummaryList = page.map(([Id, { name: Name, type: ContactFlowType, status: ContactFlowStatus }]) => {
    const members = { Name, ContactFlowType, ContactFlowState: 'ACTIVE', ContactFlowStatus };
    return { Id, Arn: arn(InstanceId, `contact-flow/${Id}`), ...members };
  });
  return { ContactFlowSummaryList, NextToken };
});

/** `DeleteContactFlow`. */
export const deleteContactFlow = operation({ ContactFlowId: text(1, 500) }, ({ flows }, { ContactFlowId }) => {
  const flow = flows.get(ContactFlowId);
  if (!flow?.content) throw notFound('The flow does not exist.');
  flow.content = undefined;
  return {};
});

/** The content of a flow, or `undefined` for one that was not created here. A deleted one is refused. */
export function flowContent({ flows }: ConnectState, id: string): string | undefined {
  const flow = flows.get(id);
  if (flow && !flow.content) throw notFound('The flow does not exist.');
  return flow?.content;
}

/** `ListContactFlowModules`: lists the only module, which is active. */
export const listContactFlowModules = operation({}, ({ variant }, { InstanceId }, query) => {
  const State = oneOf('ACTIVE', 'ARCHIVED')('state', query.get('state') ?? 'ACTIVE');
  const module = { ...FLOW_MODULE, Arn: arn(InstanceId, `flow-module/${FLOW_MODULE.Id}`), State };
  const listed = State === 'ACTIVE' && variant !== 'no-module' ? [module] : [];
  const { page, NextToken } = pageOf(listed, 'modules', query, 1000);
  return { ContactFlowModulesSummaryList: page, NextToken };
});
