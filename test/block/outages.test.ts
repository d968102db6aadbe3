import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

// The function in virtual time: 7 seconds of an outage take some milliseconds. In the place of the network are the clients.

const [DESCRIBE, ASSOCIATE, LIST] = [
  'DescribeContact',
  'CreatePersistentContactAssociation',
  'ListAssociatedContacts',
] as const;
const UPDATE = 'UpdateItem';
const [FIRST, SURVEY] = ['f0000000-0000-4000-8000-000000000001', 'f0000000-0000-4000-8000-000000000002'] as const;
const past = (Id: string, fields: object): Contact => {
  return {
    Id,
    InitialContactId: FIRST,
    Channel: 'CHAT',
    CustomerId: 'ann',
    DisconnectTimestamp: new Date(0),
    ...fields,
  };
};

/** One answer, and how it arrives. */
type Fault = (answer: () => unknown) => Promise<unknown>;
const after = async (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
const failing = (error: object, milliseconds = 30): Fault => {
  return async () => {
    await after(milliseconds);
    throw Object.assign(new Error('fault'), error);
  };
};
const unreadable = () => Object.assign(new SyntaxError('cut'), { $response: {}, $metadata: { httpStatusCode: 200 } });
const FAULTS: Record<string, Fault> = {
  'HTTP 500': failing({ name: 'InternalServiceException', $metadata: { httpStatusCode: 500 } }),
  'a connection that is reset': failing({ code: 'ECONNRESET' }),
  'a connection that is refused': failing({ code: 'ECONNREFUSED' }, 1),
  'no answer': () => new Promise(() => {}),
  'an answer that is cut': async answer => {
    answer();
    await after(30);
    throw unreadable();
  },
};
const THROTTLED = failing({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } }, 20);
const answersAfter = (milliseconds: number): Fault => {
  return async answer => {
    const answered = answer();
    await after(milliseconds);
    return answered;
  };
};

