import type { AssociatedContactSummary } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import type { DescribedContact } from '../../src/aws/answers.ts';
import { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { isFinished, reasonOf } from '../../src/outcome.ts';
import { findLastAgentSegment } from '../../src/past-contact/last-agent.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

// How a contact of a session differs from a chat that an agent had, which has ended and follows the contact before it.
const NO_AGENT = { AgentInfo: undefined };
const SURVEY = { InitiationMethod: 'DISCONNECT', ...NO_AGENT } as const;
const FROM_DISCONNECT_FLOW = { InitiationMethod: 'DISCONNECT' } as const;
const SUPERVISOR = { InitiationMethod: 'MONITOR' } as const;
const GUIDE = {
  ...{ RelatedContactId: 'c1', CustomerId: undefined },
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } },
};
const CALL = { Channel: 'VOICE' } as const;
const OPEN = { DisconnectTimestamp: undefined };
const FIRST = { PreviousContactId: undefined };
/** What only its description says: that it belongs to another session. */
const MOVED = { InitialContactId: 'elsewhere' };
const LINKED = { InitialContactId: 'another' };

const THROTTLED = { unavailable: 'THROTTLED' } as const;
const BROKEN = { unavailable: 'SERVICE_UNAVAILABLE' } as const;
const GONE = { refused: 404 };

interface Row {
  what: string;
  /** The contacts of the session by their ids, the source contact first. */
  session: Record<string, Partial<DescribedContact>>;
  /** What answers instead of their descriptions. */
  answers?: Record<string, Answer<never>>;
  /** The contacts that are listed, or why none is. */
  list: string[] | Answer<never>;
  /** The segment that is found, or the reason why none is. */
  found: string;
  /** The contacts that are described; `once` if a throttled description is not tried again. */
  described?: string[];
}

function contact(Id: string, fields: Partial<DescribedContact> = {}): DescribedContact {
  const number = Number(Id.slice(1));
  const session = {
    InitialContactId: 'c1',
    PreviousContactId: `c${number - 1}`,
    InitiationMethod: 'TRANSFER',
  } as const;
  const ended = { Channel: 'CHAT', DisconnectTimestamp: new Date(number), AgentInfo: { Id: 'agent' } } as const;
  return { Id, ...session, ...ended, ...fields } as DescribedContact;
}

async function find({ session, list, answers = {} }: Row) {
  const contacts = Object.entries(session).map(([id, fields]) => contact(id, fields));
  const [source = contact('none')] = contacts;
  const describe = Object.fromEntries(contacts.map(value => [value.Id, answers[value.Id] ?? { value }]));
  const summary = (ContactId: string) => {
    const listed = contacts.find(({ Id }) => Id === ContactId.toLowerCase()) ?? contact(ContactId);
    const { InitialContactId, InitiationMethod, Channel, DisconnectTimestamp } = listed;
    const first = InitialContactId === 'elsewhere' ? 'c1' : InitialContactId;
    return { ContactId, InitialContactId: first, InitiationMethod, Channel, DisconnectTimestamp } as never;
  };
  const listed: Answer<AssociatedContactSummary[]> = Array.isArray(list) ? { value: list.map(summary) } : list;
  const { connect, asked } = fakeConnect({ describe, list: listed });
  const chat = { request: chatRequest({}), connect, deadline: new Deadline(3_000) };
  const search = await findLastAgentSegment(source, [source], chat);
  const [, ...described] = asked.map(([request]) => request.replace('describe ', ''));
  return isFinished(search)
    ? { found: reasonOf(search.outcome), described }
    : { found: search.segment.Id, isListed: search.session !== undefined, described };
}

