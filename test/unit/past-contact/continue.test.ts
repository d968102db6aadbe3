import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { reasonOf } from '../../../src/outcome.ts';
import { continueFirst } from '../../../src/past-contact/continue.ts';
import type { Candidate } from '../../../src/request.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

afterEach(() => {
  jest.useRealTimers();
});

const CURRENT = { ContactId: 'current', InitialContactId: 'current', PreviousContactId: null, CustomerId: 'ann' };
const PAST: Contact = { Id: 'past', InitialContactId: 'first', CustomerId: 'ann', Channel: 'CHAT' };
const ENDED = { DisconnectTimestamp: new Date(0) };
const described = (fields: object = {}) => ({ value: { ...PAST, ...ENDED, ...fields } as Contact });
const BOTH = { past: described(), first: described({ Id: 'first' }) };
const UNAVAILABLE = { unavailable: 'THROTTLED' } as const;

/** Continues the first that fits of these contacts, within so many milliseconds of the fake clock. */
async function continueIn(
  milliseconds: number,
  answers: Parameters<typeof fakeConnect>[0],
  { rehydrationType = 'ENTIRE_PAST_SESSION', mode = '', ids = ['past'], environment = {}, current = {} } = {},
) {
  jest.useFakeTimers();
  const { connect, asked } = fakeConnect(answers);
  const request = chatRequest({ rehydrationType, mode }, { ...CURRENT, ...current }, environment);
  const candidates = ids.map((sourceContactId): Candidate => ({ sourceContactId, sourceContactIdFrom: 'store' }));
  const continuing = continueFirst(candidates, { request, connect, deadline: new Deadline(milliseconds) });
  await jest.advanceTimersByTimeAsync(2 * milliseconds);
  return { result: await continuing, asked, requests: asked.map(([request]) => request) };
}

describe('of the time', () => {
  test('a description has all but half a second, and the association the rest', async () => {
    const { asked } = await continueIn(7_000, { describe: BOTH, takes: 1_000 });
    expect(asked).toEqual([
      ['describe past', 6_500],
      ['describe first', 5_500],
      ['associate first ENTIRE_PAST_SESSION', 5_000],
    ]);
  });

  test('what explains a refusal has what is left, the list a second of it', async () => {
    const answers = { describe: BOTH, associate: { refused: 400 }, takes: 1_000 };
    const { asked } = await continueIn(7_000, answers, { rehydrationType: 'FROM_SEGMENT' });
    expect(asked).toEqual([
      ['describe past', 6_500],
      ['associate past FROM_SEGMENT', 6_000],
      ['describe current', 5_000],
      ['list past', 1_000],
    ]);
  });

  test.each([
    { whole: 8_000, asked: ['describe newest, 7500', 'describe second, 5500', 'describe third, 3500'] },
    { whole: 2_500, asked: ['describe newest, 2000', 'describe second, 250'] },
    { whole: 2_499, asked: ['describe newest, 1999'] },
  ])('of $whole ms, each next candidate has a share, while half a second is left', async ({ whole, asked }) => {
    const continued = await continueIn(whole, { takes: 2_000 }, { ids: ['newest', 'second', 'third'] });
    expect(continued.asked.map(([request, left]) => `${request}, ${left}`)).toEqual(asked);
  });
});

