import { describe, expect, test } from '@jest/globals';
import { AGENT_A2, C3, QUEUE } from '../../local/connect/index.ts';
import { branchesOf } from '../../local/flow-language/test-support.ts';
import { type FlowRun, readFlow, readModule } from '../../local/flow-runner/index.ts';
import { runWith } from '../../local/flow-runner/test-support.ts';
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

const run = (answers: unknown[], failing: string[] = [], agentsIn: Agents = () => 1, Attributes = {}) =>
  runWith(flow, answers, { module, failing, agentsIn, Attributes });

const BACK = 'Greet, Welcome back';
const ASK = 'Greet, Ask for the request';
const WAIT_BACK = 'Greet, Say how long, Welcome back';
const WAIT_ASK = 'Greet, Say how long, Ask for the request';
type Row = [name: string, answers: unknown[], said: string, to: keyof typeof QUEUES, failing?: string[], Agents?];
const ROWS: Row[] = [
  ['a returning customer', [CONTINUED], BACK, 'agent'],
  ['a chat that had its history', [answer({ associationStatus: 'ALREADY_PERSISTENT', ...LAST })], BACK, 'agent'],
  ['a new customer', [NEW], ASK, 'default'],
  // Only an input "mode" of the author's own would lead there.
  ['a past chat that was only found', [answer({ associationStatus: 'FOUND', ...LAST })], ASK, 'agent'],
  ['one that was only found after the wait', [JUST_ENDED, answer({ associationStatus: 'FOUND' })], WAIT_ASK, 'default'],
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
    const { steps, last, contact, ...ran } = await run(answers, failing, agentsIn);
    expect([ran.said, last?.queue, last?.branch]).toEqual([said, QUEUES[to], 'End']);
    expect(contact.DisconnectTimestamp !== undefined).toBe(to === 'none');
    for (const { identifier, branch } of steps) taken.add(`${identifier}: ${branch}`);
  });

  test('has no branch that these rows do not take', () => {
    expect(taken).toEqual(new Set([...flow.actions.values()].flatMap(branchesOf)));
  });

  test('says how long it waits, waits that long, and tries once more, whatever ends the wait', async () => {
    const { steps, slept, events } = await run([JUST_ENDED]);
    expect(steps.map(step => step.said)).toContainEqual(expect.stringContaining('This takes about 45 seconds.'));
    expect({ slept, invocations: events.length }).toEqual({ slept: [45_000], invocations: 2 });
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
