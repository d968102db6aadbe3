import type { Contact } from '@aws-sdk/client-connect';
import { beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { storeAt } from '../support/session-store.ts';

// The function in virtual time: 7 seconds of an outage take some milliseconds. In the place of the network are the clients.

const [DESCRIBE, LIST, UPDATE] = ['DescribeContact', 'ListAssociatedContacts', 'UpdateItem'] as const;
const ASSOCIATE = 'CreatePersistentContactAssociation';
const [FIRST, SURVEY] = ['first', 'survey'] as const;
const NEW: Contact = { Id: NEW_CHAT, Channel: 'CHAT', CustomerId: 'ann' };
const PAST: Contact = { ...NEW, Id: FIRST, InitialContactId: FIRST, DisconnectTimestamp: new Date(0) };
const SESSION: Contact[] = [
  { ...PAST, AgentInfo: { Id: 'a' } },
  { ...PAST, Id: SURVEY, PreviousContactId: FIRST, InitiationMethod: 'DISCONNECT' },
];

/** What happens to a request, which may be carried out for its answer. */
type Fault = (carryOut: () => unknown) => Promise<unknown>;
const after = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
const failing = (error: object, milliseconds = 30): Fault => {
  return async () => {
    await after(milliseconds);
    throw Object.assign(new Error('fault'), error);
  };
};
const answering = (milliseconds: number): Fault => {
  return async carryOut => {
    const answer = carryOut();
    await after(milliseconds);
    return answer;
  };
};
/** Carried out, although it fails. */
const done = (fault: Fault): Fault => {
  return carryOut => {
    carryOut();
    return fault(carryOut);
  };
};
const status = (httpStatusCode: number) => failing({ name: 'Fault', $metadata: { httpStatusCode } });
const [THROTTLED, UNREADABLE] = [status(429), failing({ $response: {}, $metadata: { httpStatusCode: 200 } })];
const CUT = done(UNREADABLE);
const FAULTS: Record<string, Fault> = {
  'HTTP 500': status(500),
  'a connection that is reset': failing({ code: 'ECONNRESET' }),
  'a connection that is refused': failing({ code: 'ECONNREFUSED' }, 1),
  'no answer': () => new Promise(() => {}),
  'an answer that is cut': CUT,
};

const LAST_AGENT = { DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' };
/** The environment, the contact that the flow names, and the operations that the function needs. */
const MODES = {
  'entire session': { environment: {}, named: FIRST, operations: [DESCRIBE, ASSOCIATE] },
  'entire session from its survey': { environment: {}, named: SURVEY, operations: [DESCRIBE, ASSOCIATE] },
  'last agent': { environment: LAST_AGENT, named: SURVEY, operations: [DESCRIBE, LIST, ASSOCIATE] },
  'session store': { environment: storeAt('http://localhost'), named: '', operations: [DESCRIBE, ASSOCIATE, UPDATE] },
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

type FaultOf = (operation: string, at: number) => Fault | undefined;

/** A chat, and services whose operations meet faults at some times, milliseconds from its start. */
async function invoke(mode: Mode, faultOf: FaultOf, parameters: { sourceContactId?: string } = {}) {
  let RelatedContactId: string | undefined;
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    [DESCRIBE]: ({ ContactId }) => ({
      Contact: [...SESSION, { ...NEW, RelatedContactId }].find(({ Id }) => Id === ContactId),
    }),
    [LIST]: () => ({ ContactSummaryList: SESSION.map(contact => ({ ...contact, ContactId: contact.Id })) }),
    [ASSOCIATE]: ({ SourceContactId }) => {
      RelatedContactId = SourceContactId;
      return { ContinuedFromContactId: SourceContactId };
    },
    [UPDATE]: () => ({ Attributes: { [`session ${FIRST}`]: { N: `${Date.now() - 600_000}` } } }),
  };
  const startedAt = performance.now();
  const requests: { operation: string; at: number }[] = [];
  send = async command => {
    const operation = command.constructor.name.replace('Command', '');
    const at = performance.now() - startedAt;
    requests.push({ operation, at });
    const fault = faultOf(operation, at) ?? answering(30);
    return fault(() => answers[operation]?.((command as { input: Record<string, string> }).input));
  };
  const event = chatEvent({ sourceContactId: MODES[mode].named, ...parameters }, { CustomerId: 'ann' });
  const invoking = (blocks.get(mode) as Block).invoke(event);
  await jest.advanceTimersByTimeAsync(7_000);
  const { attributes, ...others } = await invoking;
  return { status: attributes?.associationStatus, associated: RelatedContactId !== undefined, requests, ...others };
}

/** The fault of these operations while it lasts. */
const until = (milliseconds: number, operations: readonly string[], fault: Fault | undefined): FaultOf => {
  return (operation, at) => (at < milliseconds && operations.includes(operation) ? fault : undefined);
};

test.each(
  (Object.keys(MODES) as Mode[]).flatMap(mode => {
    const { operations } = MODES[mode];
    return [operations, ...operations.map(operation => [operation])].map(failing => ({ mode, failing }));
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

test.each([30, 90, 150, 220, 286])('no chat is FAILED although associated, at answers of %d ms', async takes => {
  const wrong: object[] = [];
  const slow = until(7_000, [ASSOCIATE, DESCRIBE], answering(takes));
  for (const mode of ['entire session', 'check off'] as const) {
    for (let end = 6_000; end <= 6_900; end += 10) {
      const throttled = until(end, [ASSOCIATE], THROTTLED);
      const found = await invoke(mode, (...request) => throttled(...request) ?? slow(...request));
      const { status, associated, milliseconds } = found;
      const last = Math.max(...found.requests.map(({ at }) => at));
      const isRight = (status === 'ASSOCIATED') === associated && milliseconds <= 6_900 && last <= 6_840 - 350;
      if (!isRight) wrong.push({ mode, end, last, status, associated, milliseconds });
    }
  }
  expect(wrong).toEqual([]);
});

test.each<{ meets: string; fault: Fault; later?: Fault; mode?: Mode; expected: string; attempts?: number }>([
  { meets: 'HTTP 500', fault: done(status(500)), later: THROTTLED, expected: 'ASSOCIATED' },
  { meets: 'HTTP 500, unchecked', fault: done(status(500)), later: THROTTLED, mode: 'check off', expected: 'FAILED' },
  { meets: 'HTTP 500, and is not made', fault: status(500), later: THROTTLED, expected: 'FAILED' },
  { meets: 'unreadable answers', fault: CUT, later: CUT, expected: 'ASSOCIATED', attempts: 2 },
  { meets: 'unreadable answers for 3 s, and is not made', fault: UNREADABLE, expected: 'ASSOCIATED', attempts: 12 },
])('an association that meets $meets is $expected', async row => {
  const { fault, later, mode = 'entire session', expected, attempts } = row;
  const faultOf: FaultOf = (operation, at) => {
    if (operation !== ASSOCIATE || (!later && at > 3_000)) return undefined;
    return at < 100 ? fault : (later ?? fault);
  };
  const { status, requests, milliseconds } = await invoke(mode, faultOf);
  expect({ status, isInTime: milliseconds <= 6_900 }).toEqual({ status: expected, isInTime: true });
  if (attempts) expect(requests.filter(({ operation }) => operation === ASSOCIATE)).toHaveLength(attempts);
});

const [HANGS, WORKS] = ['no answer', 'no fault'];
const DENIED = failing({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
const SLOW = answering(1_000);
test.each<{ table: string; sourceContactId: string; connect?: Fault; takes: number }>([
  { table: HANGS, sourceContactId: FIRST, takes: 60 },
  { table: HANGS, sourceContactId: FIRST, connect: SLOW, takes: 2_000 },
  { table: HANGS, sourceContactId: FIRST, connect: DENIED, takes: 30 },
  { table: 'HTTP 500', sourceContactId: FIRST, connect: SLOW, takes: 2_000 },
  { table: WORKS, sourceContactId: FIRST, takes: 60 },
  // Amazon Connect is asked nothing, and the table gets half a second.
  { table: HANGS, sourceContactId: 'no id', takes: 500 },
  { table: WORKS, sourceContactId: 'no id', takes: 30 },
])('a chat that names "$sourceContactId" has its answer after $takes ms while the table has $table', async row => {
  const { table, sourceContactId, connect, takes } = row;
  const faultOf: FaultOf = operation => (operation === UPDATE ? FAULTS[table] : connect);
  const { milliseconds, metrics, requests } = await invoke('session store', faultOf, { sourceContactId });
  const later = { requests: requests.filter(({ at }) => at > takes).length, timers: jest.getTimerCount() };
  expect({ milliseconds, failed: metrics['SessionStoreFailed'], later }).toEqual({
    milliseconds: takes,
    failed: connect === DENIED ? undefined : Number(table !== WORKS),
    later: { requests: 0, timers: 0 },
  });
});
