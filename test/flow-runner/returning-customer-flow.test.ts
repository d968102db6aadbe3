import { describe, expect, test } from '@jest/globals';
import { AGENT_A2, C3, QUEUE } from '../../local/connect/index.ts';
import { type Action, type FlowRun, readFlow, readModule, runFlow, type Step } from '../../local/flow-runner/index.ts';
import { answer, fakeClock, functionThat, sampleContact } from './support.ts';

const flow = readFlow('examples/returning-customer-flow.json');
const module = readModule();

const LAST = { sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
const CONTINUED = answer({ continuedFromContactId: C3, ...LAST });
const JUST_ENDED = answer({
  associationStatus: 'REJECTED',
  reason: 'SOURCE_CONTACT_JUST_ENDED',
  retryAfterSeconds: '45',
  ...LAST,
});
const FIRST_TIME = answer({ associationStatus: 'NO_SOURCE_CONTACT' });

const AGENT = { AgentId: AGENT_A2.Id };
const FORMER = { QueueId: QUEUE.Id };
const DEFAULT = { QueueId: 'DEFAULT_QUEUE_ARN' };
const NOBODY = () => 0;
const QUEUES_ONLY: FlowRun['agentsIn'] = queue => ('AgentId' in queue ? 0 : 1);

const HELLO = 'Hello! One moment, please.';
const WAIT = 'We are fetching your last conversation. This takes up to a minute.';
const BACK = 'Welcome back. Your last conversation is above, and our agent sees it, too.';
const ASK = 'How can we help you?';
const SORRY = 'We are sorry, nobody can take your chat now. Please try again later.';

/** A scenario: what the function answers, who is there, and which actions fail (identifier: error type). */
interface Scenario {
  answers: unknown[];
  agentsIn?: FlowRun['agentsIn'];
  errors?: Record<string, string>;
  attributes?: Record<string, string>;
}

async function run({ answers, agentsIn, errors = {}, attributes = {} }: Scenario) {
  const contact = sampleContact(undefined, { Attributes: attributes });
  const clock = fakeClock();
  const fake = functionThat(...answers);
  const steps = await runFlow(flow, {
    contact,
    module,
    clock,
    invokeFunction: fake.invokeFunction,
    ...(agentsIn && { agentsIn }),
    errorFor: ({ Identifier }) => errors[Identifier],
  });
  return {
    steps,
    contact,
    said: steps.flatMap(step => step.said ?? []),
    transferredTo: steps.at(-1)?.type === 'TransferContactToQueue' ? steps.at(-1)?.queue : undefined,
    invocations: fake.events.length,
    slept: clock.slept,
  };
}

const ERROR = 'NoMatchingError';
const FULL = 'QueueAtCapacity';
type Row = [name: string, scenario: Scenario, said: string[], transferredTo: Step['queue']];
const ROWS: Row[] = [
  ['a returning customer', { answers: [CONTINUED] }, [HELLO, BACK], AGENT],
  [
    'a chat that had its history',
    { answers: [answer({ associationStatus: 'ALREADY_PERSISTENT', ...LAST })] },
    [HELLO, BACK],
    AGENT,
  ],
  ['a new customer', { answers: [FIRST_TIME] }, [HELLO, ASK], DEFAULT],
  ['a last chat that just ended', { answers: [JUST_ENDED, CONTINUED] }, [HELLO, WAIT, BACK], AGENT],
  ['one that just ended, also after the wait', { answers: [JUST_ENDED, JUST_ENDED] }, [HELLO, WAIT, ASK], AGENT],
  [
    'a wait that fails',
    { answers: [JUST_ENDED, CONTINUED], errors: { 'Wait for the transcript': ERROR } },
    [HELLO, WAIT, BACK],
    AGENT,
  ],
  ['the last agent is not there', { answers: [CONTINUED], agentsIn: QUEUES_ONLY }, [HELLO, BACK], FORMER],
  ['nobody is there', { answers: [CONTINUED], agentsIn: NOBODY }, [HELLO, BACK], DEFAULT],
  ['the last agent is unknown', { answers: [answer({ ...LAST, sourceAgentId: '' })] }, [HELLO, BACK], FORMER],
  ['the last agent is no user', { answers: [CONTINUED], errors: { 'Set last agent': ERROR } }, [HELLO, BACK], FORMER],
  [
    "the last agent's presence is unknown",
    { answers: [CONTINUED], errors: { 'Is the last agent available': ERROR } },
    [HELLO, BACK],
    FORMER,
  ],
  ['their queue is full', { answers: [CONTINUED], errors: { 'Transfer to last agent': FULL } }, [HELLO, BACK], FORMER],
  ['their queue fails', { answers: [CONTINUED], errors: { 'Transfer to last agent': ERROR } }, [HELLO, BACK], FORMER],
  [
    'the former queue is gone',
    { answers: [CONTINUED], agentsIn: QUEUES_ONLY, errors: { 'Set last queue': ERROR } },
    [HELLO, BACK],
    DEFAULT,
  ],
  [
    "the former queue's staff is unknown",
    { answers: [CONTINUED], agentsIn: QUEUES_ONLY, errors: { 'Is the last queue staffed': ERROR } },
    [HELLO, BACK],
    DEFAULT,
  ],
  [
    'the former queue is full',
    { answers: [CONTINUED], agentsIn: QUEUES_ONLY, errors: { 'Transfer to last queue': FULL } },
    [HELLO, BACK],
    DEFAULT,
  ],
  [
    'the former queue fails',
    { answers: [CONTINUED], agentsIn: QUEUES_ONLY, errors: { 'Transfer to last queue': ERROR } },
    [HELLO, BACK],
    DEFAULT,
  ],
  [
    'no default queue',
    { answers: [FIRST_TIME], errors: { 'Set default queue': ERROR } },
    [HELLO, ASK, SORRY],
    undefined,
  ],
  [
    'a full default queue',
    { answers: [FIRST_TIME], errors: { 'Transfer to default queue': FULL } },
    [HELLO, ASK, SORRY],
    undefined,
  ],
  [
    'a default queue that fails',
    { answers: [FIRST_TIME], errors: { 'Transfer to default queue': ERROR, 'Say sorry': ERROR } },
    [HELLO, ASK],
    undefined,
  ],
  ['a function that fails', { answers: [new Error('down')] }, [HELLO, ASK], DEFAULT],
  ['a module that cannot run', { answers: [], errors: { 'Continue past chat': ERROR } }, [HELLO], DEFAULT],
  [
    'a module that cannot run again',
    { answers: [JUST_ENDED], errors: { 'Continue past chat again': ERROR } },
    [HELLO, WAIT, ASK],
    AGENT,
  ],
  [
    'messages that cannot be sent to a returning customer',
    { answers: [JUST_ENDED, CONTINUED], errors: { Greet: ERROR, 'Ask to wait': ERROR, 'Welcome back': ERROR } },
    [],
    AGENT,
  ],
  [
    'messages that cannot be sent to a new one',
    { answers: [FIRST_TIME], errors: { 'Ask for the request': ERROR } },
    [HELLO],
    DEFAULT,
  ],
];

describe('examples/returning-customer-flow.json', () => {
  test.each(ROWS)(
    'with %s says the right words and finds the right queue',
    async (_, scenario, said, transferredTo) => {
      const { steps, ...came } = await run(scenario);
      expect(came).toMatchObject({ said, transferredTo });
      expect(steps.at(-1)?.branch).toBe('End');
    },
  );

  test('waits for as long as the function says, and invokes it once more', async () => {
    expect(await run({ answers: [JUST_ENDED, CONTINUED] })).toMatchObject({ slept: [45_000], invocations: 2 });
    expect(await run({ answers: [JUST_ENDED] })).toMatchObject({ slept: [45_000], invocations: 2 });
  });

  test('tries again whatever ends the wait, so that a message from the customer does not lose it', () => {
    const wait = flow.actions.get('Wait for the transcript')?.Transitions;
    const targets = [wait, ...(wait?.Conditions ?? []), ...(wait?.Errors ?? [])].map(to => to?.NextAction);
    expect(targets).toEqual(Array(3).fill('Continue past chat again'));
  });

  test('ends the chat where no queue takes it, and only there', async () => {
    const lost = await run({ answers: [FIRST_TIME], errors: { 'Set default queue': ERROR } });
    expect(lost.contact.DisconnectTimestamp).toBeInstanceOf(Date);
    expect((await run({ answers: [FIRST_TIME] })).contact.DisconnectTimestamp).toBeUndefined();
  });

  test('does not offer the agent of an attribute that a chat before has left', async () => {
    const attributes = {
      chatHistoryStatus: 'ASSOCIATED',
      chatHistoryAgentId: AGENT_A2.Id,
      chatHistoryQueueId: QUEUE.Id,
    };
    const failed = { answers: [], attributes, errors: { 'Continue past chat': ERROR } };
    expect(await run(failed)).toMatchObject({ transferredTo: DEFAULT });
    expect(await run({ answers: [FIRST_TIME], attributes })).toMatchObject({ transferredTo: DEFAULT });
  });

  test('has no branch that these scenarios do not take', async () => {
    const taken = new Set<string>();
    for (const [, scenario] of ROWS) {
      const { steps } = await run(scenario);
      for (const { identifier, branch } of steps) taken.add(`${identifier}: ${branch}`);
    }
    expect([...taken].sort()).toEqual([...flow.actions.values()].flatMap(branchesOf).sort());
  });
});

/** Of an action that compares or transfers, the console writes a NextAction that is never taken. */
const WITHOUT_NEXT_ACTION: readonly string[] = ['Compare', 'CheckMetricData', 'Wait', 'TransferContactToQueue'];
const ENDS: readonly string[] = ['TransferContactToQueue', 'DisconnectParticipant'];

function branchesOf({ Identifier, Type, Transitions: { Conditions = [], Errors = [] } }: Action): string[] {
  const branches = [
    ...(ENDS.includes(Type) ? ['End'] : []),
    ...(WITHOUT_NEXT_ACTION.includes(Type) || ENDS.includes(Type) ? [] : ['NextAction']),
    ...Conditions.map(({ Condition: { Operator, Operands } }) => `${Operator} ${Operands.join(' ')}`),
    ...Errors.map(error => error.ErrorType),
  ];
  return branches.map(branch => `${Identifier}: ${branch}`);
}
