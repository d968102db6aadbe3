import { describe, expect, test } from '@jest/globals';
import { branchesOf } from '../../local/flow-language/test-support.ts';
import { type FlowRun, readFlow, readModule } from '../../local/flow-runner/index.ts';
import { runWith } from '../../local/flow-runner/test-support.ts';
import { answer } from '../support/flow-attributes.ts';

const module = readModule('template.yaml');
const flow = readFlow('examples/ask-first-flow.json', [module]);

const found = (sourceEndedSecondsAgo: string) => answer({ associationStatus: 'FOUND', sourceEndedSecondsAgo });
const [OLD, RECENT, AGE_UNKNOWN] = [found('86400'), found('86399'), found('')];
const CONTINUED = answer({ continuedFromContactId: 'past' });
const AGAIN = { associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '45' };
const JUST_ENDED = answer(AGAIN);
const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
const DOWN = new Error('down');

const ASK = 'Ask whether to continue';
const [BACK, OPEN] = ['Welcome back', 'Ask for the request'];
const QUEUED = { queue: { QueueId: 'DEFAULT_QUEUE_ARN' }, branch: 'End' };

interface Row {
  with: string;
  answers: unknown[];
  intent?: string;
  said: string;
  failing?: string[];
}
const ROWS: Row[] = [
  { with: 'a recent chat', answers: [RECENT, CONTINUED], said: `Greet, ${BACK}` },
  { with: 'an older chat and "yes"', answers: [OLD, CONTINUED], intent: 'Yes', said: `Greet, ${ASK}, ${BACK}` },
  { with: 'an older chat and "no"', answers: [OLD, CONTINUED], intent: 'No', said: `Greet, ${ASK}, ${OPEN}` },
  { with: 'an unclear answer', answers: [OLD, CONTINUED], intent: 'FallbackIntent', said: `Greet, ${ASK}, ${OPEN}` },
  { with: 'a chat of unknown age', answers: [AGE_UNKNOWN, CONTINUED], intent: 'No', said: `Greet, ${ASK}, ${OPEN}` },
  { with: 'a bot that fails', answers: [OLD, CONTINUED], said: `Greet, ${OPEN}` },
  {
    with: 'no answer in time',
    answers: [OLD, CONTINUED],
    intent: 'Yes',
    said: `Greet, ${OPEN}`,
    failing: [`${ASK}:InputTimeLimitExceeded`],
  },
  { with: 'a new customer', answers: [NEW], said: `Greet, ${OPEN}` },
  { with: 'a chat that is persistent', answers: [CONTINUED], said: `Greet, ${BACK}` },
  { with: 'a function that fails', answers: [DOWN], said: `Greet, ${OPEN}` },
  { with: 'a function that fails later', answers: [RECENT, DOWN], said: `Greet, ${OPEN}` },
  { with: 'a chat that just ended', answers: [RECENT, JUST_ENDED, CONTINUED], said: `Greet, Say how long, ${BACK}` },
  { with: 'one that just ended, twice', answers: [RECENT, JUST_ENDED], said: `Greet, Say how long, ${OPEN}` },
  { with: 'one that is refused later', answers: [RECENT, JUST_ENDED, NEW], said: `Greet, Say how long, ${OPEN}` },
  {
    with: 'a wait and messages that fail',
    answers: [RECENT, JUST_ENDED, CONTINUED],
    said: '',
    failing: ['Greet', 'Say how long', 'Wait for the transcript', BACK],
  },
  { with: 'a function that only finds', answers: [RECENT], said: `Greet, ${OPEN}` },
  {
    with: 'one that only finds after the wait',
    answers: [RECENT, JUST_ENDED, RECENT],
    said: `Greet, Say how long, ${OPEN}`,
  },
  { with: 'a function that is refused at once', answers: [JUST_ENDED], said: 'Greet', failing: [OPEN] },
  ...['Find last chat', 'Continue last chat', 'Continue last chat again'].flatMap(action =>
    ['NoMatchingError', 'NoMatchingCondition'].map(error => ({
      with: `a ${error} of "${action}"`,
      answers: [RECENT, JUST_ENDED],
      said: action.endsWith('again') ? `Greet, Say how long, ${OPEN}` : `Greet, ${OPEN}`,
      failing: [`${action}:${error}`],
    })),
  ),
];

describe('examples/ask-first-flow.json', () => {
  const taken = new Set<string>();
  async function run({ answers, intent, failing = [] }: Pick<Row, 'answers' | 'intent' | 'failing'>) {
    const intentFor: FlowRun['intentFor'] = alias => (alias === 'LEX_BOT_ALIAS_ARN' ? intent : undefined);
    const ran = await runWith(flow, answers, { module, failing, intentFor });
    for (const { identifier, branch } of ran.steps) taken.add(`${identifier}: ${branch}`);
    return ran;
  }

  test.each(ROWS)('with $with, says "$said"', async ({ said, ...row }) => {
    const ran = await run(row);
    expect([ran.said, ran.last]).toMatchObject([said, QUEUED]);
  });

  test.each([
    { intent: 'Yes', modes: ['FIND', '', ''], slept: [45_000] },
    { intent: 'No', modes: ['FIND'], slept: [] },
  ])('after "$intent" has invoked the function with the modes $modes', async ({ intent, modes, slept }) => {
    const ran = await run({ answers: [OLD, JUST_ENDED, CONTINUED], intent });
    expect(ran.events.map(event => Object(event).Details.Parameters.mode)).toEqual(modes);
    expect(ran.slept).toEqual(slept);
  });

  test.each([
    { failing: ['Set queue'], said: `Greet, ${OPEN}, Say sorry` },
    { failing: ['Transfer to queue'], said: `Greet, ${OPEN}, Say sorry` },
    { failing: ['Transfer to queue:QueueAtCapacity', 'Say sorry'], said: `Greet, ${OPEN}` },
  ])('ends the chat where $failing fail', async ({ failing, said }) => {
    const ran = await run({ answers: [NEW], failing });
    expect([ran.said, ran.contact]).toMatchObject([said, { DisconnectTimestamp: expect.any(Date) }]);
  });

  test('has no branch that these rows do not take', () => {
    expect(taken).toEqual(new Set([...flow.actions.values()].flatMap(branchesOf)));
  });
});