describe('a next candidate', () => {
  const first = (past: Answer<Contact>) => ({ describe: { past } });
  const refused = (current?: Answer<Contact>, status = 400, past = described()) => ({
    describe: { ...BOTH, past, current },
    associate: { refused: status },
  });
  // An answer was lost before: the chat may be associated.
  const lost = (status: number, now: Answer<Contact>) => ({
    describe: { ...BOTH, current: now },
    associate: { refused: status, resultUnknown: true },
  });
  const current = described({ Id: 'current' });
  const OPEN = { value: [{ ContactId: 'later', InitialContactId: 'first' }] };

  const ofBob = described({ CustomerId: 'bob' });
  const FIRST_OF_BOB = { describe: { ...BOTH, first: described({ Id: 'first', CustomerId: 'bob' }) } };
  const JUST_ENDED = described({ DisconnectTimestamp: new Date() });
  const PERSISTENT = described({ Id: 'current', RelatedContactId: 'past' });

  // The second does not fit, either: the reason of the first counts.
  test.each<{ reason: string; isTried: boolean; answers: Parameters<typeof fakeConnect>[0] }>([
    { reason: 'SOURCE_CONTACT_NOT_FOUND', isTried: true, answers: {} },
    { reason: 'SOURCE_CONTACT_NOT_CHAT', isTried: true, answers: first(described({ Channel: 'VOICE' })) },
    { reason: 'SOURCE_CONTACT_STILL_ACTIVE', isTried: true, answers: first({ value: PAST }) },
    { reason: 'SOURCE_CONTACT_NOT_OWNED', isTried: true, answers: first(ofBob) },
    { reason: 'SOURCE_CONTACT_NOT_OWNED', isTried: true, answers: FIRST_OF_BOB },
    { reason: 'SOURCE_CONTACT_OWNER_UNKNOWN', isTried: true, answers: first({ value: { Id: 'past' } }) },
    {
      reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION',
      isTried: true,
      answers: first(described({ InitialContactId: 'current' })),
    },
    { reason: 'REJECTED_BY_CONNECT', isTried: true, answers: refused(current) },
    { reason: 'REJECTED_BY_CONNECT', isTried: false, answers: refused() },
    { reason: 'REJECTED_BY_CONNECT', isTried: false, answers: refused(UNAVAILABLE) },
    { reason: 'REJECTED_BY_CONNECT', isTried: false, answers: refused(current, 409) },
    { reason: 'SOURCE_CONTACT_STILL_ACTIVE', isTried: true, answers: { ...refused(current), list: OPEN } },
    { reason: 'SOURCE_CONTACT_STILL_ACTIVE', isTried: false, answers: { ...refused(), list: OPEN } },
    { reason: 'SOURCE_CONTACT_NOT_FOUND', isTried: true, answers: refused(current, 404) },
    { reason: 'SOURCE_CONTACT_JUST_ENDED', isTried: false, answers: refused(current, 400, JUST_ENDED) },
    { reason: 'ALREADY_PERSISTENT', isTried: false, answers: refused(PERSISTENT) },
    { reason: 'SOURCE_CONTACT_NOT_FOUND', isTried: true, answers: lost(404, current) },
    { reason: 'SOURCE_CONTACT_NOT_FOUND', isTried: false, answers: lost(404, UNAVAILABLE) },
    { reason: 'REJECTED_BY_CONNECT', isTried: false, answers: lost(400, UNAVAILABLE) },
    { reason: 'THROTTLED', isTried: false, answers: { describe: BOTH, associate: UNAVAILABLE } },
    { reason: 'CHECK_UNAVAILABLE', isTried: false, answers: first(UNAVAILABLE) },
  ])('after $reason is tried: $isTried ($#)', async ({ reason, isTried, answers }) => {
    const environment = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
    const { result, requests } = await continueIn(7_000, answers, { ids: ['past', 'second'], environment });
    expect(requests.includes('describe second')).toBe(isTried);
    expect([reasonOf(result.outcome), result.sourceContactId]).toEqual([reason, 'past']);
  });

  test.each([
    { status: 'ASSOCIATED', describe: { second: described({ Id: 'second' }), first: described({ Id: 'first' }) } },
    { status: 'FAILED', describe: { second: UNAVAILABLE } },
  ])('that is $status counts, whatever the first was', async ({ status, describe }) => {
    const { result } = await continueIn(7_000, { describe }, { ids: ['past', 'second', 'third'] });
    expect(result).toMatchObject({ outcome: { status }, sourceContactId: 'second' });
  });
});

const [SESSION, SEGMENT, LATEST] = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'];
const LATER = {
  ContactId: 'later',
  InitialContactId: 'first',
  Channel: 'CHAT',
  DisconnectTimestamp: new Date(1),
} as const;
const LIST = { value: [LATER] };
const NOT_OWNED = 'SOURCE_CONTACT_NOT_OWNED';

