import { expect, test } from '@jest/globals';
import type { DescribedContact, ListedContact } from '../../../src/aws/answers.ts';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { findLastAgentSegment } from '../../../src/past-contact/last-agent.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

const THROTTLED = { unavailable: 'THROTTLED' } as const;
const REFUSED = { refused: 404 };

/** How a contact differs from a chat that an agent had, which has ended and follows the one before; or what answers instead. */
type Fields = Partial<DescribedContact> & { answer?: Answer<never> };
const NO_AGENT = { AgentInfo: undefined };
/** Of the disconnect flow: a transfer to an agent, or a survey. */
const TRANSFER = { InitiationMethod: 'DISCONNECT' } as const;
const SURVEY = { ...TRANSFER, ...NO_AGENT };
const FIRST_SURVEY = { ...SURVEY, PreviousContactId: undefined };
const WATCHED = { InitiationMethod: 'MONITOR' } as const;
const GUIDE_SUBTYPE = { 'connect:Subtype': { ValueString: 'connect:Guide' } };
const GUIDE = { RelatedContactId: 'c1', CustomerId: undefined, SegmentAttributes: GUIDE_SUBTYPE };
const CALL = { Channel: 'VOICE' } as const;
const OPEN = { DisconnectTimestamp: undefined };
/** What only its description says: that it belongs to another session. */
const MOVED = { InitialContactId: 'elsewhere' };
const LINKED = { InitialContactId: 'another' };
const NAMELESS = { InitialContactId: undefined };
const LIMITED = { answer: THROTTLED };
const UNSEEN = { ...TRANSFER, ...LIMITED };
const BROKEN = { answer: { unavailable: 'SERVICE_UNAVAILABLE' } as const };
const GONE = { answer: REFUSED };

interface Row {
  what: string;
  /** The contacts of the session by their ids, the source contact first. */
  session: Record<string, Fields>;
  /** The contacts that are listed, or why none is; all of the session unless given. */
  list?: string[] | Answer<never>;
  /** The segment that is found, or the reason why none is; `c2` unless given. */
  found?: string;
  /** The contacts that are described; `once` if a throttled description is not tried again. */
  asked?: string[];
}

function contact(Id: string, { answer: _, ...fields }: Fields = {}): DescribedContact {
  const number = Number(Id.slice(1));
  return {
    Id,
    InitialContactId: 'c1',
    PreviousContactId: `c${number - 1}`,
    InitiationMethod: 'TRANSFER',
    Channel: 'CHAT',
    DisconnectTimestamp: new Date(number),
    AgentInfo: { Id: 'agent' },
    ...fields,
  };
}

