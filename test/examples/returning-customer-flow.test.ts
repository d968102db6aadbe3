import { describe, expect, test } from '@jest/globals';
import { AGENT_A2, C3, QUEUE } from '../../local/connect/index.ts';
import { branchesOf } from '../../local/flow-language/test-support.ts';
import { type Action, type FlowRun, readFlow, readModule, runFlow } from '../../local/flow-runner/index.ts';
import { fakeClock, functionThat, sampleContact } from '../../local/flow-runner/test-support.ts';
import { answer } from '../support/flow-attributes.ts';

const module = readModule('template.yaml');
const flow = readFlow('examples/returning-customer-flow.json', [module]);

const LAST = { sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
const CONTINUED = answer({ continuedFromContactId: C3, ...LAST });
const AGAIN = { associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '45' };
const JUST_ENDED = answer({ ...AGAIN, ...LAST });
const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });

const [agent, queue] = [{ AgentId: AGENT_A2.Id }, { QueueId: QUEUE.Id }];
const QUEUES = { agent, queue, default: { QueueId: 'DEFAULT_QUEUE_ARN' }, none: undefined };
type Agents = FlowRun['agentsIn'];
const NO_AGENT: Agents = queue => ('AgentId' in queue ? 0 : 1);

/** Runs the flow; `failing` has actions that fail, `Action` or `Action:Error`. */
async function run(answers: unknown[], failing: string[] = [], agentsIn: Agents = () => 1, Attributes = {}) {
  const errors = new Map(failing.map(each => `${each}:NoMatchingError`.split(':') as [string, string]));
  const contact = sampleContact(undefined, { Attributes });
  const clock = fakeClock();
  const { invokeFunction, events } = functionThat(...answers);
  const errorFor = ({ Identifier }: Action) => errors.get(Identifier);
  const steps = await runFlow(flow, { contact, module, clock, invokeFunction, agentsIn, errorFor });
  return { steps, contact, invocations: events.length, slept: clock.slept, last: steps.at(-1) };
}

const BACK = 'Greet, Welcome back';
const ASK = 'Greet, Ask for the request';
const WAIT_BACK = 'Greet, Say how long, Welcome back';
const WAIT_ASK = 'Greet, Say how long, Ask for the request';
type Row = [name: string, answers: unknown[], said: string, to: keyof typeof QUEUES, failing?: string[], Agents?];
const ROWS: Row[] = [
  ['a returning customer', [CONTINUED], BACK, 'agent'],
  ['a chat that had its history', [answer({ associationStatus: 'ALREADY_PERSISTENT', ...LAST })], BACK, 'agent'],
  ['a new customer', [NEW], ASK, 'default'],
  ['a function that fails', [new Error('down')], ASK, 'default'],
  ['a last chat that just ended', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent'],
  ['one that just ended, after the wait, too', [JUST_ENDED], WAIT_ASK, 'agent'],
  ['one that cannot be continued after the wait', [JUST_ENDED, NEW], WAIT_ASK, 'default'],
  ['a wait that fails', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent', ['Wait for the transcript']],
  ['a last agent who is away', [CONTINUED], BACK, 'queue', [], NO_AGENT],
  ['nobody there', [CONTINUED], BACK, 'default', [], () => 0],
  ['an unknown last agent', [answer({ ...LAST, sourceAgentId: '' })], BACK, 'queue'],
  ['a last agent who is no user', [CONTINUED], BACK, 'queue', ['Set last agent']],
  ['a last agent of unknown presence', [CONTINUED], BACK, 'queue', ['Is the last agent available']],
  ['a last agent with a full queue', [CONTINUED], BACK, 'queue', ['Transfer to last agent:QueueAtCapacity']],
  ['a last agent whose queue fails', [CONTINUED], BACK, 'queue', ['Transfer to last agent']],
  ['a last queue that is gone', [CONTINUED], BACK, 'default', ['Set last queue'], NO_AGENT],
  ['a last queue of unknown staff', [CONTINUED], BACK, 'default', ['Is the last queue staffed'], NO_AGENT],
  ['a last queue that is full', [CONTINUED], BACK, 'default', ['Transfer to last queue:QueueAtCapacity'], NO_AGENT],
  ['a last queue that fails', [CONTINUED], BACK, 'default', ['Transfer to last queue'], NO_AGENT],
  ['no default queue', [NEW], `${ASK}, Say sorry`, 'none', ['Set default queue']],
  ['a full default queue', [NEW], `${ASK}, Say sorry`, 'none', ['Transfer to default queue:QueueAtCapacity']],
  ['a default queue that fails', [NEW], ASK, 'none', ['Transfer to default queue', 'Say sorry']],
  ['a module that cannot run', [], 'Greet', 'default', ['Continue past chat']],
  ['a module that cannot run again', [JUST_ENDED], WAIT_ASK, 'agent', ['Continue past chat again']],
  ['a module without a branch', [], ASK, 'default', ['Continue past chat:NoMatchingCondition']],
  ['one without a branch again', [JUST_ENDED], WAIT_ASK, 'agent', ['Continue past chat again:NoMatchingCondition']],
  ['messages that are lost', [JUST_ENDED, CONTINUED], '', 'agent', ['Greet', 'Say how long', 'Welcome back']],
  ['a question that is lost', [NEW], 'Greet', 'default', ['Ask for the request']],
];

describe('examples/returning-customer-flow.json', () => {
  const taken = new Set<string>();
  test.each(ROWS)('with %s says the right words and finds the right queue, or ends', async (...row: Row) => {
    const [, answers, said, to, failing, agentsIn] = row;
    const { steps, last, contact } = await run(answers, failing, agentsIn);
    expect(steps.flatMap(step => (step.said === undefined ? [] : [step.identifier])).join(', ')).toBe(said);
    expect([last?.queue, last?.branch]).toEqual([QUEUES[to], 'End']);
    expect(contact.DisconnectTimestamp !== undefined).toBe(to === 'none');
    for (const { identifier, branch } of steps) taken.add(`${identifier}: ${branch}`);
  });

  test('has no branch that these rows do not take', () => {
    expect(taken).toEqual(new Set([...flow.actions.values()].flatMap(branchesOf)));
  });

  test('says how long it waits, waits that long, and tries once more, whatever ends the wait', async () => {
    const { steps, slept, invocations } = await run([JUST_ENDED]);
    expect(steps.map(step => step.said)).toContainEqual(expect.stringContaining('This takes about 45 seconds.'));
    expect({ slept, invocations }).toEqual({ slept: [45_000], invocations: 2 });
    const wait = flow.actions.get('Wait for the transcript')?.Transitions;
    const targets = [wait, ...(wait?.Conditions ?? []), ...(wait?.Errors ?? [])].map(to => to?.NextAction);
    expect(targets).toEqual(Array(3).fill('Continue past chat again'));
  });

  const STALE = { chatHistoryStatus: 'ASSOCIATED', chatHistoryAgentId: AGENT_A2.Id, chatHistoryQueueId: QUEUE.Id };
  test.each([
    ['Continue past chat', []],
    ['Set result', ['Set attributes not written']],
  ])('does not offer the agent of an attribute that a chat before has left: %s fails', async (failing, more) => {
    expect((await run([NEW], [failing, ...more], undefined, STALE)).last?.queue).toEqual(QUEUES.default);
  });
});