// `past` was named, `first` is the first of its session, `later` the last agent's.
test.each([
  { type: SESSION, owners: { past: 'ann', first: 'ann', later: 'bob' }, sent: 'first', verified: true },
  { type: SESSION, owners: { first: 'ann', later: 'ann' }, sent: 'first', verified: false },
  { type: SESSION, owners: { past: 'ann', later: 'ann' }, sent: 'first', verified: false },
  { type: SESSION, owners: { past: 'ann', first: 'bob', later: 'ann' }, sent: '', verified: false },
  { type: SEGMENT, owners: { past: 'ann', first: 'bob', later: 'bob' }, sent: 'past', verified: true },
  { type: SEGMENT, owners: { later: 'bob' }, sent: 'past', verified: false },
  { type: SEGMENT, owners: { first: 'ann', later: 'bob' }, sent: 'past', verified: false },
  { type: SEGMENT, owners: { first: 'bob', later: 'ann' }, sent: '', verified: false },
  { type: LATEST, owners: { past: 'ann', first: 'bob', later: 'ann' }, sent: 'later', verified: true },
  { type: LATEST, owners: { first: 'ann', later: 'ann' }, sent: 'later', verified: false },
  { type: LATEST, owners: { first: 'bob', later: 'ann' }, sent: '', verified: false },
  { type: LATEST, owners: { past: 'ann', first: 'bob' }, sent: '', verified: false },
  { type: LATEST, owners: { past: 'ann', first: 'ann', later: 'bob' }, sent: '', verified: false },
])('with $type, of a session of $owners, ann continues "$sent"; verified: $verified', async row => {
  const { type: rehydrationType, owners, sent, verified } = row;
  // Of the first one, only the owner counts.
  const others: Record<string, object> = { later: { AgentInfo: { Id: 'agent' } }, first: { Channel: 'VOICE' } };
  const of = (Id: 'past' | 'first' | 'later') => described({ Id, CustomerId: owners[Id], ...others[Id] });
  const describe = { past: of('past'), first: of('first'), later: of('later') };
  const { result, requests } = await continueIn(7_000, { describe, list: LIST }, { rehydrationType });
  const outcome = sent ? { status: 'ASSOCIATED', continuedFromContactId: sent } : { reason: NOT_OWNED };
  expect(result).toMatchObject({ outcome, ownerVerified: verified });
  // Only what was verified is ever shown.
  if (verified) expect(result.sourceContact?.Id).toBe(rehydrationType === LATEST ? 'later' : 'past');
  expect(requests.some(request => request.startsWith('associate'))).toBe(sent !== '');
});

test.each([
  { type: SESSION, named: 'first', latest: 'later', asked: ['describe first', 'associate first ENTIRE_PAST_SESSION'] },
  {
    type: LATEST,
    named: 'first',
    latest: 'later',
    asked: ['describe first', 'list first', 'describe later', 'associate later FROM_SEGMENT'],
  },
  {
    type: LATEST,
    named: 'past',
    latest: 'first',
    asked: ['describe past', 'describe first', 'list past', 'associate first FROM_SEGMENT'],
  },
])("$type of nobody's $named before $latest: the initial contact is described once", async row => {
  const { type: rehydrationType, named, latest, asked } = row;
  const nobody = (Id: string) => described({ Id, CustomerId: undefined, AgentInfo: { Id: 'agent' } });
  const describe = { past: nobody('past'), first: nobody('first'), later: nobody('later') };
  const list = { value: [{ ...LATER, ContactId: latest }] };
  const { requests } = await continueIn(7_000, { describe, list }, { rehydrationType, ids: [named] });
  expect(requests).toEqual(asked);
});

// With OWNER_IF_KNOWN, of a contact without an identity in Ann's session: Kim learns nothing but whose it is.
test.each([
  { flaw: { Channel: 'VOICE' }, reason: 'SOURCE_CONTACT_NOT_CHAT' },
  { flaw: { DisconnectTimestamp: undefined }, reason: 'SOURCE_CONTACT_STILL_ACTIVE' },
])("$reason is said of nobody's contact only to the owner of the first one", async ({ flaw, reason }) => {
  const past = described({ CustomerId: undefined, ...flaw });
  const answers = { describe: { past, first: described({ Id: 'first' }) } };
  for (const rehydrationType of [SESSION, SEGMENT, LATEST]) {
    const reasonFor = async (CustomerId: string) => {
      const { result } = await continueIn(7_000, answers, { rehydrationType, current: { CustomerId } });
      return reasonOf(result.outcome);
    };
    expect([await reasonFor('kim'), await reasonFor('ann')]).toEqual([NOT_OWNED, reason]);
  }
});

