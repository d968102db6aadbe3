import type { AssociatedContactSummary } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import type { DescribedContact } from '../../src/aws/answers.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { Deadline } from '../../src/aws/retry.ts';
import { isOutcome, reasonOf } from '../../src/outcome.ts';
import { findLastAgentSegment } from '../../src/past-contact/last-agent.ts';
import type { Findings } from '../../src/result.ts';
import { fakeConnect } from '../support/fake-connect.ts';

// Contacts of one session, c1 to c6, each the one before the next. Marks say how one differs from an agent's ended chat.
const MARKS: Record<string, object> = {
  '-': { AgentInfo: undefined },
  survey: { InitiationMethod: 'DISCONNECT', AgentInfo: undefined },
  // A supervisor's own contact, an agent guide, what was never a chat, what goes on, and what is elsewhere.
  monitor: { InitiationMethod: 'MONITOR' },
  guide: { RelatedContactId: 'c1', SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } },
  call: { Channel: 'VOICE' },
  new: { InitiationMethod: 'SOMETHING_NEW' },
  open: { DisconnectTimestamp: undefined },
  moved: { InitialContactId: 'elsewhere' },
  linked: { InitialContactId: 'another' },
  alone: { InitialContactId: undefined },
  first: { PreviousContactId: undefined },
  circle: { PreviousContactId: 'C1' },
};
function contact(InitialContactId: string, Id: string, marks: string[]): DescribedContact {
  const number = Number(Id.slice(1));
  const before = { InitialContactId, PreviousContactId: `c${number - 1}`, InitiationMethod: 'TRANSFER' } as const;
  const ended = { Channel: 'CHAT', DisconnectTimestamp: new Date(number), AgentInfo: { Id: 'agent' } } as const;
  return { Id, ...before, ...ended, ...Object.assign({}, ...marks.map(mark => MARKS[mark])) };
}

/** The segment or the reason, and whom it took to describe, of a session in words: "c1 c2:- c3:survey", the source last. */
async function find(session: string, list: string[] | Answer<never>) {
  const contacts = session.split(' ').map((each): [string, Answer<DescribedContact>] => {
    const [id = '', marks = ''] = each.split(':');
    return [id, marks === 'silent' ? { unavailable: 'TIMED_OUT' } : { value: contact('c1', id, marks.split('+')) }];
  });
  const describe = Object.fromEntries(contacts);
  // As the list has them, without what only a description says: the agent, a guide, and that a contact was moved.
  const summary = (ContactId: string): AssociatedContactSummary => {
    const answer = describe[ContactId.toLowerCase()];
    const listed = answer && 'value' in answer ? answer.value : contact('c1', ContactId, []);
    const { InitialContactId, InitiationMethod, Channel, DisconnectTimestamp } = listed;
    const session = InitialContactId === 'elsewhere' ? 'c1' : InitialContactId;
    return { ContactId, InitialContactId: session, InitiationMethod, Channel, DisconnectTimestamp } as never;
  };
  const { connect, asked } = fakeConnect({ describe, list: Array.isArray(list) ? { value: list.map(summary) } : list });
  const findings: Findings = {};
  const source = contacts.at(-1)?.[1] as { value: DescribedContact };
  const found = await findLastAgentSegment(source.value, connect, new Deadline(3_000), findings);
  const [[, listLimit = 0] = [], ...requests] = asked;
  expect(Math.round(listLimit / 100)).toBe(10);
  const described = requests.map(([request]) => request.replace('describe ', '')).join(' ');
  // All but the last half second, which is the association's.
  for (const [, left] of requests) expect(Math.round(left / 100)).toBe(25);
  return [isOutcome(found) ? reasonOf(found) : found.Id, described, findings.sessionNotListed ?? false];
}

