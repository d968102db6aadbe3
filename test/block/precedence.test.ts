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
  CustomerId: undefined,
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' },
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } },
};
const GUIDE = {
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } },
  RelatedContactId: 'agents',
  CustomerId: null,
};
const OFF = { ENABLED: 'No' };
const PERSISTENT = { persistent: true, RelatedContactId: 'last' };
/** The flow names the contact before the current one. */
const previous = (sourceContactId: string, PreviousContactId: string): Given => {
  return { parameters: { sourceContactId }, contactData: { PreviousContactId } };
};
const [DESCRIBE, LIST, UPDATE] = ['DescribeContact', 'ListAssociatedContacts', 'UpdateItem'];
const ASSOCIATE = 'CreatePersistentContactAssociation';
const REFUSED = `${ASSOCIATE}:error=400`;
const SECOND_REFUSED = ['DescribeContact:slow=1*1', 'DescribeContact:error=400'];
/** Too little for a request, and enough to say so. */
const NO_TIME = 230;

const CHECKS = ['OFF', 'CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'];
const DESCRIBED = CHECKS.slice(1);
const COMPARED = CHECKS.slice(2);
const REQUIRED = CHECKS.slice(3);

/** One condition, and the checks that may answer it; it comes before all that follow. */
interface Row extends Given {
  answer: string;
  checks: string[];
}

const WITHOUT_A_CALL: Row[] = [
  { answer: 'MalformedEventError', checks: CHECKS, contactData: { ContactId: '' } },
  { answer: 'SWITCHED_OFF', checks: CHECKS, environment: OFF },
  { answer: 'CHANNEL_NOT_SUPPORTED', checks: CHECKS, contactData: { Channel: 'VOICE' } },
  { answer: 'GUIDE', checks: CHECKS, contactData: GUIDE },
  { answer: 'DISCONNECT_FLOW', checks: CHECKS, contactData: { InitiationMethod: 'DISCONNECT' } },
  { answer: 'UnknownParameterError', checks: CHECKS, parameters: { sourceContact: 'past' } },
  { answer: 'InvalidTimeLimitError', checks: CHECKS, parameters: { timeLimitSeconds: '61' } },
  { answer: 'InvalidRehydrationTypeError', checks: CHECKS, parameters: { rehydrationType: 'LAST_SEGMENT' } },
  { answer: 'SOURCE_CONTACT_ID_INVALID', checks: CHECKS, ...previous('a b', 'a b') },
  { answer: 'CUSTOMER_UNKNOWN', checks: REQUIRED, contactData: { CustomerId: null } },
  { answer: 'SOURCE_CONTACT_IN_CURRENT_SESSION', checks: CHECKS, ...previous('previous', 'PREVIOUS') },
];
const NAMED: Row[] = [
  { answer: 'CHECK_UNAVAILABLE', checks: COMPARED, remaining: NO_TIME },
  { answer: 'TIMED_OUT', checks: ['OFF', 'CONTACT'], remaining: NO_TIME },
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: ['DescribeContact:error=403'] },
  { answer: 'REJECTED_BY_CONNECT', checks: DESCRIBED, faults: ['DescribeContact:error=400'] },
  { answer: 'SOURCE_CONTACT_NOT_FOUND', checks: DESCRIBED, contacts: { past: null } },
  { answer: 'CUSTOMER_UNKNOWN', checks: ['OWNER_IF_KNOWN'], contactData: { CustomerId: null } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: COMPARED, contacts: { past: BY_PHONE } },
  { answer: 'SOURCE_CONTACT_NOT_OWNED', checks: COMPARED, contacts: { past: ANOTHERS } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: REQUIRED, contacts: { past: NOBODYS } },
  { answer: 'SOURCE_CONTACT_NOT_CHAT', checks: DESCRIBED, contacts: { past: A_CALL } },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, contacts: { past: ACTIVE } },
  { answer: 'SOURCE_CONTACT_IN_CURRENT_SESSION', checks: DESCRIBED, contacts: { past: OF_THIS_SESSION } },
];
const FIRST_OF_SESSION: Row[] = [
  { answer: 'REJECTED_BY_CONNECT', checks: COMPARED, faults: SECOND_REFUSED },
  { answer: 'SOURCE_CONTACT_NOT_FOUND', checks: COMPARED, contacts: { first: null } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: COMPARED, contacts: { first: BY_PHONE } },
  { answer: 'SOURCE_CONTACT_NOT_OWNED', checks: COMPARED, contacts: { first: ANOTHERS } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: REQUIRED, contacts: { first: NOBODYS } },
];
const LAST_AGENT: Row[] = [
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: ['ListAssociatedContacts:error=403'] },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, contacts: { first: ACTIVE } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: COMPARED, contacts: { last: BY_PHONE } },
  { answer: 'SOURCE_CONTACT_NOT_OWNED', checks: COMPARED, contacts: { last: ANOTHERS } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: REQUIRED, contacts: { last: NOBODYS } },
];
const ASSOCIATION: Row[] = [
  { answer: 'SOURCE_CONTACT_NOT_FOUND', checks: CHECKS, faults: [`${ASSOCIATE}:error=404`] },
  { answer: 'REJECTED_BY_CONNECT', checks: ['OFF'], faults: [REFUSED], contacts: { current: PERSISTENT } },
  { answer: 'ALREADY_PERSISTENT', checks: DESCRIBED, faults: [REFUSED], contacts: { current: PERSISTENT } },
];
const EXPLAINED: Row[] = [
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: [REFUSED, 'ListAssociatedContacts:error=403'] },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, faults: [REFUSED], contacts: { last: ACTIVE } },
  { answer: 'SOURCE_CONTACT_JUST_ENDED', checks: DESCRIBED, faults: [REFUSED], contacts: { survey: JUST_ENDED } },
  { answer: 'REJECTED_BY_CONNECT', checks: DESCRIBED, faults: [REFUSED] },
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