const FOUR = { c5: SURVEY, c4: NO_AGENT, c3: NO_AGENT, c2: NO_AGENT };
const NO_CUSTOMER = { c4: SURVEY, c3: WATCHED, c2: GUIDE, c1: {} };
const UNFIT = { c5: SURVEY, c4: OPEN, c3: MOVED, c2: CALL };
const BACK = ['c4', 'c3', 'c2'];
const ITSELF = { ...SURVEY, PreviousContactId: 'C1' };
const LAST_THREE = ['c5', 'c4', 'c3'];
const WITHOUT_AGENT = { c3: NO_AGENT, c4: NO_AGENT, c5: NO_AGENT };
test.each<Row>([
  { what: 'the source, an agent chat', session: { c2: {} } },
  { what: 'the last agent', session: { c1: {}, c2: {}, c3: NO_AGENT }, asked: ['c3', 'c2'] },
  { what: 'what a survey follows', session: { c1: {}, c2: {}, c3: SURVEY }, asked: ['c3 once', 'c2'] },
  { what: 'what a throttled survey follows', session: { c1: {}, c2: {}, c3: UNSEEN }, asked: ['c3 once', 'c2'] },
  { what: 'a survey before another', session: { c1: FIRST_SURVEY, c2: UNSEEN }, found: 'c1', asked: ['c2 once'] },
  { what: 'an agent of the disconnect flow', session: { c1: {}, c2: TRANSFER }, asked: ['c2 once'] },
  { what: 'such an agent who is named', session: { c3: TRANSFER, c2: {} }, found: 'c3' },
  { what: 'such an agent who is talking', session: { c1: {}, c2: { ...TRANSFER, ...OPEN } }, asked: ['c2 once'] },
  { what: 'what a call follows', session: { c1: {}, c2: {}, c3: CALL }, asked: ['c2'] },
  { what: 'what a guide follows', session: { c1: {}, c2: {}, c3: GUIDE }, asked: ['c3', 'c2'] },
  { what: 'what a supervisor followed', session: { c1: {}, c2: {}, c3: WATCHED }, asked: ['c2'] },
  { what: 'of no other session', session: { c1: {}, c2: {}, c3: MOVED }, asked: ['c3', 'c2'] },
  { what: 'of no linked session', session: { c1: {}, c2: {}, c3: LINKED }, asked: ['c2'] },
  { what: 'a first contact that names none', session: { c2: NO_AGENT, c1: NAMELESS }, found: 'c1', asked: ['c1'] },
  { what: 'described once', session: { c1: {}, c2: {}, c3: NO_AGENT }, list: ['C3', 'c3', 'c2'], asked: ['c3', 'c2'] },
  { what: 'the source in capital letters, not described again', session: { C2: {} }, list: ['c2'], found: 'C2' },
  // No fourth one is described; the source was described before.
  { what: 'the newest of four', session: { c2: NO_AGENT, c1: {}, ...WITHOUT_AGENT }, found: 'c5', asked: LAST_THREE },
  { what: 'the source behind three others', session: { c2: {}, ...WITHOUT_AGENT }, asked: LAST_THREE },
  { what: 'before a survey listed alone', session: { c3: SURVEY, c2: {} }, list: [], asked: ['c2'] },
  { what: 'the source, where there is nothing else', session: { c1: FIRST_SURVEY }, found: 'c1' },
  { what: 'before one that is not found', session: { c1: NO_AGENT, c2: {}, c3: GONE }, asked: ['c3', 'c2'] },
  { what: 'nothing of an open session', session: { c1: {}, c2: OPEN }, found: 'SOURCE_CONTACT_STILL_ACTIVE' },
  { what: 'the source, where no other is described', session: { c1: {}, c2: BROKEN }, found: 'c1', asked: ['c2'] },
  { what: 'even a survey in an outage', session: { c2: SURVEY, c1: BROKEN }, asked: ['c1', 'c1'] },
  { what: 'no survey for a quota', session: { c2: SURVEY, c1: LIMITED }, found: 'THROTTLED', asked: ['c1', 'c1'] },
  // Without the list, the search goes back from the source.
  ...[
    { what: 'the source, an agent chat', session: { c2: {} } },
    { what: 'an agent of the disconnect flow', session: { c4: SURVEY, c3: TRANSFER }, found: 'c3', asked: ['c3'] },
    { what: 'the first agent', session: { c4: NO_AGENT, c3: NO_AGENT, c2: {} }, asked: ['c3', 'c2'] },
    { what: 'the newest of four', session: FOUR, found: 'c4', asked: BACK },
    { what: 'no guide, nor a supervisor', session: NO_CUSTOMER, found: 'c1', asked: ['c3', 'c2', 'c1'] },
    { what: 'no call, no other session, none that goes on', session: UNFIT, found: 'THROTTLED', asked: BACK },
    { what: 'no survey, where nothing comes before', session: { c1: FIRST_SURVEY }, found: 'THROTTLED' },
    { what: 'even a supervisor, alone', session: { c1: { ...WATCHED, PreviousContactId: undefined } }, found: 'c1' },
    { what: 'no survey that follows itself', session: { c1: ITSELF }, found: 'THROTTLED' },
    { what: 'the source after a silent one', session: { c3: NO_AGENT, c2: BROKEN }, found: 'c3', asked: ['c2'] },
    { what: 'what it follows, if the list is refused', session: { c3: SURVEY, c2: {} }, list: REFUSED, asked: ['c2'] },
  ].map((row: Row): Row => ({ list: THROTTLED, ...row, what: `${row.what}; the session is not listed` })),
])('the last agent segment is $what', async ({ session, list = Object.keys(session), found = 'c2', asked = [] }) => {
  const contacts = Object.entries(session).map(([id, fields]) => contact(id, fields));
  const [source = contact('none')] = contacts;
  const describe = Object.fromEntries(contacts.map(value => [value.Id, session[value.Id]?.answer ?? { value }]));
  const summary = (ContactId: string) => {
    const listed = contacts.find(({ Id }) => Id === ContactId.toLowerCase()) ?? contact(ContactId);
    const { InitialContactId, InitiationMethod, Channel, DisconnectTimestamp } = listed;
    const first = InitialContactId === 'elsewhere' ? 'c1' : InitialContactId;
    return { ContactId, InitialContactId: first, InitiationMethod, Channel, DisconnectTimestamp } as never;
  };
  const listed: Answer<ListedContact[]> = Array.isArray(list) ? { value: list.map(summary) } : list;
  const fake = fakeConnect({ describe, list: listed });
  const chat = { request: chatRequest({}), connect: fake.connect, deadline: new Deadline(3_000) };
  const search = await findLastAgentSegment(source, [source], chat);
  const segment = isFinished(search) ? reasonOf(search.outcome) : search.segment.Id;
  const described = fake.asked.slice(1).map(([request]) => request.replace('describe ', ''));
  expect({ found: segment, asked: described }).toEqual({ found, asked });
});
