import { expect, test } from '@jest/globals';
import { C3 } from '../../local/connect/index.ts';
import { type Action, readFlow, readModule, runFlow } from '../../local/flow-runner/index.ts';
import { sampleContact } from '../../local/flow-runner/test-support.ts';
import { answer } from '../support/flow-attributes.ts';

const module = readModule('template.yaml');
const flow = readFlow('examples/canary-flow.json', [module]);
const NEXT = 'Continue with the next version';
const CONTINUED = answer({ continuedFromContactId: C3 });
const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
const JUST_ENDED = answer({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });

/** Numbers from 0 to below 1 that look random, the same ones in each run (a linear congruential generator). */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

interface Given {
  /** What the functions of the two versions answer; an error is one that fails. */
  next: unknown;
  current: unknown;
  /** Actions that fail. */
  failing?: string[];
}

/** A thousand chats: how many took each branch, and how many read these messages and ended in this queue. */
async function runChats({ next, current, failing = [] }: Given) {
  const random = seeded();
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  for (let chat = 0; chat < 1_000; chat++) {
    let given: unknown;
    const steps = await runFlow(flow, {
      contact: sampleContact(),
      module,
      random,
      clock: { now: () => 0, sleep: async () => undefined },
      invokeFunction: async () => {
        if (given instanceof Error) throw given;
        return given;
      },
      errorFor: ({ Identifier, Type }: Action) => {
        if (Type === 'InvokeFlowModule') given = Identifier === NEXT ? next : current;
        return failing.includes(Identifier) ? 'NoMatchingError' : undefined;
      },
    });
    for (const { identifier, branch } of steps) count(`${identifier}: ${branch}`);
    const said = steps.filter(step => step.said !== undefined).map(({ identifier }) => identifier);
    count(`${said}, ${Object.values(steps.at(-1)?.queue ?? { queue: 'no queue' })}`);
  }
  return counts;
}

const QUEUE = 'DEFAULT_QUEUE_ARN';
const [BACK, ASK] = [`Welcome back, ${QUEUE}`, `Ask for the request, ${QUEUE}`];
const DOWN = new Error('down');
const CURRENT = 'Continue past chat';
const LOST = ['Welcome back', 'Ask for the request'];
const ROWS: (Given & { what: string; chats: string })[] = [
  { what: 'the next version works', next: CONTINUED, current: CONTINUED, chats: BACK },
  { what: "the next version's function fails", next: DOWN, current: CONTINUED, chats: BACK },
  { what: "the next version's module cannot run", next: DOWN, current: CONTINUED, failing: [NEXT], chats: BACK },
  { what: 'the last chat just ended', next: JUST_ENDED, current: JUST_ENDED, chats: ASK },
  { what: 'no customer comes back', next: NEW, current: NEW, chats: ASK },
  { what: 'neither module can run', next: DOWN, current: DOWN, failing: [NEXT, CURRENT, ...LOST], chats: `, ${QUEUE}` },
];
test.each(ROWS)('examples/canary-flow.json loses none of 1,000 chats where $what', async ({ chats, ...given }) => {
  const counts = await runChats(given);
  expect(counts[chats]).toBe(1_000);
  // 10 in a hundred: 100 of 1,000, and 4 standard deviations.
  const canaries = counts['Choose the version: NumberLessThan 11'] ?? 0;
  expect(Math.abs(canaries - 100)).toBeLessThan(38);
  expect(counts['Choose the version: NoMatchingCondition']).toBe(1_000 - canaries);
});

test('examples/canary-flow.json is checked and run as a whole', () => {
  expect(flow.warnings).toEqual([]);
});
