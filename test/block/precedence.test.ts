import { beforeEach, expect, test } from '@jest/globals';
import { type Contact, CUSTOMER_ID, INSTANCE_ARN, OTHER_CUSTOMER_ID } from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';
import { startServer } from '../support/server.ts';
import { storeAt } from '../support/session-store.ts';

/** A condition, its answer, the checks that may answer it, and the operations that may be called for it. */
interface Row extends Given {
  answer: string;
  checks?: string[];
  operations?: string[];
}

/** What is set up, sent and in the way. */
interface Given {
  environment?: Record<string, string>;
  parameters?: Record<string, string>;
  contactData?: Record<string, unknown>;
  /** What is different about a contact; null: it does not exist. */
  contacts?: Record<string, Partial<Contact> | null>;
  faults?: string[];
  /** The session store is on, and its table answers this JSON. */
  table?: string;
  remaining?: number;
}

const ended = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000);
const DAY = 24 * 60 * 60;
const own = { Channel: 'CHAT', CustomerId: CUSTOMER_ID, DisconnectTimestamp: ended(DAY) } as const;
/** The current chat; a session of the customer's chats, of which the last but one had an agent. */
const CONTACTS: Record<string, Partial<Contact>> = {
  current: { ...own, DisconnectTimestamp: undefined },
  first: { ...own, DisconnectTimestamp: ended(DAY + 3) },
  past: { ...own, DisconnectTimestamp: ended(DAY + 2), InitialContactId: 'first' },
  last: { ...own, DisconnectTimestamp: ended(DAY + 1), InitialContactId: 'first', AgentInfo: { Id: 'agent' } },
  survey: { ...own, InitialContactId: 'first', InitiationMethod: 'DISCONNECT' },
};

const ANOTHERS = { CustomerId: OTHER_CUSTOMER_ID };
const A_CALL = { Channel: 'VOICE' } as const;
const ACTIVE = { DisconnectTimestamp: undefined };
const JUST_ENDED = { DisconnectTimestamp: ended(1) };
const OF_THIS_SESSION = { InitialContactId: 'SESSION' };
const PERSISTENT = { persistent: true, RelatedContactId: 'last' };
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

/** A contact that is not known to be the customer's. */
const ofAnother = (contact: string): Row[] => [
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: COMPARED, contacts: { [contact]: BY_PHONE } },
  { answer: 'SOURCE_CONTACT_NOT_OWNED', checks: COMPARED, contacts: { [contact]: ANOTHERS } },
  { answer: 'SOURCE_CONTACT_OWNER_UNKNOWN', checks: REQUIRED, contacts: { [contact]: { CustomerId: undefined } } },
];

// Each condition comes before all that follow.