const LISTED: Row[] = [
  { what: 'the source, an agent chat', session: { c2: {} }, list: ['c1', 'c2'], found: 'c2' },
  {
    what: 'the last agent after the source',
    session: { c1: {}, c2: {}, c3: NO_AGENT },
    ...{ list: ['c1', 'c2', 'c3'], found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'what the survey follows, where the survey is named',
    session: { c3: SURVEY, c2: {} },
    ...{ list: ['c1', 'c2'], found: 'c2', described: ['c2'] },
  },
  {
    what: 'what the survey follows, where the first contact is named',
    session: { c1: {}, c2: {}, c3: SURVEY },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c3 once', 'c2'] },
  },
  {
    what: 'the agent to whom the disconnect flow transferred the customer',
    session: { c1: {}, c2: {}, c3: FROM_DISCONNECT_FLOW, c4: SURVEY },
    ...{ list: ['c2', 'c3', 'c4'], found: 'c3', described: ['c4 once', 'c3 once'] },
  },
  {
    what: 'such an agent, where that contact is named',
    session: { c3: FROM_DISCONNECT_FLOW },
    list: ['c2'],
    found: 'c3',
  },
  {
    what: 'such an agent who is still talking',
    session: { c1: {}, c2: { ...FROM_DISCONNECT_FLOW, ...OPEN } },
    ...{ list: ['c2'], found: 'c2', described: ['c2 once'] },
  },
  {
    what: 'what a contact of the disconnect flow follows that is throttled: it counts as a survey',
    session: { c1: {}, c2: {}, c3: FROM_DISCONNECT_FLOW },
    answers: { c3: THROTTLED },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c3 once', 'c2'] },
  },
  {
    what: 'what a call follows',
    session: { c1: {}, c2: {}, c3: CALL },
    list: ['c2', 'c3'],
    found: 'c2',
    described: ['c2'],
  },
  {
    what: 'a chat that began in a way that nobody knows yet',
    session: { c1: {}, c2: {}, c3: { InitiationMethod: 'SOMETHING_NEW' as never } },
    ...{ list: ['c2', 'c3'], found: 'c3', described: ['c3'] },
  },
  {
    what: 'what a guide follows',
    session: { c1: {}, c2: {}, c3: GUIDE },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'what a supervisor followed',
    session: { c1: {}, c2: {}, c3: SUPERVISOR },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c2'] },
  },
  {
    what: 'no contact that was described of another session',
    session: { c1: {}, c2: {}, c3: MOVED },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'no contact of a linked session',
    session: { c1: {}, c2: {}, c3: LINKED },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c2'] },
  },
  {
    what: 'the first contact, which names no initial one',
    session: { c2: NO_AGENT, c1: { InitialContactId: undefined } },
    ...{ list: ['c1'], found: 'c1', described: ['c1'] },
  },
  {
    what: 'found with one description of an id that is listed twice',
    session: { c1: {}, c2: {}, c3: NO_AGENT },
    ...{ list: ['c3', 'C3', 'c3', 'c2'], found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'the source in capital letters, which is not described again',
    session: { C2: {} },
    list: ['c2'],
    found: 'C2',
  },
  {
    what: 'the newest without an agent, after three descriptions',
    session: { c1: NO_AGENT, c2: {}, c3: NO_AGENT, c4: NO_AGENT, c5: NO_AGENT },
    ...{ list: ['c2', 'c3', 'c4', 'c5'], found: 'c5', described: ['c5', 'c4', 'c3'] },
  },
  {
    what: 'the source behind three others without an agent: it was described before',
    session: { c2: {}, c3: NO_AGENT, c4: NO_AGENT, c5: NO_AGENT },
    ...{ list: ['c3', 'c4', 'c5'], found: 'c2', described: ['c5', 'c4', 'c3'] },
  },
  {
    what: 'the chat before a survey that is listed alone',
    session: { c3: SURVEY, c2: {} },
    ...{ list: [], found: 'c2', described: ['c2'] },
  },
  { what: 'the source, where there is nothing else', session: { c1: { ...SURVEY, ...FIRST } }, list: [], found: 'c1' },
  {
    what: 'nothing of a session that goes on',
    session: { c1: {}, c2: OPEN },
    ...{ list: ['c2'], found: 'SOURCE_CONTACT_STILL_ACTIVE', described: [] },
  },
  {
    what: 'the next one, where the newest is not found',
    session: { c1: NO_AGENT, c2: {}, c3: {} },
    answers: { c3: GONE },
    ...{ list: ['c2', 'c3'], found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'the source, where no other can be described',
    session: { c1: {}, c2: {} },
    answers: { c2: BROKEN },
    ...{ list: ['c2'], found: 'c1', described: ['c2'] },
  },
  {
    what: 'even a survey, where the service fails for all others',
    session: { c2: SURVEY, c1: {} },
    answers: { c1: BROKEN },
    ...{ list: ['c1'], found: 'c2', described: ['c1', 'c1'] },
  },
  {
    what: 'no survey because of the quota',
    session: { c2: SURVEY, c1: {} },
    answers: { c1: THROTTLED },
    ...{ list: ['c1'], found: 'THROTTLED', described: ['c1', 'c1'] },
  },
];

test.each(LISTED)('the last agent segment is $what', async row => {
  const expected = { found: row.found, described: row.described ?? [] };
  expect(await find(row)).toMatchObject(expected);
});

const NOT_LISTED: Omit<Row, 'list'>[] = [
  { what: 'the source, an agent chat', session: { c2: {} }, found: 'c2' },
  { what: 'what the survey follows', session: { c3: SURVEY, c2: {} }, found: 'c2', described: ['c2'] },
  {
    what: 'an agent of the disconnect flow',
    session: { c4: SURVEY, c3: FROM_DISCONNECT_FLOW },
    found: 'c3',
    described: ['c3'],
  },
  {
    what: 'the first with an agent',
    session: { c4: NO_AGENT, c3: NO_AGENT, c2: {} },
    ...{ found: 'c2', described: ['c3', 'c2'] },
  },
  {
    what: 'no more than three back, then the newest without an agent',
    session: { c5: SURVEY, c4: NO_AGENT, c3: NO_AGENT, c2: NO_AGENT },
    ...{ found: 'c4', described: ['c4', 'c3', 'c2'] },
  },
  {
    what: 'neither a guide nor a contact of a supervisor',
    session: { c4: SURVEY, c3: SUPERVISOR, c2: GUIDE, c1: {} },
    ...{ found: 'c1', described: ['c3', 'c2', 'c1'] },
  },
  {
    what: 'no call, no contact of another session, none that goes on, and no survey',
    session: { c5: SURVEY, c4: OPEN, c3: MOVED, c2: CALL },
    ...{ found: 'THROTTLED', described: ['c4', 'c3', 'c2'] },
  },
  { what: 'no survey, where nothing comes before', session: { c1: { ...SURVEY, ...FIRST } }, found: 'THROTTLED' },
  {
    what: 'no survey, where the one before is itself',
    session: { c1: { ...SURVEY, PreviousContactId: 'C1' } },
    found: 'THROTTLED',
  },
  {
    what: 'no survey, where the one before is not found',
    session: { c3: SURVEY },
    found: 'THROTTLED',
    described: ['c2'],
  },
  {
    what: 'the source, where the one before is silent',
    session: { c3: NO_AGENT, c2: {} },
    answers: { c2: BROKEN },
    found: 'c3',
    described: ['c2'],
  },
];

test.each(NOT_LISTED)('of a session that is not listed in time, it is $what', async row => {
  const isListed = row.found === 'THROTTLED' ? undefined : false;
  expect(await find({ ...row, list: THROTTLED })).toEqual({
    ...{ found: row.found, described: row.described ?? [] },
    ...(isListed !== undefined && { isListed }),
  });
});

test.each([400, 404])(
  'a list that Connect refuses with %d is not of the source: the search goes back from it',
  async refused => {
    const row = { what: '', session: { c2: SURVEY, c1: {} }, list: { refused }, found: 'c1' };
    expect(await find(row)).toEqual({ found: 'c1', isListed: false, described: ['c1'] });
    expect(await find({ ...row, session: { c1: { ...SURVEY, ...FIRST } } })).toMatchObject({ found: 'c1' });
  },
);