test.each([
  ['the source, an agent chat', 'c1 c2', 'c1', 'c2', ''],
  ['the last agent after it', 'c3:- c2 c1', 'c1 c2 c3', 'c2', 'c3 c2'],
  ['what the survey follows', 'c1 c2 c3:survey', 'c1 c2', 'c2', 'c2'],
  ['what another survey follows', 'c3:survey c2 c1', 'c2 c3', 'c2', 'c2'],
  ['what a call follows', 'c3:call c2 c1', 'c2 c3', 'c2', 'c2'],
  ['a chat that began in a way that nobody knows yet', 'c3:new c2 c1', 'c2 c3', 'c3', 'c3'],
  ['what a guide follows', 'c3:guide c2 c1', 'c2 c3', 'c2', 'c3 c2'],
  ['what a supervisor followed', 'c3:monitor c2 c1', 'c2 c3', 'c2', 'c2'],
  ['no contact that was described of another session', 'c3:moved c2 c1', 'c2 c3', 'c2', 'c3 c2'],
  ['no contact of a linked session', 'c3:linked c2 c1', 'c2 c3', 'c2', 'c2'],
  ['perhaps the first, which names no initial one', 'c1:alone c2:-', 'c1', 'c1', 'c1'],
  ['one description of an id that is listed twice', 'c3:- c2 c1', 'c3 C3 c3 c2', 'c2', 'c3 c2'],
  ['the source in capital letters, which is described once', 'c1 C2', 'c1 c2', 'C2', ''],
  ['the newest of three without an agent', 'c5:- c4:- c3:- c2 c1:-', 'c2 c3 c4 c5', 'c5', 'c5 c4 c3'],
  ['the chat before a survey that is listed alone', 'c1 c2 c3:survey', '', 'c2', 'c2'],
  ['itself, where there is nothing else', 'c1:survey+first', '', 'c1', ''],
  ['nothing of a session that goes on', 'c2:open c1', 'c2', 'SOURCE_CONTACT_STILL_ACTIVE', ''],
  ['nothing in time', 'c2:silent c1', 'c2', 'TIMED_OUT', 'c2'],
  ['nothing that is not found', 'c1', 'c2', 'SOURCE_CONTACT_NOT_FOUND', 'c2'],
])('the last agent segment is %s: %s, listed %j', async (_, session, listed, found, requests) => {
  expect(await find(session, listed.split(' ').filter(Boolean))).toEqual([found, requests, false]);
});

test.each([
  ['the source, an agent chat', 'c1 c2', 'c2', ''],
  ['what the survey follows', 'c1 c2 c3:survey', 'c2', 'c2'],
  ['the first with an agent', 'c1 c2 c3:- c4:-', 'c2', 'c3 c2'],
  ['no more than three back, then the newest without an agent', 'c1 c2:- c3:- c4:- c5:survey', 'c4', 'c4 c3 c2'],
  ['no guide, and no contact of a supervisor', 'c1 c2:guide c3:monitor c4:survey', 'c1', 'c3 c2 c1'],
  ['no call, none of another session or that goes on', 'c2:call c3:moved c4:open c5:survey', 'THROTTLED', 'c4 c3 c2'],
  ['no survey, where nothing comes before', 'c1:survey+first', 'THROTTLED', ''],
  ['no survey, where the one before is itself', 'c1:survey+circle', 'THROTTLED', ''],
  ['no survey, where what comes before is not found', 'c3:survey', 'THROTTLED', 'c2'],
  ['the source without an agent, where what comes before is not found', 'c3:-', 'c3', 'c2'],
  ['nothing, where that is silent', 'c2:silent c3:-', 'TIMED_OUT', 'c2'],
])('of a session that is not listed in time, it is %s: %s', async (_, session, found, requests) => {
  expect(await find(session, { unavailable: 'THROTTLED' })).toEqual([found, requests, true]);
});

test.each([
  [404, 'SOURCE_CONTACT_NOT_FOUND'],
  [400, 'REJECTED_BY_CONNECT'],
])('a list that Connect refuses with %d ends the search: %s', async (refused, reason) => {
  expect(await find('c1 c2', { refused })).toEqual([reason, '', false]);
});