const WITHOUT_A_CALL: Row[] = [
  { answer: 'MalformedEventError', contactData: { ContactId: '' } },
  { answer: 'SWITCHED_OFF', environment: { ENABLED: 'No' } },
  { answer: 'CHANNEL_NOT_SUPPORTED', contactData: { Channel: 'EMAIL' } },
  { answer: 'GUIDE', contactData: GUIDE },
  { answer: 'DISCONNECT_FLOW', contactData: { InitiationMethod: 'DISCONNECT' } },
  { answer: 'UnknownParameterError', parameters: { sourceContact: 'past' } },
  { answer: 'InvalidTimeLimitError', parameters: { timeLimitSeconds: '61' } },
  { answer: 'InvalidRehydrationTypeError', parameters: { rehydrationType: 'LAST_SEGMENT' } },
  { answer: 'SOURCE_CONTACT_ID_INVALID', ...previous('a b', 'a b') },
  { answer: 'CUSTOMER_UNKNOWN', checks: REQUIRED, contactData: { CustomerId: null } },
  { answer: 'SOURCE_CONTACT_IN_CURRENT_SESSION', ...previous('previous', 'PREVIOUS') },
];
const NAMED: Row[] = [
  { answer: 'CHECK_UNAVAILABLE', checks: COMPARED, remaining: NO_TIME },
  { answer: 'TIMED_OUT', checks: ['OFF', 'CONTACT'], remaining: NO_TIME },
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: ['DescribeContact:error=403'] },
  { answer: 'REJECTED_BY_CONNECT', checks: DESCRIBED, faults: ['DescribeContact:error=400'] },
  { answer: 'SOURCE_CONTACT_NOT_FOUND', checks: DESCRIBED, contacts: { past: null } },
  { answer: 'CUSTOMER_UNKNOWN', checks: ['OWNER_IF_KNOWN'], contactData: { CustomerId: null } },
  ...ofAnother('past'),
  { answer: 'SOURCE_CONTACT_NOT_CHAT', checks: DESCRIBED, contacts: { past: A_CALL } },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, contacts: { past: ACTIVE } },
  { answer: 'SOURCE_CONTACT_IN_CURRENT_SESSION', checks: DESCRIBED, contacts: { past: OF_THIS_SESSION } },
];
const FIRST_OF_SESSION: Row[] = [
  { answer: 'REJECTED_BY_CONNECT', checks: COMPARED, faults: SECOND_REFUSED },
  { answer: 'SOURCE_CONTACT_NOT_FOUND', checks: COMPARED, contacts: { first: null } },
  ...ofAnother('first'),
];
const LAST_AGENT: Row[] = [
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: ['ListAssociatedContacts:error=403'] },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, contacts: { first: ACTIVE } },
  ...ofAnother('last'),
];
const ASSOCIATION: Row[] = [
  { answer: 'SOURCE_CONTACT_NOT_FOUND', faults: [`${ASSOCIATE}:error=404`] },
  { answer: 'REJECTED_BY_CONNECT', checks: ['OFF'], faults: [REFUSED], contacts: { current: PERSISTENT } },
  { answer: 'ALREADY_PERSISTENT', checks: DESCRIBED, faults: [REFUSED], contacts: { current: PERSISTENT } },
];
const EXPLAINED: Row[] = [
  { answer: 'MissingPermissionError', checks: DESCRIBED, faults: [REFUSED, 'ListAssociatedContacts:error=403'] },
  { answer: 'SOURCE_CONTACT_STILL_ACTIVE', checks: DESCRIBED, faults: [REFUSED], contacts: { last: ACTIVE } },
  { answer: 'SOURCE_CONTACT_JUST_ENDED', checks: DESCRIBED, faults: [REFUSED], contacts: { survey: JUST_ENDED } },
  { answer: 'REJECTED_BY_CONNECT', checks: DESCRIBED, faults: [REFUSED] },
];

const world = blockForEachTest({ transcriptDelaySeconds: 60, hasInstance: () => true });
let table: Awaited<ReturnType<typeof startServer>>;
let tableAnswer = '';
let invocations = 0;
beforeEach(async () => {
  table = await startServer((_, response) =>
    response.writeHead(tableAnswer.includes('__type') ? 400 : 200).end(tableAnswer),
  );
});

/** Invokes the block for the current chat under all these conditions. */
async function invoke(...given: [Given, ...Given[]]) {
  const { environment, parameters, contactData, contacts = {}, faults = [], ...others } = given.reduce(merge);
  world.connect.contacts.clear();
  for (const [Id, fields] of Object.entries(merge<NonNullable<Given['contacts']>>(CONTACTS, contacts))) {
    if (fields) world.connect.contacts.set(Id, { Id, InitiationTimestamp: ended(2 * DAY), ...fields } as Contact);
  }
  world.connect.calls.length = 0;
  table.requests.length = 0;
  world.connect.setFaults(faults);
  tableAnswer = others.table ?? '';

  world.deploy({ ...(others.table && storeAt(table.url)), ...environment });
  // Another instance each time, and so another token.
  const InstanceARN = `${INSTANCE_ARN}-${invocations++}`;
  const ids = { ContactId: 'current', InitialContactId: 'session', CustomerId: CUSTOMER_ID, InstanceARN };
  const invoked = await world.invoke(chatEvent(parameters, { ...ids, ...contactData }), others);
  const { attributes, error } = invoked;
  return { ...invoked, answer: error?.name ?? (attributes?.reason || attributes?.associationStatus) };
}

