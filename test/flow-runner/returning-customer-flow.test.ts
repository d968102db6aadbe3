import { describe, expect, test } from '@jest/globals';
import { AGENT_A2, C3, QUEUE } from '../../local/connect/index.ts';
import { type Action, type FlowRun, readFlow, readModule, runFlow } from '../../local/flow-runner/index.ts';
import { answer, fakeClock, functionThat, sampleContact } from './support.ts';

const module = readModule();
const flow = readFlow('examples/returning-customer-flow.json', module);

const LAST = { sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
const CONTINUED = answer({ continuedFromContactId: C3, ...LAST });
const JUST_ENDED = answer({
  associationStatus: 'REJECTED',
  reason: 'SOURCE_CONTACT_JUST_ENDED',
  retryAfterSeconds: '45',
  ...LAST,
});
const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
const DOWN = new Error('down');

const QUEUES = {
  agent: { AgentId: AGENT_A2.Id },
  queue: { QueueId: QUEUE.Id },
  default: { QueueId: 'DEFAULT_QUEUE_ARN' },
  none: undefined,
};
const NOBODY = () => 0;
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
const FULL = ':QueueAtCapacity';
const NO_BRANCH = ':NoMatchingCondition';
type Agents = FlowRun['agentsIn'];
type Row = [
  name: string,
  answers: unknown[],
  said: string,
  to: keyof typeof QUEUES,
  failing?: string[],
  agents?: Agents,
];
const ROWS: Row[] = [
  ['a returning customer', [CONTINUED], BACK, 'agent'],
  ['a chat that had its history', [answer({ associationStatus: 'ALREADY_PERSISTENT', ...LAST })], BACK, 'agent'],
  ['a new customer', [NEW], ASK, 'default'],
  ['a function that fails', [DOWN], ASK, 'default'],
  ['a last chat that just ended', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent'],
  ['one that just ended, after the wait, too', [JUST_ENDED], WAIT_ASK, 'agent'],
  ['one that cannot be continued after the wait', [JUST_ENDED, NEW], WAIT_ASK, 'default'],
  ['a wait that fails', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent', ['Wait for the transcript']],
  ['a last agent who is away', [CONTINUED], BACK, 'queue', [], NO_AGENT],
  ['nobody there', [CONTINUED], BACK, 'default', [], NOBODY],
  ['an unknown last agent', [answer({ ...LAST, sourceAgentId: '' })], BACK, 'queue'],
  ['a last agent who is no user', [CONTINUED], BACK, 'queue', ['Set last agent']],
  ['a last agent of unknown presence', [CONTINUED], BACK, 'queue', ['Is the last agent available']],
  ['a last agent with a full queue', [CONTINUED], BACK, 'queue', [`Transfer to last agent${FULL}`]],
  ['a last agent whose queue fails', [CONTINUED], BACK, 'queue', ['Transfer to last agent']],
  ['a last queue that is gone', [CONTINUED], BACK, 'default', ['Set last queue'], NO_AGENT],
  ['a last queue of unknown staff', [CONTINUED], BACK, 'default', ['Is the last queue staffed'], NO_AGENT],
  ['a last queue that is full', [CONTINUED], BACK, 'default', [`Transfer to last queue${FULL}`], NO_AGENT],
  ['a last queue that fails', [CONTINUED], BACK, 'default', ['Transfer to last queue'], NO_AGENT],
  ['no default queue', [NEW], `${ASK}, Say sorry`, 'none', ['Set default queue']],
  ['a full default queue', [NEW], `${ASK}, Say sorry`, 'none', [`Transfer to default queue${FULL}`]],
  ['a default queue that fails', [NEW], ASK, 'none', ['Transfer to default queue', 'Say sorry']],
  ['a module that cannot run', [], 'Greet', 'default', ['Continue past chat']],
  ['a module that cannot run again', [JUST_ENDED], WAIT_ASK, 'agent', ['Continue past chat again']],
  ['a module without a branch', [], ASK, 'default', [`Continue past chat${NO_BRANCH}`]],
  ['one without a branch again', [JUST_ENDED], WAIT_ASK, 'agent', [`Continue past chat again${NO_BRANCH}`]],
  ['messages that are lost', [JUST_ENDED, CONTINUED], '', 'agent', ['Greet', 'Say how long', 'Welcome back']],
  ['a question that is lost', [NEW], 'Greet', 'default', ['Ask for the request']],
];

describe('examples/returning-customer-flow.json', () => {
  test.each(ROWS)(
    'with %s says the right words and finds the right queue',
    async (...[, answers, said, to, failing, agentsIn]: Row) => {
      const { steps, last } = await run(answers, failing, agentsIn);
      expect(steps.flatMap(step => (step.said === undefined ? [] : [step.identifier])).join(', ')).toBe(said);
      expect([last?.queue, last?.branch]).toEqual([QUEUES[to], 'End']);
    },
  );

  test('says how long it waits, waits that long, and tries once more, whatever ends the wait', async () => {
    const { steps, slept, invocations } = await run([JUST_ENDED]);
    expect(steps.map(step => step.said)).toContainEqual(expect.stringContaining('This takes about 45 seconds.'));
    expect({ slept, invocations }).toEqual({ slept: [45_000], invocations: 2 });
    const wait = flow.actions.get('Wait for the transcript')?.Transitions;
    const targets = [wait, ...(wait?.Conditions ?? []), ...(wait?.Errors ?? [])].map(to => to?.NextAction);
    expect(targets).toEqual(Array(3).fill('Continue past chat again'));
  });

  test('ends the chat where no queue takes it, and only there', async () => {
    expect((await run([NEW], ['Set default queue'])).contact.DisconnectTimestamp).toBeInstanceOf(Date);
    expect((await run([NEW])).contact.DisconnectTimestamp).toBeUndefined();
  });

  test('does not offer the agent of an attribute that a chat before has left', async () => {
    const left = { chatHistoryStatus: 'ASSOCIATED', chatHistoryAgentId: AGENT_A2.Id, chatHistoryQueueId: QUEUE.Id };
    expect((await run([], ['Continue past chat'], undefined, left)).last?.queue).toEqual(QUEUES.default);
    const unwritten = ['Set result', 'Set attributes not written'];
    expect((await run([NEW], unwritten, undefined, left)).last?.queue).toEqual(QUEUES.default);
  });

  test('has no branch that these rows do not take', async () => {
    const runs = await Promise.all(ROWS.map(([, answers, , , failing, agentsIn]) => run(answers, failing, agentsIn)));
    const taken = runs.flatMap(({ steps }) => steps.map(({ identifier, branch }) => `${identifier}: ${branch}`));
    expect(new Set(taken)).toEqual(new Set([...flow.actions.values()].flatMap(branchesOf)));
  });
});

/** An action that compares or transfers has a NextAction, as exports have, which is never taken. */
function branchesOf({ Identifier, Type, Transitions: { Conditions = [], Errors = [] } }: Action): string[] {
  const ends = ['TransferContactToQueue', 'DisconnectParticipant'].includes(Type);
  const compares = ['Compare', 'CheckMetricData', 'InvokeFlowModule', 'Wait'].includes(Type);
  return [
    ...(ends ? ['End'] : compares ? [] : ['NextAction']),
    ...Conditions.map(({ Condition: { Operator, Operands } }) => `${Operator} ${Operands.join(' ')}`),
    ...Errors.map(error => error.ErrorType),
  ].map(branch => `${Identifier}: ${branch}`);
}
