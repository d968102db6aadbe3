import { afterAll, expect, test } from '@jest/globals';
import {
  type Contact,
  CUSTOMER_ID,
  INSTANCE_ARN,
  OTHER_CUSTOMER_ID,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { type DynamoDbFault, dynamoDbError, startFaultyDynamoDb } from '../support/faulty-dynamodb.ts';
import { startStoreBlock } from '../support/session-store.ts';

/** One condition: what is set up, sent and in the way. */
interface Given {
  environment?: Record<string, string>;
  parameters?: Record<string, string>;
  contactData?: Record<string, unknown>;
  /** What is different about a contact; null: it does not exist. */
  contacts?: Record<string, Partial<Contact> | null>;
  faults?: string[];
  /** What the session store's table answers. */
  table?: DynamoDbFault;
  remaining?: number;
}

const ended = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000);
const DAY = 24 * 60 * 60;
const own = { Channel: 'CHAT', CustomerId: CUSTOMER_ID, DisconnectTimestamp: ended(DAY) } as const;
/** The current chat; a session of three chats that the customer had, of which the last one had an agent; and another. */
const CONTACTS: Record<string, Partial<Contact>> = {
  current: { ...own, DisconnectTimestamp: undefined },
  first: { ...own, DisconnectTimestamp: ended(DAY + 3) },
  past: { ...own, DisconnectTimestamp: ended(DAY + 2), InitialContactId: 'first' },
  last: { ...own, DisconnectTimestamp: ended(DAY + 1), InitialContactId: 'first', AgentInfo: { Id: 'agent' } },
  survey: { ...own, InitialContactId: 'first', InitiationMethod: 'DISCONNECT' },
  second: own,
};

const ANOTHERS = { CustomerId: OTHER_CUSTOMER_ID };
const NOBODYS = { CustomerId: undefined };
const A_CALL = { Channel: 'VOICE' } as const;
const ACTIVE = { DisconnectTimestamp: undefined };
const JUST_ENDED = { DisconnectTimestamp: ended(1) };
const OF_THIS_SESSION = { InitialContactId: 'SESSION' };
/** A chat of nobody but a phone. */
const BY_PHONE = {
  ...{ CustomerId: undefined, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } },
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } },
};
const GUIDE = { 'connect:Subtype': { ValueString: 'connect:Guide' } };
const OFF: Given = { environment: { ENABLED: 'No' } };
const PERSISTENT = { persistent: true, RelatedContactId: 'last' };
/** The flow names the contact before the current one. */
const previous = (sourceContactId: string, PreviousContactId: string): Given => ({
  ...{ parameters: { sourceContactId }, contactData: { PreviousContactId } },
});
const ASSOCIATE = 'CreatePersistentContactAssociation';
const REFUSED = `${ASSOCIATE}:error=400`;
/** Too little for a request, and enough to say so. */
const NO_TIME = 230;

const CHECKS = ['OFF', 'CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'];
const DESCRIBED = CHECKS.slice(1);
const COMPARED = CHECKS.slice(2);
const REQUIRED = CHECKS.slice(3);

/** The answer, the checks that may give it, and the condition; each comes before all that follow it. */
type Row = readonly [answer: string, checks: string[], given: Given];