const STORE = { SESSION_STORE_TABLE: 't', SESSION_STORE_KEY: 'k'.repeat(40), SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
const LAST_AGENT = { DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' };
/** The environment, the contact that the flow names, and the operations that the function needs. */
const MODES = {
  'entire session': { environment: {}, named: FIRST, operations: [DESCRIBE, ASSOCIATE] },
  'entire session from its survey': { environment: {}, named: SURVEY, operations: [DESCRIBE, ASSOCIATE] },
  'last agent': { environment: LAST_AGENT, named: SURVEY, operations: [DESCRIBE, LIST, ASSOCIATE] },
  'session store': { environment: STORE, named: '', operations: [DESCRIBE, ASSOCIATE, UPDATE] },
  'check off': { environment: { SOURCE_CONTACT_CHECK: 'OFF' }, named: FIRST, operations: [ASSOCIATE] },
};
type Mode = keyof typeof MODES;

const blocks = new Map<string, Block>();
/** What the clients do with a request now. */
let send: (command: object) => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  for (const [mode, { environment }] of Object.entries(MODES)) {
    blocks.set(mode, await startBlock(undefined, environment));
    const { ConnectClient } = await import('@aws-sdk/client-connect');
    const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    for (const client of [ConnectClient, DynamoDBClient]) {
      Object.assign(client.prototype, { send: (command: object) => send(command) });
    }
  }
}, 30_000);
beforeEach(() => {
  jest.useFakeTimers();
  // The same pauses in every run.
  let seed = 1;
  jest.spyOn(Math, 'random').mockImplementation(() => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A chat, and services whose operations meet faults at some times, milliseconds from its start. */
async function invoke(
  mode: Mode,
  faultOf: (operation: string, at: number) => Fault | undefined,
  { remaining = 7_000, ...parameters }: { remaining?: number; [parameter: string]: unknown } = {},
) {
  const contacts = new Map<string | undefined, Contact>([
    [FIRST, past(FIRST, { AgentInfo: { Id: 'a' } })],
    [SURVEY, past(SURVEY, { PreviousContactId: FIRST, InitiationMethod: 'DISCONNECT' })],
    [NEW_CHAT, { Id: NEW_CHAT, CustomerId: 'ann', Channel: 'CHAT' }],
  ]);
  let associated = false;
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    [DESCRIBE]: ({ ContactId }) => ({ Contact: { ...contacts.get(ContactId) } }),
    [LIST]: () => ({ ContactSummaryList: [FIRST, SURVEY].map(id => ({ ...contacts.get(id), ContactId: id })) }),
    [ASSOCIATE]: ({ SourceContactId: RelatedContactId }) => {
      associated = true;
      contacts.set(NEW_CHAT, { ...contacts.get(NEW_CHAT), RelatedContactId });
      return { ContinuedFromContactId: RelatedContactId };
    },
    [UPDATE]: () => ({ Attributes: { [`session ${FIRST}`]: { N: `${Date.now() - 600_000}` } } }),
  };
  const startedAt = performance.now();
  const requests: { operation: string; at: number }[] = [];
  send = async command => {
    const operation = command.constructor.name.replace('Command', '');
    const at = performance.now() - startedAt;
    requests.push({ operation, at });
    const fault = faultOf(operation, at) ?? answersAfter(30);
    return fault(() => answers[operation]?.((command as { input: Record<string, string> }).input));
  };
  const event = chatEvent({ sourceContactId: MODES[mode].named, ...parameters }, { CustomerId: 'ann' });
  const invoking = (blocks.get(mode) as Block).invoke(event, { remaining });
  await jest.advanceTimersByTimeAsync(remaining);
  const { attributes, milliseconds, metrics } = await invoking;
  return {
    status: attributes?.associationStatus,
    reason: attributes?.reason,
    associated,
    milliseconds,
    requests,
    metrics,
  };
}

/** The fault of these operations while it lasts. */
const until = (milliseconds: number, operations: readonly string[], fault: Fault) => {
  return (operation: string, at: number) => (at < milliseconds && operations.includes(operation) ? fault : undefined);
};
const always = (operations: readonly string[], fault: Fault) => until(Number.POSITIVE_INFINITY, operations, fault);

test.each(
  (Object.keys(MODES) as Mode[]).flatMap(mode => {
    const { operations } = MODES[mode];
    const each = operations.map(operation => [operation]);
    return (each.length > 1 ? [...each, operations] : each).map(failing => ({ mode, failing }));
  }),
)('an outage of up to 5 of 7 seconds loses no history: $mode, $failing', async ({ mode, failing }) => {
  const lost: object[] = [];
  for (const [name, fault] of Object.entries(FAULTS)) {
    for (const seconds of [1, 3, 5]) {
      const { status, associated, milliseconds } = await invoke(mode, until(seconds * 1_000, failing, fault));
      const isKept = status === 'ASSOCIATED' && associated && milliseconds <= 6_900;
      if (!isKept) lost.push({ fault: name, seconds, status, associated, milliseconds });
    }
  }
  expect(lost).toEqual([]);
});

test.each<{ slow: string; takes: number; mode: Mode; reason?: string }>([
  { slow: DESCRIBE, takes: 1_600, mode: 'entire session' },
  { slow: DESCRIBE, takes: 6_000, mode: 'entire session' },
  { slow: LIST, takes: 1_600, mode: 'last agent' },
  { slow: LIST, takes: 2_500, mode: 'last agent', reason: 'SESSION_NOT_LISTED' },
  { slow: ASSOCIATE, takes: 6_000, mode: 'entire session' },
  { slow: ASSOCIATE, takes: 6_500, mode: 'check off' },
  { slow: UPDATE, takes: 5_000, mode: 'session store' },
])(
  'a service that takes its time is waited for: $slow of $takes ms, $mode',
  async ({ slow, takes, mode, reason = '' }) => {
    const { status, reason: given, milliseconds } = await invoke(mode, always([slow], answersAfter(takes)));
    expect({ status, given }).toEqual({ status: 'ASSOCIATED', given: reason });
    expect(milliseconds).toBeLessThanOrEqual(6_900);
  },
);

test.each([30, 90, 150, 220, 286])('no chat is FAILED although associated, at answers of %d ms', async takes => {
  const answers: object[] = [];
  for (const mode of ['entire session', 'check off'] as const) {
    for (let end = 6_000; end <= 6_900; end += 10) {
      const throttled = until(end, [ASSOCIATE], THROTTLED);
      const slow = always([ASSOCIATE, DESCRIBE], answersAfter(takes));
      const { status, associated, milliseconds, requests } = await invoke(
        mode,
        (...request) => throttled(...request) ?? slow(...request),
      );
      const last = Math.max(...requests.map(({ at }) => at));
      const isRight = (status === 'ASSOCIATED') === associated && milliseconds <= 6_900 && last <= 6_840 - 350;
      if (!isRight) answers.push({ mode, end, status, associated, milliseconds, last });
    }
  }
  expect(answers).toEqual([]);
});

const done = (fault: Fault): Fault => {
  return answer => {
    answer();
    return fault(answer);
  };
};
const status = (httpStatusCode: number) => failing({ name: 'Fault', $metadata: { httpStatusCode } });
const TEXT = failing(unreadable());
test.each<{ met: string; fault: Fault; later?: Fault; mode?: Mode; expected: string; attempts?: number }>([
  ...[500, 502, 503, 504].map(code => {
    return { met: `HTTP ${code}`, fault: done(status(code)), later: THROTTLED, expected: 'ASSOCIATED' };
  }),
  {
    met: 'HTTP 500, with the check off,',
    fault: done(status(500)),
    later: THROTTLED,
    mode: 'check off',
    expected: 'FAILED',
  },
  { met: 'HTTP 500, and is not made', fault: status(500), later: THROTTLED, expected: 'FAILED' },
  { met: 'answers that cannot be read', fault: done(TEXT), later: done(TEXT), expected: 'ASSOCIATED', attempts: 2 },
  { met: 'such answers, and is not made', fault: TEXT, expected: 'ASSOCIATED', attempts: 12 },
])('an association that meets $met is $expected', async row => {
  const { fault, later = fault, mode = 'entire session', expected, attempts } = row;
  const faultOf = (operation: string, at: number) => {
    if (operation !== ASSOCIATE || (!row.later && at > 3_000)) return undefined;
    return at < 100 ? fault : later;
  };
  const { status, requests, milliseconds } = await invoke(mode, faultOf);
  expect({ status, isInTime: milliseconds <= 6_900 }).toEqual({ status: expected, isInTime: true });
  if (attempts) expect(requests.filter(({ operation }) => operation === ASSOCIATE)).toHaveLength(attempts);
});

const [HANGS, WORKS] = ['no answer', 'no fault'];
test.each<{ table: string; sourceContactId: string; slow?: number; takes: number; recorded: boolean }>([
  { table: HANGS, sourceContactId: FIRST, takes: 60, recorded: false },
  { table: HANGS, sourceContactId: FIRST, slow: 1_000, takes: 2_000, recorded: false },
  { table: 'HTTP 500', sourceContactId: FIRST, slow: 1_000, takes: 2_000, recorded: false },
  { table: WORKS, sourceContactId: FIRST, takes: 60, recorded: true },
  // Amazon Connect is asked nothing, and the table gets half a second.
  { table: HANGS, sourceContactId: 'no id', takes: 500, recorded: false },
  { table: WORKS, sourceContactId: 'no id', takes: 30, recorded: true },
])(
  'a chat that names $sourceContactId has its answer after $takes ms while the session store has: $table',
  async row => {
    const { table, sourceContactId, slow = 30, takes, recorded } = row;
    const faultOf = (operation: string) => (operation === UPDATE ? FAULTS[table] : answersAfter(slow));
    const { milliseconds, metrics, requests } = await invoke('session store', faultOf, { sourceContactId });
    const before = requests.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect({
      milliseconds,
      failed: metrics['SessionStoreFailed'],
      later: requests.length - before,
      timers: jest.getTimerCount(),
    }).toEqual({ milliseconds: takes, failed: recorded ? 0 : 1, later: 0, timers: 0 });
  },
);

test('of 60 seconds, an outage of the session store may last all but the last 1.5', async () => {
  const options = { remaining: 60_000, timeLimitSeconds: '60' };
  const outage = until(55_000, [UPDATE], FAULTS['HTTP 500'] as Fault);
  expect(await invoke('session store', outage, options)).toMatchObject({ status: 'ASSOCIATED' });
});