/** A condition, its answer and the operations that may be called for it. */
interface Answered extends Given {
  answer: string;
  operations: string[];
}

/** That each condition is answered with its own outcome, alone and beside each of those that follow it. */
async function expectInOrder(base: Given, rows: readonly Answered[]): Promise<void> {
  const different: object[] = [];
  for (const [index, row] of rows.entries()) {
    for (const beside of [{}, ...rows.slice(index + 1)]) {
      const { answer } = await invoke(base, beside, row);
      const called = [...connect.calls.map(({ operation }) => operation), ...table.requests.map(() => UPDATE)];
      const uncalledFor = called.filter(operation => !row.operations.includes(operation));
      if (answer !== row.answer || uncalledFor.length > 0) different.push({ row, beside, answer, uncalledFor });
    }
  }
  expect(different).toEqual([]);
}

test.each([
  ...CHECKS.map(check => ({ type: 'FROM_SEGMENT', check })),
  ...COMPARED.map(check => ({ type: 'ENTIRE_PAST_SESSION', check })),
  ...DESCRIBED.map(check => ({ type: 'FROM_LAST_AGENT_SEGMENT', check })),
])('of two conditions for a named chat, one is answered: $type, $check', async ({ type: rehydrationType, check }) => {
  const ofLastAgent = rehydrationType === 'FROM_LAST_AGENT_SEGMENT';
  const described = check === 'OFF' ? [] : [DESCRIBE];
  const chosen = ofLastAgent ? [...described, LIST] : described;
  const calling = (operations: string[], rows: readonly Row[]) =>
    rows.filter(({ checks }) => checks.includes(check)).map((row): Answered => ({ ...row, operations }));
  const parameters = { sourceContactId: 'past', rehydrationType };
  await expectInOrder({ environment: { SOURCE_CONTACT_CHECK: check }, parameters }, [
    // What comes without a call is the same for each type.
    ...calling([], rehydrationType === 'FROM_SEGMENT' ? WITHOUT_A_CALL : []),
    ...calling(described, NAMED),
    ...calling(described, rehydrationType === 'ENTIRE_PAST_SESSION' ? FIRST_OF_SESSION : []),
    ...calling(chosen, ofLastAgent ? LAST_AGENT : []),
    ...calling([...chosen, ASSOCIATE], ASSOCIATION),
    ...calling([...chosen, ASSOCIATE, LIST], ofLastAgent ? [] : EXPLAINED),
    ...calling([...chosen, ASSOCIATE], [{ answer: 'ASSOCIATED', checks: CHECKS }]),
  ]);
});

/** The answer of a table that remembers these sessions of the customer, the newest first. */
function item(...sessions: string[]): DynamoDbFault {
  const attributes = sessions.map((id, index) => [`session ${id}`, { N: String(Date.now() - (index + 1) * 600_000) }]);
  return { status: 200, body: JSON.stringify({ Attributes: Object.fromEntries(attributes) }) };
}

test('of two conditions for a chat that the session store knows, or is asked for, one is answered', async () => {
  await expectInOrder({ table: item('past') }, [
    { answer: 'SWITCHED_OFF', operations: [], environment: OFF },
    { answer: 'CHANNEL_NOT_SUPPORTED', operations: [], contactData: { Channel: 'VOICE' } },
    { answer: 'InvalidTimeLimitError', operations: [], parameters: { timeLimitSeconds: '61' } },
    { answer: 'SOURCE_CONTACT_ID_INVALID', operations: [UPDATE], parameters: { sourceContactId: 'a b' } },
    {
      answer: 'CUSTOMER_UNKNOWN',
      operations: [],
      parameters: { sourceContactId: 'first' },
      contactData: { CustomerId: null },
    },
    { answer: 'InvalidRehydrationTypeError', operations: [], parameters: { rehydrationType: 'FROM_SEGMENT' } },
    { answer: 'NO_SOURCE_CONTACT', operations: [], contactData: { CustomerId: null } },
    { answer: 'SESSION_STORE_UNAVAILABLE', operations: [], remaining: NO_TIME },
    { answer: 'MissingPermissionError', operations: [UPDATE], table: dynamoDbError('AccessDeniedException') },
    { answer: 'NO_SOURCE_CONTACT', operations: [UPDATE], table: item() },
    { answer: 'MissingPermissionError', operations: [UPDATE, DESCRIBE], faults: ['DescribeContact:error=403'] },
    { answer: 'SOURCE_CONTACT_NOT_FOUND', operations: [UPDATE, DESCRIBE], contacts: { past: null } },
    { answer: 'ASSOCIATED', operations: [UPDATE, DESCRIBE, ASSOCIATE] },
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
