import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { DescribedContact } from '../../src/aws/answers.ts';
import { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { type Outcome, REHYDRATION_TYPES } from '../../src/outcome.ts';
import { continueFirst } from '../../src/past-contact/continue.ts';
import type { Candidate } from '../../src/request.ts';
import { type FlowAttributes, type Result, toFlowAttributes } from '../../src/result.ts';
import { SOURCE_CONTACT_CHECKS, type SourceContactCheck } from '../../src/settings.ts';
import { chatRequest } from '../support/chat-request.ts';
import { fakeConnect } from '../support/fake-connect.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const LONG = `\ud800${'x'.repeat(40_000)}`;
const CUT = `\ufffd${'x'.repeat(255)}`;
const ASSOCIATED = { status: 'ASSOCIATED', continuedFromContactId: 'past' } as const;
const NOT_LISTED: Outcome = { ...ASSOCIATED, reason: 'SESSION_NOT_LISTED' };
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const JUST_ENDED: Outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 };

const NOTHING_ELSE: Omit<FlowAttributes, 'associationStatus'> = {
  reason: '',
  continuedFromContactId: '',
  rehydrationType: '',
  sourceContactId: '',
  retryAfterSeconds: '',
  sourceAgentId: '',
  sourceQueueId: '',
  sourceEndedSecondsAgo: '',
};
const CONTINUED = { continuedFromContactId: 'past' };
test.each<{ outcome: Outcome; found?: Partial<Result>; says: Partial<FlowAttributes> }>([
  { outcome: { status: 'NO_SOURCE_CONTACT' }, says: {} },
  { outcome: ASSOCIATED, says: CONTINUED },
  {
    outcome: ASSOCIATED,
    found: { rehydrationType: 'FROM_SEGMENT' },
    says: { ...CONTINUED, rehydrationType: 'FROM_SEGMENT' },
  },
  { outcome: NOT_LISTED, says: { ...CONTINUED, reason: 'SESSION_NOT_LISTED' } },
  { outcome: ASSOCIATED, found: { sourceContactId: LONG }, says: { ...CONTINUED, sourceContactId: CUT } },
  { outcome: { ...ASSOCIATED, continuedFromContactId: LONG }, says: { continuedFromContactId: CUT } },
  { outcome: PERSISTENT, says: { ...CONTINUED, reason: 'ALREADY_PERSISTENT' } },
  { outcome: JUST_ENDED, says: { reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '42' } },
])('the flow attributes of $outcome.status are all there, small and well-formed ($#)', ({ outcome, found, says }) => {
  expect(toFlowAttributes({ outcome, ...found })).toEqual({
    associationStatus: outcome.status,
    ...NOTHING_ELSE,
    ...says,
  });
});

/** The three attributes of the source contact. */
function ofSource(result: Partial<Result>) {
  const { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo } = toFlowAttributes({ outcome: ASSOCIATED, ...result });
  return [sourceAgentId, sourceQueueId, sourceEndedSecondsAgo];
}
const NOTHING = ['', '', ''];
const THROTTLED = { unavailable: 'THROTTLED' } as const;

const SOURCE = { Id: 'c1', AgentInfo: { Id: 'agent' }, QueueInfo: { Id: 'queue' }, DisconnectTimestamp: endedAgo(60) };
const owned = (fields: Partial<DescribedContact>) => ({ ownerVerified: true, sourceContact: { Id: 'c1', ...fields } });
const ended = (seconds: number) => owned({ DisconnectTimestamp: endedAgo(seconds) });
const WITH_NULLS = owned({ AgentInfo: null, QueueInfo: { Id: null }, DisconnectTimestamp: null } as never);
const WITH_LONG_IDS = owned({ AgentInfo: { Id: LONG }, QueueInfo: { Id: LONG } });
test.each<{ of: string; said: string[]; result: Partial<Result> }>([
  { of: 'a verified contact', said: ['agent', 'queue', '60'], result: owned(SOURCE) },
  { of: "somebody else's or nobody's", said: NOTHING, result: { ownerVerified: false, sourceContact: SOURCE } },
  { of: 'one that is not compared', said: NOTHING, result: { sourceContact: SOURCE } },
  { of: 'none', said: NOTHING, result: { ownerVerified: true } },
  { of: 'one without them', said: NOTHING, result: owned({ Id: 'past' }) },
  { of: 'one with null for them', said: NOTHING, result: WITH_NULLS },
  { of: 'one with long ids', said: [CUT, CUT, ''], result: WITH_LONG_IDS },
  { of: '0.999 seconds ago', said: ['', '', '0'], result: ended(0.999) },
  { of: '59.999 seconds ago', said: ['', '', '59'], result: ended(59.999) },
  { of: 'two years ago', said: ['', '', '63072000'], result: ended(63_072_000.5) },
  // Another clock than ours may have written the end.
  { of: 'a moment ahead', said: ['', '', '0'], result: ended(-0.001) },
  { of: 'a minute and a half ahead', said: ['', '', '0'], result: ended(-90) },
])('the agent, the queue and the seconds since the end are said of a contact: $of', ({ said, result }) => {
  expect(ofSource(result)).toEqual(said);
});

