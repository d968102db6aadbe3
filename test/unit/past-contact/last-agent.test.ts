import { expect, test } from '@jest/globals';
import type { DescribedContact, ListedContact } from '../../../src/aws/answers.ts';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { findLastAgentSegment } from '../../../src/past-contact/last-agent.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

const THROTTLED = { unavailable: 'THROTTLED' } as const;

/** How a contact differs from a chat that an agent had, which has ended and follows the one before; or what answers instead. */
type Fields = Partial<DescribedContact> & { answer?: Answer<never> };
const NO_AGENT = { AgentInfo: undefined };
/** Of the disconnect flow: a transfer to an agent, or a survey. */
const TRANSFER = { InitiationMethod: 'DISCONNECT' } as const;
const SURVEY = { ...TRANSFER, ...NO_AGENT };
const FIRST_SURVEY = { ...SURVEY, PreviousContactId: undefined };
const WATCHED = { InitiationMethod: 'MONITOR' } as const;
const NEW_KIND = { InitiationMethod: 'SOMETHING_NEW' as never };
const GUIDE_SUBTYPE = { 'connect:Subtype': { ValueString: 'connect:Guide' } };
const GUIDE = { RelatedContactId: 'c1', CustomerId: undefined, SegmentAttributes: GUIDE_SUBTYPE };
const CALL = { Channel: 'VOICE' } as const;
const OPEN = { DisconnectTimestamp: undefined };
const OPEN_TRANSFER = { ...TRANSFER, ...OPEN };
/** What only its description says: that it belongs to another session. */
const MOVED = { InitialContactId: 'elsewhere' };
const LINKED = { InitialContactId: 'another' };
const NAMELESS = { InitialContactId: undefined };
const LIMITED = { answer: THROTTLED };
const LIMITED_TRANSFER = { ...TRANSFER, ...LIMITED };
const BROKEN = { answer: { unavailable: 'SERVICE_UNAVAILABLE' } as const };
const GONE = { answer: { refused: 404 } };