test.each([
  { reason: 'SOURCE_CONTACT_OWNER_UNKNOWN', type: SEGMENT, CustomerId: 'ann', refused: 404 },
  { reason: 'CUSTOMER_UNKNOWN', type: SEGMENT, CustomerId: null, refused: 404 },
  { reason: 'SOURCE_CONTACT_OWNER_UNKNOWN', type: LATEST, CustomerId: 'ann', refused: 400 },
  { reason: 'SOURCE_CONTACT_NOT_FOUND', type: SESSION, CustomerId: 'ann', refused: 404 },
])("nobody's contact of a first one that is refused with $refused is $reason: $type, $CustomerId", async row => {
  const { reason, type: rehydrationType, CustomerId, refused } = row;
  const describe = { past: described({ CustomerId: undefined }), first: { refused } };
  const { result } = await continueIn(7_000, { describe }, { rehydrationType, current: { CustomerId } });
  expect(reasonOf(result.outcome)).toBe(reason);
});

test('a segment that was found without the list of the session is said to be', async () => {
  const answers = { describe: { past: described({ AgentInfo: { Id: 'agent' } }) }, list: UNAVAILABLE };
  const { result } = await continueIn(7_000, answers, { rehydrationType: LATEST });
  const outcome = { status: 'ASSOCIATED', continuedFromContactId: 'past', reason: 'SESSION_NOT_LISTED' };
  expect(result.outcome).toEqual(outcome);
});

describe('FIND', () => {
  const AGENT = { AgentInfo: { Id: 'agent' } };
  const describe = { past: described(AGENT), first: described({ Id: 'first' }), later: described({ Id: 'later' }) };

  test.each([SESSION, SEGMENT, LATEST])(
    'asks for all that comes before an association, and for none: %s',
    async rehydrationType => {
      const continued = await continueIn(7_000, { describe, list: LIST }, { rehydrationType });
      const found = await continueIn(7_000, { describe, list: LIST }, { rehydrationType, mode: 'find' });
      expect(found.result).toEqual({ ...continued.result, outcome: { status: 'FOUND' } });
      expect(found.requests).toEqual(continued.requests.filter(request => !request.startsWith('associate')));
    },
  );

  test.each(['CONTACT', 'OWNER_IF_KNOWN'])('finds nothing that could not be described, with %s', async check => {
    const options = { rehydrationType: SEGMENT, mode: 'FIND', environment: { SOURCE_CONTACT_CHECK: check } };
    const { result } = await continueIn(7_000, { describe: { past: UNAVAILABLE } }, options);
    expect(result.outcome).toEqual({ status: 'FAILED', reason: 'CHECK_UNAVAILABLE' });
  });
});

const NO_PAST = { past: UNAVAILABLE };
const noFirst = (CustomerId?: string) => ({ past: described({ CustomerId }), first: UNAVAILABLE });
const [IF_KNOWN, UNCHECKED] = ['OWNER_IF_KNOWN', 'CHECK_UNAVAILABLE'];
test.each([
  { check: 'OWNER_REQUIRED', type: SESSION, CustomerId: 'ann', describe: NO_PAST, reason: UNCHECKED },
  { check: IF_KNOWN, type: SESSION, CustomerId: null, describe: NO_PAST, reason: UNCHECKED },
  { check: IF_KNOWN, type: LATEST, CustomerId: null, describe: NO_PAST, reason: UNCHECKED },
  { check: IF_KNOWN, type: SESSION, CustomerId: 'ann', describe: noFirst('ann'), reason: UNCHECKED },
  { check: IF_KNOWN, type: SEGMENT, CustomerId: 'ann', describe: noFirst(), reason: UNCHECKED },
  { check: 'CONTACT', type: SESSION, CustomerId: null, describe: NO_PAST, reason: UNCHECKED },
  { check: 'CONTACT', type: SEGMENT, CustomerId: null, describe: NO_PAST, reason: '' },
  { check: 'CONTACT', type: LATEST, CustomerId: 'ann', describe: NO_PAST, reason: 'THROTTLED' },
])('with $check, $type for $CustomerId without a description has the reason "$reason" ($#)', async row => {
  const { check, type: rehydrationType, CustomerId, describe, reason } = row;
  const options = { rehydrationType, environment: { SOURCE_CONTACT_CHECK: check }, current: { CustomerId } };
  const { result } = await continueIn(7_000, { describe }, options);
  expect({ ...result, reason: reasonOf(result.outcome) }).toMatchObject({ checkUnavailable: true, reason });
});