const SESSION = ['first', 'second', 'survey'];
// By which kind of identity: test/unit/past-contact/check.test.ts.
const who = fc.constantFrom('ann', 'ann', 'bob', undefined);
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const fault = mostly<Answer<never> | undefined>(undefined, { refused: 404 }, { refused: 400 }, THROTTLED);

/** A contact with an agent, a queue and an end of its own, so that none can pass for another. */
const contactOf = (Id: string, index: number) =>
  fc.record<Contact>({
    Id: fc.constant(Id),
    InitialContactId: fc.constant('first'),
    CustomerId: who,
    Channel: mostly('CHAT', 'VOICE'),
    InitiationMethod: fc.constantFrom('API', 'DISCONNECT'),
    DisconnectTimestamp: mostly<Date | undefined>(endedAgo(10 + index), undefined),
    AgentInfo: mostly<Contact['AgentInfo']>({ Id: `agent of ${Id}` }, undefined),
    QueueInfo: mostly<Contact['QueueInfo']>({ Id: `queue of ${Id}` }, undefined),
  });

/** All that the three attributes could say of a contact. */
const all = ({ AgentInfo, QueueInfo, DisconnectTimestamp: end }: Contact) =>
  [AgentInfo?.Id, QueueInfo?.Id, end && `${(NOW - end.getTime()) / 1_000}`].map(said => said ?? '');

test("nothing is ever said of a contact that is not known to be the customer's, whatever else there is", async () => {
  const given = fc.record({
    check: mostly<SourceContactCheck>('OWNER_REQUIRED', ...SOURCE_CONTACT_CHECKS),
    sourceContactId: fc.constantFrom(...SESSION),
    rehydrationType: fc.constantFrom(...REHYDRATION_TYPES),
    CustomerId: who,
    session: fc.tuple(...SESSION.map(contactOf)),
    RelatedContactId: fc.constantFrom(undefined, 'first'),
    faults: fc.tuple(fault, fault, fault, fault),
    list: fault,
    associate: mostly<Answer<string>>({ value: 'continued' }, { refused: 404 }, { refused: 400 }, THROTTLED),
  });
  const statuses = new Set<string>();
  const property = fc.asyncProperty(given, async ({ check, session, faults, list, associate, ...chat }) => {
    const { sourceContactId, rehydrationType, CustomerId, RelatedContactId } = chat;
    fc.pre(check !== 'OFF' || rehydrationType !== 'FROM_LAST_AGENT_SEGMENT');
    const ids = { InitialContactId: 'current', CustomerId };
    const ofAgent = { AgentInfo: { Id: 'agent of current' }, DisconnectTimestamp: endedAgo(1) };
    const contacts: Contact[] = [...session, { Id: 'current', ...ids, ...ofAgent, Channel: 'CHAT', RelatedContactId }];
    const { connect } = fakeConnect({
      describe: Object.fromEntries(contacts.map((value, index) => [value.Id, faults[index] ?? { value }])),
      list: list ?? { value: contacts.map(({ Id: ContactId, ...fields }) => ({ ...fields, ContactId })) as never },
      associate,
    });
    const fields = { ContactId: 'current', ...ids };
    const request = chatRequest({ sourceContactId, rehydrationType }, fields, { SOURCE_CONTACT_CHECK: check });
    if (request.namedRefusal) return;
    const deadline = new Deadline(1_000_000);
    const result = await continueFirst([request.named as Candidate], { request, connect, deadline });
    const said = ofSource(result);

    const isOwn = (contact: Contact) => check.startsWith('OWNER_') && CustomerId && contact.CustomerId === CustomerId;
    const named = session.filter(({ Id }) => Id === sourceContactId);
    const described = rehydrationType === 'FROM_LAST_AGENT_SEGMENT' ? session : named;
    expect([NOTHING, ...(named.every(isOwn) ? described.filter(isOwn).map(all) : [])]).toContainEqual(said);
    statuses.add(said[0] ? result.outcome.status : 'nothing said');
  });
  await fc.assert(property, { numRuns: 1_500 });
  // Else this shows nothing.
  expect([...statuses].sort()).toEqual(['ALREADY_PERSISTENT', 'ASSOCIATED', 'FAILED', 'REJECTED', 'nothing said']);
});