const WITHOUT_A_CALL: Row[] = [
  ['MalformedEventError', CHECKS, { contactData: { ContactId: '' } }],
  ['SWITCHED_OFF', CHECKS, OFF],
  ['CHANNEL_NOT_SUPPORTED', CHECKS, { contactData: { Channel: 'VOICE' } }],
  ['GUIDE', CHECKS, { contactData: { SegmentAttributes: GUIDE, RelatedContactId: 'agents', CustomerId: null } }],
  ['DISCONNECT_FLOW', CHECKS, { contactData: { InitiationMethod: 'DISCONNECT' } }],
  ['UnknownParameterError', CHECKS, { parameters: { sourceContact: 'past' } }],
  ['InvalidTimeLimitError', CHECKS, { parameters: { timeLimitSeconds: '61' } }],
  ['InvalidRehydrationTypeError', CHECKS, { parameters: { rehydrationType: 'LAST_SEGMENT' } }],
  ['SOURCE_CONTACT_ID_INVALID', CHECKS, previous('a b', 'a b')],
  ['CUSTOMER_UNKNOWN', REQUIRED, { contactData: { CustomerId: null } }],
  ['SOURCE_CONTACT_IN_CURRENT_SESSION', CHECKS, previous('previous', 'PREVIOUS')],
];
const NAMED: Row[] = [
  ['CHECK_UNAVAILABLE', COMPARED, { remaining: NO_TIME }],
  ['TIMED_OUT', ['OFF', 'CONTACT'], { remaining: NO_TIME }],
  ['MissingPermissionError', DESCRIBED, { faults: ['DescribeContact:error=403'] }],
  ['REJECTED_BY_CONNECT', DESCRIBED, { faults: ['DescribeContact:error=400'] }],
  ['SOURCE_CONTACT_NOT_FOUND', DESCRIBED, { contacts: { past: null } }],
  ['CUSTOMER_UNKNOWN', ['OWNER_IF_KNOWN'], { contactData: { CustomerId: null } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', COMPARED, { contacts: { past: BY_PHONE } }],
  ['SOURCE_CONTACT_NOT_OWNED', COMPARED, { contacts: { past: ANOTHERS } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', REQUIRED, { contacts: { past: NOBODYS } }],
  ['SOURCE_CONTACT_NOT_CHAT', DESCRIBED, { contacts: { past: A_CALL } }],
  ['SOURCE_CONTACT_STILL_ACTIVE', DESCRIBED, { contacts: { past: ACTIVE } }],
  ['SOURCE_CONTACT_IN_CURRENT_SESSION', DESCRIBED, { contacts: { past: OF_THIS_SESSION } }],
];
const FIRST_OF_SESSION: Row[] = [
  ['REJECTED_BY_CONNECT', COMPARED, { faults: ['DescribeContact:slow=1*1', 'DescribeContact:error=400'] }],
  ['SOURCE_CONTACT_NOT_FOUND', COMPARED, { contacts: { first: null } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', COMPARED, { contacts: { first: BY_PHONE } }],
  ['SOURCE_CONTACT_NOT_OWNED', COMPARED, { contacts: { first: ANOTHERS } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', REQUIRED, { contacts: { first: NOBODYS } }],
];
const LAST_AGENT: Row[] = [
  ['MissingPermissionError', DESCRIBED, { faults: ['ListAssociatedContacts:error=403'] }],
  ['SOURCE_CONTACT_STILL_ACTIVE', DESCRIBED, { contacts: { first: ACTIVE } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', COMPARED, { contacts: { last: BY_PHONE } }],
  ['SOURCE_CONTACT_NOT_OWNED', COMPARED, { contacts: { last: ANOTHERS } }],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', REQUIRED, { contacts: { last: NOBODYS } }],
];
const ASSOCIATION: Row[] = [
  ['SOURCE_CONTACT_NOT_FOUND', CHECKS, { faults: [`${ASSOCIATE}:error=404`] }],
  ['REJECTED_BY_CONNECT', ['OFF'], { faults: [REFUSED], contacts: { current: PERSISTENT } }],
  ['ALREADY_PERSISTENT', DESCRIBED, { faults: [REFUSED], contacts: { current: PERSISTENT } }],
];
const EXPLAINED: Row[] = [
  ['MissingPermissionError', DESCRIBED, { faults: [REFUSED, 'ListAssociatedContacts:error=403'] }],
  ['SOURCE_CONTACT_STILL_ACTIVE', DESCRIBED, { faults: [REFUSED], contacts: { last: ACTIVE } }],
  ['SOURCE_CONTACT_JUST_ENDED', DESCRIBED, { faults: [REFUSED], contacts: { survey: JUST_ENDED } }],
  ['REJECTED_BY_CONNECT', DESCRIBED, { faults: [REFUSED] }],
];

const connect = await startLocalConnect({ transcriptDelaySeconds: 60, hasInstance: () => true });
const table = await startFaultyDynamoDb({ url: '', table: 'sessions' });
const blocks = new Map<string, Block>();
let invocations = 0;
afterAll(() => Promise.all([connect.close(), table.close()]));

/** Invokes the block for the current chat under all these conditions; with the session store where the table answers. */
async function invoke(...given: [Given, ...Given[]]) {
  const { environment, parameters, contactData, contacts = {}, faults = [], ...others } = given.reduce(merge);
  connect.contacts.clear();
  for (const [Id, fields] of Object.entries(merge<NonNullable<Given['contacts']>>(CONTACTS, contacts))) {
    if (fields) connect.contacts.set(Id, { Id, InitiationTimestamp: ended(2 * DAY), ...fields } as Contact);
  }
  connect.calls.length = 0;
  table.requests.length = 0;
  connect.setFaults(faults);
  table.setFault(others.table);

  const key = JSON.stringify([environment, others.table !== undefined]);
  const start = () => (others.table ? startStoreBlock(connect, table, environment) : startBlock(connect, environment));
  const block = blocks.get(key) ?? (await start());
  blocks.set(key, block);
  // Another instance each time, and so another token.
  const InstanceARN = `${INSTANCE_ARN}-${invocations++}`;
  const ids = { ContactId: 'current', InitialContactId: 'session', CustomerId: CUSTOMER_ID, InstanceARN };
  const event = chatEvent(parameters, { ...ids, ...contactData });
  const invoked = await block.invoke(event, { remaining: others.remaining ?? 7_000 });
  const { attributes, error } = invoked;
  return { ...invoked, answer: error?.name ?? (attributes?.reason || attributes?.associationStatus) };
}

/** Two conditions as one: where they contradict each other, the second counts; faults hit in its order first. */
function merge<T>(one: T, two: T): T {
  if (Array.isArray(one) && Array.isArray(two)) return [...two, ...one] as T;
  if (!isPlain(one) || !isPlain(two)) return two;
  const merged = Object.entries(two).map(([name, value]) => [name, name in one ? merge(one[name], value) : value]);
  return { ...one, ...Object.fromEntries(merged) };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Object.getPrototypeOf(value ?? 0) === Object.prototype;
}

/** An answer, the operations that may be called for it, and its condition. */
type Answered = readonly [answer: string, operations: string, given: Given];

/** That each condition is answered with its own outcome, alone and beside each of those that follow it. */
async function expectInOrder(base: Given, rows: readonly Answered[]): Promise<void> {
  const pairs = rows.flatMap(([answer, operations, given], index) =>
    [{}, ...rows.slice(index + 1).map(row => row[2])].map(other => ({ answer, operations, given, other })),
  );
  const found = [];
  for (const pair of pairs) {
    const { answer } = await invoke(base, pair.other, pair.given);
    const called = [...connect.calls.map(({ operation }) => operation), ...table.requests.map(() => 'UpdateItem')];
    const others = called.filter(operation => !pair.operations.includes(operation));
    found.push({ ...pair, answer, operations: [pair.operations, ...others].join(' ') });
  }
  expect(found).toEqual(pairs);
}

test.each([
  ...CHECKS.map(check => ['FROM_SEGMENT', check] as const),
  ...COMPARED.map(check => ['ENTIRE_PAST_SESSION', check] as const),
  ...DESCRIBED.map(check => ['FROM_LAST_AGENT_SEGMENT', check] as const),
])('of two conditions for a named chat, one is answered: %s, %s', async (rehydrationType, check) => {
  const ofLastAgent = rehydrationType === 'FROM_LAST_AGENT_SEGMENT';
  const described = check === 'OFF' ? '' : 'DescribeContact';
  const chosen = ofLastAgent ? `${described} ListAssociatedContacts` : described;
  const calling = (operations: string, rows: readonly Row[]) =>
    rows.filter(row => row[1].includes(check)).map(([answer, , given]): Answered => [answer, operations, given]);
  const parameters = { sourceContactId: 'past', rehydrationType };
  await expectInOrder({ environment: { SOURCE_CONTACT_CHECK: check }, parameters }, [
    ...calling('', WITHOUT_A_CALL),
    ...calling(described, NAMED),
    ...calling(described, rehydrationType === 'ENTIRE_PAST_SESSION' ? FIRST_OF_SESSION : []),
    ...calling(chosen, ofLastAgent ? LAST_AGENT : []),
    ...calling(`${chosen} ${ASSOCIATE}`, ASSOCIATION),
    ...calling(`${chosen} ${ASSOCIATE} ListAssociatedContacts`, ofLastAgent ? [] : EXPLAINED),
    ...calling(`${chosen} ${ASSOCIATE}`, [['ASSOCIATED', CHECKS, {}]]),
  ]);
});

/** The answer of a table that remembers these sessions of the customer, the newest first. */
function item(...sessions: string[]): DynamoDbFault {
  const attributes = sessions.map((id, index) => [`session ${id}`, { N: String(Date.now() - (index + 1) * 600_000) }]);
  return { status: 200, body: JSON.stringify({ Attributes: Object.fromEntries(attributes) }) };
}

test('of two conditions for a chat that the session store knows, or is asked for, one is answered', async () => {
  await expectInOrder({ table: item('past') }, [
    ['SWITCHED_OFF', '', OFF],
    ['CHANNEL_NOT_SUPPORTED', '', { contactData: { Channel: 'VOICE' } }],
    ['InvalidTimeLimitError', '', { parameters: { timeLimitSeconds: '61' } }],
    ['SOURCE_CONTACT_ID_INVALID', 'UpdateItem', { parameters: { sourceContactId: 'a b' } }],
    ['CUSTOMER_UNKNOWN', '', { parameters: { sourceContactId: 'first' }, contactData: { CustomerId: null } }],
    ['InvalidRehydrationTypeError', '', { parameters: { rehydrationType: 'FROM_SEGMENT' } }],
    ['NO_SOURCE_CONTACT', '', { contactData: { CustomerId: null } }],
    ['SESSION_STORE_UNAVAILABLE', '', { remaining: NO_TIME }],
    ['MissingPermissionError', 'UpdateItem', { table: dynamoDbError('AccessDeniedException') }],
    ['NO_SOURCE_CONTACT', 'UpdateItem', { table: item() }],
    ['MissingPermissionError', 'UpdateItem DescribeContact', { faults: ['DescribeContact:error=403'] }],
    ['SOURCE_CONTACT_NOT_FOUND', 'UpdateItem DescribeContact', { contacts: { past: null } }],
    ['ASSOCIATED', `UpdateItem DescribeContact ${ASSOCIATE}`, {}],
  ]);
});

test('of the remembered sessions, the second counts where the newest does not fit, and a third is not tried', async () => {
  const newest = { contacts: { past: { ...ANOTHERS, InitialContactId: undefined } } };
  const base = { ...newest, table: item('past', 'second', 'first') };
  expect(await invoke(base)).toMatchObject({ answer: 'ASSOCIATED', attributes: { sourceContactId: 'second' } });
  expect(await invoke(base, { contacts: { second: null } })).toMatchObject({
    answer: 'SOURCE_CONTACT_NOT_OWNED',
    attributes: { sourceContactId: 'past' },
    // Nobody tried ids: a customer id changed while a chat went on.
    metrics: { Returning: 1, NotOwned: 0 },
  });
  expect(connect.calls.map(({ contactId }) => contactId)).toEqual(['past', 'second']);
});