describe('an association whose result is unknown', () => {
  const UNKNOWN = { unavailable: 'TIMED_OUT', resultUnknown: true } as const;
  const linked = (RelatedContactId?: string) => described({ Id: 'current', RelatedContactId });
  const survey = described({ Id: 'survey' });
  const other = described({ Id: 'other', InitialContactId: 'x' });
  const confirm = async (current: Answer<Contact>, options: Parameters<typeof continueIn>[2]) => {
    const answers = { describe: { ...BOTH, survey, other, current }, associate: UNKNOWN };
    const { result, requests } = await continueIn(7_000, answers, options);
    expect(requests).toContain('describe current');
    expect(requests).not.toContain('describe ..');
    return result.outcome;
  };

  test.each([
    { what: 'what was asked for', id: 'first', type: SESSION },
    { what: 'the same in other letters', id: 'FIRST', type: SESSION },
    { what: 'the contact of that session that ended last', id: 'survey', type: SESSION },
    { what: 'the segment that was asked for', id: 'past', type: SEGMENT },
  ])('is confirmed by a current contact that shows $what', async ({ id, type }) => {
    const outcome = await confirm(linked(id), { rehydrationType: type });
    expect(outcome).toEqual({ status: 'ASSOCIATED', continuedFromContactId: id });
  });

  const SHOWN = { RelatedContactId: 'Other' };
  test.each<{ what: string; current: Answer<Contact>; type?: string; shown?: object; ids?: string[] }>([
    { what: 'another session', current: linked('other') },
    { what: 'a contact that is not found', current: linked('gone') },
    { what: 'what no contact can be', current: linked('..') },
    { what: 'another session, which the event showed', current: linked('other'), shown: SHOWN },
    { what: 'nothing', current: linked() },
    { what: 'nothing in time', current: UNAVAILABLE },
    { what: 'another segment of that session', current: linked('survey'), type: SEGMENT, ids: ['first'] },
  ])('is not confirmed by a current contact that shows $what', async row => {
    const { current, type: rehydrationType = SESSION, shown, ids = ['past'] } = row;
    const outcome = await confirm(current, { rehydrationType, ids, ...(shown && { current: shown }) });
    expect(outcome).toEqual({ status: 'FAILED', reason: 'TIMED_OUT' });
  });

  test('is FAILED at once where the event showed that very link: it confirms nothing', async () => {
    const answers = { describe: { ...BOTH, current: linked('first') }, associate: UNKNOWN };
    const { result, requests } = await continueIn(7_000, answers, { current: { RelatedContactId: 'First' } });
    expect(result.outcome).toEqual({ status: 'FAILED', reason: 'TIMED_OUT' });
    expect(requests.at(-1)).toBe(`associate first ${SESSION} unconfirmed`);
  });

  test.each([
    { what: 'is unknown', check: 'OFF', associate: UNKNOWN, asked: [`associate past ${SESSION} unconfirmed`] },
    {
      what: 'is known',
      check: 'CONTACT',
      associate: UNAVAILABLE,
      asked: ['describe past', `associate first ${SESSION}`],
    },
  ])('is FAILED at once where the result $what, with the check $check', async ({ check, associate, asked }) => {
    const answers = { describe: { ...BOTH, current: linked('past') }, associate };
    const { result, requests } = await continueIn(7_000, answers, { environment: { SOURCE_CONTACT_CHECK: check } });
    expect(result.outcome).toEqual({ status: 'FAILED', reason: associate.unavailable });
    expect(requests).toEqual(asked);
  });
});