interface Row {
  what: string;
  /** The contacts of the session by their ids, the source contact first. */
  session: Record<string, Fields>;
  /** The contacts that are listed, or why none is; all of the session unless given. */
  list?: string[] | Answer<never>;
  /** The segment that is found, or the reason why none is. */
  found: string;
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

async function find({ session, list = Object.keys(session) }: Pick<Row, 'session' | 'list'>) {
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
  const [, ...asked] = fake.asked.map(([request]) => request.replace('describe ', ''));
  return isFinished(search)
    ? { found: reasonOf(search.outcome), asked }
    : { found: search.segment.Id, isListed: search.session !== undefined, asked };
}

test.each<Row>([
  { what: 'the source, an agent chat', session: { c2: {} }, found: 'c2' },
  { what: 'the last agent', session: { c1: {}, c2: {}, c3: NO_AGENT }, found: 'c2', asked: ['c3', 'c2'] },
  { what: 'what a survey follows that is named', session: { c3: SURVEY, c2: {} }, found: 'c2', asked: ['c2'] },
  { what: 'what a survey follows', session: { c1: {}, c2: {}, c3: SURVEY }, found: 'c2', asked: ['c3 once', 'c2'] },
  { what: 'an agent of the disconnect flow', session: { c1: {}, c2: TRANSFER }, found: 'c2', asked: ['c2 once'] },
  { what: 'such an agent who is named', session: { c3: TRANSFER, c2: {} }, found: 'c3' },
  { what: 'such an agent who is talking', session: { c1: {}, c2: OPEN_TRANSFER }, found: 'c2', asked: ['c2 once'] },
  {
    what: 'what a throttled contact of the disconnect flow follows, as it would a survey',
    session: { c1: {}, c2: {}, c3: LIMITED_TRANSFER },
    found: 'c2',
    asked: ['c3 once', 'c2'],
  },
  { what: 'what a call follows', session: { c1: {}, c2: {}, c3: CALL }, found: 'c2', asked: ['c2'] },
  { what: 'a chat that began in an unknown way', session: { c1: {}, c2: NEW_KIND }, found: 'c2', asked: ['c2'] },
  { what: 'what a guide follows', session: { c1: {}, c2: {}, c3: GUIDE }, found: 'c2', asked: ['c3', 'c2'] },
  { what: 'what a supervisor followed', session: { c1: {}, c2: {}, c3: WATCHED }, found: 'c2', asked: ['c2'] },
  { what: 'of no other session', session: { c1: {}, c2: {}, c3: MOVED }, found: 'c2', asked: ['c3', 'c2'] },
  { what: 'of no linked session', session: { c1: {}, c2: {}, c3: LINKED }, found: 'c2', asked: ['c2'] },
  {
    what: 'the first contact, without an initial one',
    session: { c2: NO_AGENT, c1: NAMELESS },
    found: 'c1',
    asked: ['c1'],
  },
  {
    what: 'found with one description of an id that is listed twice',
    session: { c1: {}, c2: {}, c3: NO_AGENT },
    list: ['c3', 'C3', 'c3', 'c2'],
    found: 'c2',
    asked: ['c3', 'c2'],
  },
  { what: 'the source in capital letters, not described again', session: { C2: {} }, list: ['c2'], found: 'C2' },
  {
    what: 'the newest without an agent, after three descriptions',
    session: { c1: NO_AGENT, c2: {}, c3: NO_AGENT, c4: NO_AGENT, c5: NO_AGENT },
    found: 'c5',
    asked: ['c5', 'c4', 'c3'],
  },
  {
    what: 'the source behind three others without an agent: it was described before',
    session: { c2: {}, c3: NO_AGENT, c4: NO_AGENT, c5: NO_AGENT },
    found: 'c2',
    asked: ['c5', 'c4', 'c3'],
  },
  { what: 'before a survey listed alone', session: { c3: SURVEY, c2: {} }, list: [], found: 'c2', asked: ['c2'] },
  { what: 'the source, where there is nothing else', session: { c1: FIRST_SURVEY }, found: 'c1' },
  { what: 'nothing of an open session', session: { c1: {}, c2: OPEN }, found: 'SOURCE_CONTACT_STILL_ACTIVE' },
  {
    what: 'what follows one that is not found',
    session: { c1: NO_AGENT, c2: {}, c3: GONE },
    found: 'c2',
    asked: ['c3', 'c2'],
  },
  { what: 'the source, where no other is described', session: { c1: {}, c2: BROKEN }, found: 'c1', asked: ['c2'] },
  { what: 'even a survey in an outage', session: { c2: SURVEY, c1: BROKEN }, found: 'c2', asked: ['c1', 'c1'] },
  { what: 'no survey for a quota', session: { c2: SURVEY, c1: LIMITED }, found: 'THROTTLED', asked: ['c1', 'c1'] },
])('the last agent segment is $what', async ({ session, list, found, asked = [] }) => {
  expect(await find({ session, ...(list && { list }) })).toMatchObject({ found, asked });
});

test.each<Row>([
  { what: 'the source, an agent chat', session: { c2: {} }, found: 'c2' },
  { what: 'what the survey follows', session: { c3: SURVEY, c2: {} }, found: 'c2', asked: ['c2'] },
  { what: 'an agent of the disconnect flow', session: { c4: SURVEY, c3: TRANSFER }, found: 'c3', asked: ['c3'] },
  { what: 'the first agent', session: { c4: NO_AGENT, c3: NO_AGENT, c2: {} }, found: 'c2', asked: ['c3', 'c2'] },
  {
    what: 'no more than three back, then the newest without an agent',
    session: { c5: SURVEY, c4: NO_AGENT, c3: NO_AGENT, c2: NO_AGENT },
    found: 'c4',
    asked: ['c4', 'c3', 'c2'],
  },
  {
    what: 'neither a guide nor a contact of a supervisor',
    session: { c4: SURVEY, c3: WATCHED, c2: GUIDE, c1: {} },
    found: 'c1',
    asked: ['c3', 'c2', 'c1'],
  },
  {
    what: 'no call, no contact of another session, none that goes on, and no survey',
    session: { c5: SURVEY, c4: OPEN, c3: MOVED, c2: CALL },
    found: 'THROTTLED',
    asked: ['c4', 'c3', 'c2'],
  },
  { what: 'no survey, where nothing comes before', session: { c1: FIRST_SURVEY }, found: 'THROTTLED' },
  {
    what: 'no survey that follows itself',
    session: { c1: { ...SURVEY, PreviousContactId: 'C1' } },
    found: 'THROTTLED',
  },
  { what: 'no survey after one that is not found', session: { c3: SURVEY }, found: 'THROTTLED', asked: ['c2'] },
  { what: 'the source after a silent one', session: { c3: NO_AGENT, c2: BROKEN }, found: 'c3', asked: ['c2'] },
])(
  'of a session that is not listed in time, the last agent segment is $what',
  async ({ session, found, asked = [] }) => {
    const isListed = found === 'THROTTLED' ? {} : { isListed: false };
    expect(await find({ session, list: THROTTLED })).toEqual({ found, asked, ...isListed });
  },
);

test.each([400, 404])('where Connect refuses the list with %d, the search goes back from the source', async refused => {
  const found = await find({ session: { c2: SURVEY, c1: {} }, list: { refused } });
  expect(found).toEqual({ found: 'c1', isListed: false, asked: ['c1'] });
  expect(await find({ session: { c1: FIRST_SURVEY }, list: { refused } })).toMatchObject({ found: 'c1' });
});
