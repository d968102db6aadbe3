import { describe, expect, test } from '@jest/globals';
import { AGENT_A2, C3, QUEUE } from '../../local/connect/index.ts';
import { branchesOf } from '../../local/flow-language/test-support.ts';
import { type FlowRun, readFlow, readModule } from '../../local/flow-runner/index.ts';
import { runWith } from '../../local/flow-runner/test-support.ts';
import { answer } from '../support/flow-attributes.ts';

const module = readModule('template.yaml');

const LAST = { sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
const CONTINUED = answer({ continuedFromContactId: C3, ...LAST });
const PERSISTENT = answer({ associationStatus: 'ALREADY_PERSISTENT', ...LAST });
const AGAIN = { associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '45' };
const JUST_ENDED = answer({ ...AGAIN, ...LAST });
const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
const DOWN = new Error('down');
const found = (sourceEndedSecondsAgo: string) => answer({ associationStatus: 'FOUND', sourceEndedSecondsAgo, ...LAST });
const [OLD, RECENT, AGE_UNKNOWN] = [found('86400'), found('86399'), found('')];

const QUEUES = {
  agent: { AgentId: AGENT_A2.Id },
  queue: { QueueId: QUEUE.Id },
  default: { QueueId: 'DEFAULT_QUEUE_ARN' },
  none: undefined,
};
type Run = Partial<FlowRun>;
const NO_AGENT: Run = { agentsIn: (_, metric) => (metric === 'NumberOfAgentsStaffed' ? 1 : 0) };
const intent = (name: string): Run => ({ intentFor: alias => (alias === 'LEX_BOT_ALIAS_ARN' ? name : undefined) });
const NEXT_VERSION: Run = { random: () => 0 };
const PRESENT: Run = { random: () => 0.1 };

const SORRY = 'Greet, Ask for the request, Say sorry';
const BACK = 'Greet, Welcome back';
const ASK = 'Greet, Ask for the request';
const WAIT_BACK = 'Greet, Say how long, Welcome back';
const WAIT_ASK = 'Greet, Say how long, Ask for the request';
const OFFER_BACK = 'Greet, Ask whether to continue, Welcome back';
const OFFER_ASK = 'Greet, Ask whether to continue, Ask for the request';

type Row = [title: string, answers: unknown[], said: string, to: keyof typeof QUEUES, failing?: string[], run?: Run];
const NO_BRANCH = ['Continue past chat:NoMatchingCondition'];
const RETURNING: Row[] = [
  ['a returning customer', [CONTINUED], BACK, 'agent'],
  ['a new customer', [NEW], ASK, 'default'],
  // Only an input "mode" of the author's own would lead there.
  ['a past chat that was only found', [OLD], ASK, 'agent'],
  ['one that was only found after the wait', [JUST_ENDED, OLD], WAIT_ASK, 'agent'],
  ['a function that fails', [DOWN], ASK, 'default'],
  ['a last chat that just ended', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent'],
  ['one that just ended, even after the wait', [JUST_ENDED], WAIT_ASK, 'agent'],
  ['one that cannot be continued after the wait', [JUST_ENDED, NEW], WAIT_ASK, 'default'],
  ['a wait that fails', [JUST_ENDED, CONTINUED], WAIT_BACK, 'agent', ['Wait for the transcript']],
  ['a last agent who is away', [CONTINUED], BACK, 'queue', [], NO_AGENT],
  ['nobody there', [CONTINUED], BACK, 'default', [], { agentsIn: () => 0 }],
  ['an unknown last agent', [answer({ ...LAST, sourceAgentId: '' })], BACK, 'queue'],
  ['a last agent who is no user', [CONTINUED], BACK, 'queue', ['Set last agent']],
  ['a last agent of unknown presence', [CONTINUED], BACK, 'queue', ['Is the last agent available']],
  ['a last agent with a full queue', [CONTINUED], BACK, 'queue', ['Transfer to last agent:QueueAtCapacity']],
  ['a last agent whose queue fails', [CONTINUED], BACK, 'queue', ['Transfer to last agent']],
  ['a last queue that is gone', [CONTINUED], BACK, 'default', ['Set last queue'], NO_AGENT],
  ['a last queue of unknown staff', [CONTINUED], BACK, 'default', ['Is the last queue staffed'], NO_AGENT],
  ['a last queue that is full', [CONTINUED], BACK, 'default', ['Transfer to last queue:QueueAtCapacity'], NO_AGENT],
  ['a last queue that fails', [CONTINUED], BACK, 'default', ['Transfer to last queue'], NO_AGENT],
  ['no default queue', [NEW], SORRY, 'none', ['Set default queue']],
  ['a full default queue', [NEW], SORRY, 'none', ['Transfer to default queue:QueueAtCapacity']],
  ['a default queue that fails', [NEW], ASK, 'none', ['Transfer to default queue', 'Say sorry']],
  ['a module that cannot run', [], 'Greet', 'default', ['Continue past chat']],
  ['a module that cannot run again', [JUST_ENDED], WAIT_ASK, 'agent', ['Continue past chat again']],
  ['a module without a branch', [], ASK, 'default', NO_BRANCH],
  ['one without a branch again', [JUST_ENDED], WAIT_ASK, 'agent', ['Continue past chat again:NoMatchingCondition']],
  ['messages that are lost', [JUST_ENDED, CONTINUED], '', 'agent', ['Greet', 'Say how long', 'Welcome back']],
  ['a question that is lost', [NEW], 'Greet', 'default', ['Ask for the request']],
];

const BOT_TIMEOUT = ['Ask whether to continue:InputTimeLimitExceeded'];
const ALL_FAIL = ['Greet', 'Say how long', 'Wait for the transcript', 'Welcome back'];
const ASK_FIRST: Row[] = [
  ['a recent chat', [RECENT, CONTINUED], BACK, 'default'],
  ['an older chat and "yes"', [OLD, CONTINUED], OFFER_BACK, 'default', [], intent('Yes')],
  ['an older chat and "no"', [OLD, CONTINUED], OFFER_ASK, 'default', [], intent('No')],
  ['an unclear answer', [OLD, CONTINUED], OFFER_ASK, 'default', [], intent('FallbackIntent')],
  ['a chat of unknown age', [AGE_UNKNOWN, CONTINUED], OFFER_ASK, 'default', [], intent('No')],
  ['a bot that fails', [OLD, CONTINUED], ASK, 'default'],
  ['no answer in time', [OLD, CONTINUED], ASK, 'default', BOT_TIMEOUT, intent('Yes')],
  ['a new customer', [NEW], ASK, 'default'],
  ['a chat that is persistent', [PERSISTENT], BACK, 'default'],
  ['a function that fails later', [RECENT, DOWN], ASK, 'default'],
  ['a chat that just ended', [RECENT, JUST_ENDED, CONTINUED], WAIT_BACK, 'default'],
  ['one that just ended, twice', [RECENT, JUST_ENDED], WAIT_ASK, 'default'],
  ['one that is refused later', [RECENT, JUST_ENDED, NEW], WAIT_ASK, 'default'],
  ['a wait and messages that fail', [RECENT, JUST_ENDED, CONTINUED], '', 'default', ALL_FAIL],
  ['a function that only finds', [RECENT], ASK, 'default'],
  ['one that only finds after the wait', [RECENT, JUST_ENDED, RECENT], WAIT_ASK, 'default'],
  ['a chat that just ended at once', [JUST_ENDED], 'Greet', 'default', ['Ask for the request']],
  ...['NoMatchingError', 'NoMatchingCondition'].flatMap((error): Row[] => [
    [`${error} of the first module`, [], ASK, 'default', [`Find last chat:${error}`]],
    [`${error} of the second`, [RECENT], ASK, 'default', [`Continue last chat:${error}`]],
    [`${error} of the third`, [RECENT, JUST_ENDED], WAIT_ASK, 'default', [`Continue last chat again:${error}`]],
  ]),
  ['no queue', [NEW], SORRY, 'none', ['Set queue']],
  ['a queue that fails', [NEW], SORRY, 'none', ['Transfer to queue']],
  ['a full queue and a message that fails', [NEW], ASK, 'none', ['Transfer to queue:QueueAtCapacity', 'Say sorry']],
];

const NEXT = 'Continue with the next version';
const NEXT_NO_BRANCH = [`${NEXT}:NoMatchingCondition`];
const [WELCOME, ASKING, NO_QUEUE] = ['Welcome back', 'Ask for the request', 'Ask for the request, Say sorry'];
const LOST = ['Continue past chat', WELCOME, ASKING];
const CANARY: Row[] = [
  ['the present version', [CONTINUED], WELCOME, 'default', [], PRESENT],
  ['the next version', [CONTINUED, DOWN], WELCOME, 'default', [], NEXT_VERSION],
  ['a next version that finds no history', [NEW, CONTINUED], WELCOME, 'default', [], NEXT_VERSION],
  ['a next version that waits for the transcript', [JUST_ENDED, CONTINUED], WELCOME, 'default', [], NEXT_VERSION],
  ["the next version's module failing", [CONTINUED], WELCOME, 'default', [NEXT], NEXT_VERSION],
  ['a next version that only finds', [OLD, CONTINUED], WELCOME, 'default', [], NEXT_VERSION],
  ['a next version without a branch', [CONTINUED], WELCOME, 'default', NEXT_NO_BRANCH, NEXT_VERSION],
  ['a last chat that just ended', [JUST_ENDED], ASKING, 'default', [], NEXT_VERSION],
  ['a new customer', [NEW], ASKING, 'default', [], NEXT_VERSION],
  ['a module without a branch', [], ASKING, 'default', NO_BRANCH, PRESENT],
  ['neither module nor a message', [], '', 'default', [NEXT, ...LOST], NEXT_VERSION],
  ['no welcome', [CONTINUED], '', 'default', LOST.slice(1), PRESENT],
  ['no queue', [NEW], NO_QUEUE, 'none', ['Set default queue'], PRESENT],
  ['a full queue', [NEW], NO_QUEUE, 'none', ['Transfer to default queue:QueueAtCapacity'], PRESENT],
  ['a failing queue', [NEW], ASKING, 'none', ['Transfer to default queue', 'Say sorry'], PRESENT],
];

const read = (name: string) => readFlow(`examples/${name}-flow.json`, [module]);
const FLOWS = { returning: read('returning-customer'), askFirst: read('ask-first'), canary: read('canary') };

describe.each([
  { flow: FLOWS.returning, rows: RETURNING },
  { flow: FLOWS.askFirst, rows: ASK_FIRST },
  { flow: FLOWS.canary, rows: CANARY },
])('examples/$flow.name.json', ({ flow, rows }) => {
  const taken = new Set<string>();
  test.each(rows)('with %s says the right words and finds the right queue, or ends', async (...row: Row) => {
    const [, answers, said, to, failing = [], run] = row;
    const { last, contact, steps, ...ran } = await runWith(flow, answers, { module, failing, ...run });
    expect([ran.said, last?.queue, last?.branch]).toEqual([said, QUEUES[to], 'End']);
    expect(contact.DisconnectTimestamp !== undefined).toBe(to === 'none');
    for (const { identifier, branch } of steps) taken.add(`${identifier}: ${branch}`);
  });

  test('is checked as a whole, and has no branch that these rows do not take', () => {
    expect(flow.warnings).toEqual([]);
    expect(taken).toEqual(new Set([...flow.actions.values()].flatMap(branchesOf)));
  });
});

test.each([
  { flow: FLOWS.returning, intent: 'Yes', answers: [JUST_ENDED], modes: ['', ''], slept: [45_000] },
  { flow: FLOWS.askFirst, intent: 'Yes', answers: [OLD, JUST_ENDED], modes: ['FIND', '', ''], slept: [45_000] },
  { flow: FLOWS.askFirst, intent: 'No', answers: [OLD], modes: ['FIND'], slept: [] },
])('$flow.name invokes with the modes $modes, says how long it waits, and waits that long', async row => {
  const { steps, ...ran } = await runWith(row.flow, row.answers, { module, ...intent(row.intent) });
  expect(ran.events.map(event => Object(event).Details.Parameters.mode)).toEqual(row.modes);
  expect(ran.slept).toEqual(row.slept);
  const saidHowLong = steps.filter(({ said }) => said?.includes('This takes about 45 seconds.'));
  expect(saidHowLong).toHaveLength(row.slept.length);
});

test.each(['Continue past chat', 'Set result'])(
  'does not offer the agent of an attribute that an earlier chat has left: %s fails',
  async action => {
    const Attributes = { chatHistoryAgentId: AGENT_A2.Id, chatHistoryQueueId: QUEUE.Id };
    const failing = [action, 'Set attributes not written'];
    const { last } = await runWith(FLOWS.returning, [NEW], { module, failing, Attributes });
    expect(last?.queue).toEqual(QUEUES.default);
  },
);

test('of 100 chats, 10 try the next version', async () => {
  for (let percent = 0; percent < 100; percent++) {
    const { steps } = await runWith(FLOWS.canary, [NEW], { module, random: () => percent / 100 });
    expect(steps[1]?.identifier).toBe(percent < 10 ? NEXT : 'Continue past chat');
  }
});
