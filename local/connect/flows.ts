import { createHash, randomUUID } from 'node:crypto';
import { arn, ConnectError, invalid } from './answer.ts';
import { pageOf } from './page.ts';
import { bodyOf, type ConnectRequest, instanceIdOf, isObject, limited, readObject } from './request.ts';
import type { ConnectState } from './state.ts';

/** From the service model (2017-08-08). */
const TYPES = [
  ...['CONTACT_FLOW', 'CUSTOMER_QUEUE', 'CUSTOMER_HOLD', 'CUSTOMER_WHISPER', 'AGENT_HOLD', 'AGENT_WHISPER'],
  ...['OUTBOUND_WHISPER', 'AGENT_TRANSFER', 'QUEUE_TRANSFER', 'CAMPAIGN'],
];

/** `CreateContactFlow`: keeps a flow for `StartChatContact`. Assumed: it is checked unless `Status` is `SAVED`. */
export function createContactFlow({ flows }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const { Name, Type, Content, Status = 'PUBLISHED' } = bodyOf(request);
  const name = limited('Name', Name, 1, Number.POSITIVE_INFINITY);
  const content = limited('Content', Content, 1, 256_000);
  if (!TYPES.includes(String(Type))) throw invalid(`Type must be one of ${TYPES.join(', ')}.`);
  if (Status !== 'PUBLISHED' && Status !== 'SAVED') throw invalid('Status must be PUBLISHED or SAVED.');
  if (Status === 'PUBLISHED') checkContent(content);
  if ([...flows.values()].some(flow => flow.name === name && flow.content !== undefined)) {
    throw new ConnectError('DuplicateResourceException', 'A flow with this name already exists.');
  }
  const ContactFlowId = randomUUID();
  flows.set(ContactFlowId, { name, content });
  return {
    ContactFlowId,
    ContactFlowArn: arn(instanceId, `contact-flow/${ContactFlowId}`),
    FlowContentSha256: createHash('sha256').update(content).digest('hex'),
  };
}

/** `DeleteContactFlow`. */
export function deleteContactFlow({ flows }: ConnectState, request: ConnectRequest): object {
  instanceIdOf(request);
  const flow = flows.get(limited('ContactFlowId', request.contactFlowId, 1, 500));
  if (flow?.content === undefined) throw new ConnectError('ResourceNotFoundException', 'The flow does not exist.');
  flow.content = undefined;
  return {};
}

/** The content of a flow, or `undefined` for one that was not created here. A deleted one is refused. */
export function flowContent({ flows }: ConnectState, id: string): string | undefined {
  const flow = flows.get(id);
  if (flow && flow.content === undefined)
    throw new ConnectError('ResourceNotFoundException', 'The flow does not exist.');
  return flow?.content;
}

/** `ListContactFlowModules`: all are active. */
export function listContactFlowModules({ modules, variant }: ConnectState, request: ConnectRequest): object {
  const instanceId = instanceIdOf(request);
  const state = request.query.get('state') ?? 'ACTIVE';
  if (state !== 'ACTIVE' && state !== 'ARCHIVED') throw invalid('state must be ACTIVE or ARCHIVED.');
  const listed = state === 'ACTIVE' && variant !== 'no-module' ? modules : [];
  const { page, NextToken } = pageOf(listed, 'modules', request.query, 1000);
  const summary = ({ Id, Name }: { Id: string; Name: string }) => ({
    Id,
    Arn: arn(instanceId, `flow-module/${Id}`),
    Name,
    State: 'ACTIVE',
  });
  return { ContactFlowModulesSummaryList: page.map(summary), NextToken };
}

/** Refuses what the live service is known to refuse of a flow's content (examples/README.md names the record). */
function checkContent(content: string): void {
  const { Version, StartAction, Actions } = readObject(content) ?? {};
  const actions = Array.isArray(Actions) ? Actions.filter(isObject) : [];
  const ids = actions.map(action => action['Identifier']);
  const problems = [
    ...(Version === '2019-10-30' ? [] : ['Version must be 2019-10-30.']),
    ...(actions.length > 0 && actions.length <= 250 ? [] : ['Actions must be 1 to 250 actions.']),
    ...(ids.includes(StartAction) ? [] : ['StartAction must name an action.']),
  ];
  for (const { Identifier, Parameters, Transitions } of actions) {
    for (const [name, value] of leavesOf(Parameters)) {
      if (typeof value !== 'string') problems.push(`${Identifier}: ${name} must be a string.`);
      else if (value === '') problems.push(`${Identifier}: Empty value in Parameters, ${name}.`);
    }
    for (const [name, value] of leavesOf(Transitions)) {
      if (value === '') problems.push(`${Identifier}: Empty value in Transitions, ${name}.`);
      else if (name === 'NextAction' && !ids.includes(value)) problems.push(`${Identifier}: no action "${value}".`);
    }
  }
  if (problems.length === 0) return;
  const members = { problems: problems.map(message => ({ message })) };
  throw new ConnectError('InvalidContactFlowException', problems.join(' '), members);
}

/** The values in objects and arrays that are neither, each with the name of the member that holds it. */
function leavesOf(value: unknown, name = ''): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, Array.isArray(value) ? name : key));
}