/** Two conditions as one: where they contradict each other, the second counts; faults hit in its order first. */
function merge<T>(one: T, two: T): T {
  if (Array.isArray(one) && Array.isArray(two)) return [...two, ...one] as T;
  if (Object.getPrototypeOf(two ?? 0) !== Object.prototype) return two;
  const merged = Object.entries(two as object).map(([name, value]) => [name, merge(one?.[name as keyof T], value)]);
  return { ...one, ...Object.fromEntries(merged) };
}

/** Expects each condition's own answer, alone and beside each of those that follow it. */
async function expectInOrder(base: Given, rows: readonly Row[]): Promise<void> {
  const different: object[] = [];
  for (const [index, row] of rows.entries()) {
    for (const beside of [{}, ...rows.slice(index + 1)]) {
      const { answer } = await invoke(base, beside, row);
      const called = [...world.connect.calls.map(({ operation }) => operation), ...table.requests.map(() => UPDATE)];
      const uncalledFor = called.filter(operation => !row.operations?.includes(operation ?? ''));
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
    rows.filter(({ checks = CHECKS }) => checks.includes(check)).map(row => ({ ...row, operations }));
  const parameters = { sourceContactId: 'past', rehydrationType };
  await expectInOrder({ environment: { SOURCE_CONTACT_CHECK: check }, parameters }, [
    // What comes without a call is the same for each type.
    ...calling([], rehydrationType === 'FROM_SEGMENT' ? WITHOUT_A_CALL : []),
    ...calling(described, NAMED),
    ...calling(described, rehydrationType === 'ENTIRE_PAST_SESSION' ? FIRST_OF_SESSION : []),
    ...calling(chosen, ofLastAgent ? LAST_AGENT : []),
    ...calling([...chosen, ASSOCIATE], ASSOCIATION),
    ...calling([...chosen, ASSOCIATE, LIST], ofLastAgent ? [] : EXPLAINED),
    ...calling([...chosen, ASSOCIATE], [{ answer: 'ASSOCIATED' }]),
  ]);
});

/** What the table answers that remembers the past chat. */
const REMEMBERED = JSON.stringify({ Attributes: { 'session past': { N: String(Date.now() - 600_000) } } });

const UNKNOWN_CUSTOMER = { parameters: { sourceContactId: 'first' }, contactData: { CustomerId: null } };
test('of two conditions for a chat that the session store knows, or is asked for, one is answered', async () => {
  await expectInOrder({ table: REMEMBERED }, [
    { answer: 'SWITCHED_OFF', operations: [], environment: { ENABLED: 'No' } },
    { answer: 'CHANNEL_NOT_SUPPORTED', operations: [], contactData: A_CALL },
    { answer: 'InvalidTimeLimitError', operations: [], parameters: { timeLimitSeconds: '61' } },
    { answer: 'SOURCE_CONTACT_ID_INVALID', operations: [UPDATE], parameters: { sourceContactId: 'a b' } },
    { answer: 'CUSTOMER_UNKNOWN', operations: [], ...UNKNOWN_CUSTOMER },
    { answer: 'InvalidRehydrationTypeError', operations: [], parameters: { rehydrationType: 'FROM_SEGMENT' } },
    { answer: 'NO_SOURCE_CONTACT', operations: [], contactData: { CustomerId: null } },
    { answer: 'SESSION_STORE_UNAVAILABLE', operations: [], remaining: NO_TIME },
    { answer: 'MissingPermissionError', operations: [UPDATE], table: '{"__type":"AccessDeniedException"}' },
    { answer: 'NO_SOURCE_CONTACT', operations: [UPDATE], table: '{"Attributes":{}}' },
    { answer: 'MissingPermissionError', operations: [UPDATE, DESCRIBE], faults: ['DescribeContact:error=403'] },
    { answer: 'SOURCE_CONTACT_NOT_FOUND', operations: [UPDATE, DESCRIBE], contacts: { past: null } },
    { answer: 'ASSOCIATED', operations: [UPDATE, DESCRIBE, ASSOCIATE] },
  ]);
});
