import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { reasonOf } from '../../src/outcome.ts';
import { continueFirst } from '../../src/past-contact/continue.ts';
import type { Candidate } from '../../src/request.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

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
    [8_000, ['describe newest, 7500', 'describe second, 5500', 'describe third, 3500']],
    [2_500, ['describe newest, 2000', 'describe second, 250']],
    [2_499, ['describe newest, 1999']],
  ])('each next candidate has a deadline of its own, while half a second is left: of %d ms', async (all, expected) => {
    const { asked } = await continueIn(all, { takes: 2_000 }, { ids: ['newest', 'second', 'third'] });
    expect(asked.map(([request, left]) => `${request}, ${left}`)).toEqual(expected);
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

  // The reason that counts where the second does not fit, either, whether that one is tried, and what the first is.
  test.each<[string, boolean, Parameters<typeof fakeConnect>[0]]>([
    ['SOURCE_CONTACT_NOT_FOUND', true, {}],
    ['SOURCE_CONTACT_NOT_CHAT', true, first(described({ Channel: 'VOICE' }))],
    ['SOURCE_CONTACT_STILL_ACTIVE', true, first({ value: PAST })],
    ['SOURCE_CONTACT_NOT_OWNED', true, first(described({ CustomerId: 'bob' }))],
    ['SOURCE_CONTACT_NOT_OWNED', true, { describe: { ...BOTH, first: described({ Id: 'first', CustomerId: 'bob' }) } }],
    ['SOURCE_CONTACT_OWNER_UNKNOWN', true, first({ value: { Id: 'past' } })],
    ['SOURCE_CONTACT_IN_CURRENT_SESSION', true, first(described({ InitialContactId: 'current' }))],
    ['REJECTED_BY_CONNECT', true, refused(current)],
    ['REJECTED_BY_CONNECT', false, refused()],
    ['REJECTED_BY_CONNECT', false, refused(UNAVAILABLE)],
    ['REJECTED_BY_CONNECT', false, refused(current, 409)],
    ['SOURCE_CONTACT_STILL_ACTIVE', true, { ...refused(current), list: OPEN }],
    ['SOURCE_CONTACT_STILL_ACTIVE', false, { ...refused(), list: OPEN }],
    ['SOURCE_CONTACT_NOT_FOUND', true, refused(current, 404)],
    ['SOURCE_CONTACT_JUST_ENDED', false, refused(current, 400, described({ DisconnectTimestamp: new Date() }))],
    ['ALREADY_PERSISTENT', false, refused(described({ Id: 'current', RelatedContactId: 'past' }))],
    ['SOURCE_CONTACT_NOT_FOUND', true, lost(404, current)],
    ['SOURCE_CONTACT_NOT_FOUND', false, lost(404, UNAVAILABLE)],
    ['REJECTED_BY_CONNECT', false, lost(400, UNAVAILABLE)],
    ['THROTTLED', false, { describe: BOTH, associate: UNAVAILABLE }],
    ['CHECK_UNAVAILABLE', false, first(UNAVAILABLE)],
  ])('after %s is tried: %p', async (reason, isTried, answers) => {
    const environment = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
    const { result, requests } = await continueIn(7_000, answers, { ids: ['past', 'second'], environment });
    expect(requests.includes('describe second')).toBe(isTried);
    expect([reasonOf(result.outcome), result.sourceContactId]).toEqual([reason, 'past']);
  });

  test.each([
    ['ASSOCIATED', { second: described({ Id: 'second' }), first: described({ Id: 'first' }) }],
    ['FAILED', { second: UNAVAILABLE }],
  ])('that is %s counts, whatever became of the first', async (status, describe) => {
    const { result } = await continueIn(7_000, { describe }, { ids: ['past', 'second', 'third'] });
    expect(result).toMatchObject({ outcome: { status }, sourceContactId: 'second' });
  });
});

const LATEST = 'FROM_LAST_AGENT_SEGMENT';
const LIST = {
  value: [
    { ContactId: 'later', InitialContactId: 'first', Channel: 'CHAT', DisconnectTimestamp: new Date(1) } as const,
  ],
};
const NOT_OWNED = 'SOURCE_CONTACT_NOT_OWNED';

// Whose the named contact, the session's first one and the last agent's segment are; and what is sent, where it may be.
test.each([
  ['ENTIRE_PAST_SESSION', ['ann', 'ann', 'bob'], 'first', true],
  ['ENTIRE_PAST_SESSION', [undefined, 'ann', 'ann'], 'first', false],
  ['ENTIRE_PAST_SESSION', ['ann', undefined, 'ann'], 'first', false],
  ['ENTIRE_PAST_SESSION', ['ann', 'bob', 'ann'], NOT_OWNED, false],
  ['FROM_SEGMENT', ['ann', 'bob', 'bob'], 'past', true],
  ['FROM_SEGMENT', [undefined, undefined, 'bob'], 'past', false],
  ['FROM_SEGMENT', [undefined, 'ann', 'bob'], 'past', false],
  ['FROM_SEGMENT', [undefined, 'bob', 'ann'], NOT_OWNED, false],
  [LATEST, ['ann', 'bob', 'ann'], 'later', true],
  [LATEST, [undefined, 'ann', 'ann'], 'later', false],
  [LATEST, [undefined, 'bob', 'ann'], NOT_OWNED, false],
  [LATEST, ['ann', 'bob', undefined], NOT_OWNED, false],
  [LATEST, ['ann', 'ann', 'bob'], NOT_OWNED, false],
])('%s: of contacts of %j, the chat continues %s; verified: %p', async (rehydrationType, whose, sent, verified) => {
  // Of the first one, only the owner counts.
  const others: Record<string, object> = { later: { AgentInfo: { Id: 'agent' } }, first: { Channel: 'VOICE' } };
  const of = (Id: string, index: number) => [Id, described({ Id, CustomerId: whose[index], ...others[Id] })];
  const describe = Object.fromEntries(['past', 'first', 'later'].map(of));
  const { result, requests } = await continueIn(7_000, { describe, list: LIST }, { rehydrationType });
  const outcome = sent === NOT_OWNED ? { reason: NOT_OWNED } : { status: 'ASSOCIATED', continuedFromContactId: sent };
  expect(result).toMatchObject({ outcome, ownerVerified: verified, rehydrationType });
  // Only what was verified is ever shown.
  if (verified) expect(result.sourceContact?.Id).toBe(rehydrationType === LATEST ? 'later' : 'past');
  expect(requests.some(request => request.startsWith('associate'))).toBe(sent !== NOT_OWNED);
});

test.each([
  ['ENTIRE_PAST_SESSION', 'first', 'later', ['describe first', 'associate first ENTIRE_PAST_SESSION']],
  [LATEST, 'first', 'later', ['describe first', 'list first', 'describe later', 'associate later FROM_SEGMENT']],
  [LATEST, 'past', 'first', ['describe past', 'describe first', 'list past', 'associate first FROM_SEGMENT']],
])('%s of %s, which is nobody, before %s: the initial contact is described once', async (...row) => {
  const [rehydrationType, id, latest, expected] = row;
  const nobody = (Id: string) => [Id, described({ Id, CustomerId: undefined, AgentInfo: { Id: 'agent' } })];
  const list = { value: LIST.value.map(later => ({ ...later, ContactId: latest })) };
  const answers = { describe: Object.fromEntries(['past', 'first', 'later'].map(nobody)), list };
  expect((await continueIn(7_000, answers, { rehydrationType, ids: [id] })).requests).toEqual(expected);
});

// With OWNER_IF_KNOWN, of a contact without an identity in Ann's session: Kim learns nothing but whose it is.
test.each<[object, string]>([
  [{ Channel: 'VOICE' }, 'NOT_CHAT'],
  [{ DisconnectTimestamp: undefined }, 'STILL_ACTIVE'],
])(
  'the owner of the first contact comes before what else is wrong with the named one: %j, %s',
  async (flaw, reason) => {
    const past = described({ CustomerId: undefined, ...flaw });
    const answers = { describe: { past, first: described({ Id: 'first' }) } };
    for (const rehydrationType of ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', LATEST]) {
      const reasonFor = async (CustomerId: string) => {
        const { result } = await continueIn(7_000, answers, { rehydrationType, current: { CustomerId } });
        return reasonOf(result.outcome);
      };
      expect([await reasonFor('kim'), await reasonFor('ann')]).toEqual([NOT_OWNED, `SOURCE_CONTACT_${reason}`]);
    }
  },
);

// The first contact of a session, whose owner is asked because the named one has none.
test.each([
  ['SOURCE_CONTACT_OWNER_UNKNOWN', 'FROM_SEGMENT', 'ann', 404],
  ['CUSTOMER_UNKNOWN', 'FROM_SEGMENT', null, 404],
  ['SOURCE_CONTACT_OWNER_UNKNOWN', LATEST, 'ann', 400],
  ['SOURCE_CONTACT_NOT_FOUND', 'ENTIRE_PAST_SESSION', 'ann', 404],
])('is refused: %s for %s, asked by %j (%d)', async (reason, rehydrationType, CustomerId, refused) => {
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

  test.each(['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', LATEST])(
    'asks for all that comes before an association, and for none: %s',
    async rehydrationType => {
      const continued = await continueIn(7_000, { describe, list: LIST }, { rehydrationType });
      const found = await continueIn(7_000, { describe, list: LIST }, { rehydrationType, mode: 'find' });
      const { outcome, mode, ...others } = found.result;
      const { outcome: _, mode: __, ...expected } = continued.result;
      expect([outcome, mode, others]).toEqual([{ status: 'FOUND' }, 'FIND', expected]);
      expect(found.requests).toEqual(continued.requests.filter(request => !request.startsWith('associate')));
    },
  );

  test('says that the session was not listed', async () => {
    const options = { rehydrationType: LATEST, mode: 'FIND' };
    const { result } = await continueIn(7_000, { describe, list: UNAVAILABLE }, options);
    expect(result.outcome).toEqual({ status: 'FOUND', reason: 'SESSION_NOT_LISTED' });
  });

  test.each(['CONTACT', 'OWNER_IF_KNOWN'])('finds nothing that could not be described, with %s', async check => {
    const options = { rehydrationType: 'FROM_SEGMENT', mode: 'FIND', environment: { SOURCE_CONTACT_CHECK: check } };
    const { result } = await continueIn(7_000, { describe: { past: UNAVAILABLE } }, options);
    expect(result.outcome).toEqual({ status: 'FAILED', reason: 'CHECK_UNAVAILABLE' });
  });

  test('refuses what CONTINUE refuses, and tries the next one', async () => {
    const answers = { describe: { past: described({ CustomerId: 'bob' }), second: described({ Id: 'second' }) } };
    const options = { rehydrationType: 'FROM_SEGMENT', mode: 'FIND', ids: ['past', 'second'] };
    const { result } = await continueIn(7_000, answers, options);
    expect(result).toMatchObject({ outcome: { status: 'FOUND' }, sourceContactId: 'second' });
  });
});

const NO_PAST = { past: UNAVAILABLE };
const noFirst = (CustomerId?: string) => ({ past: described({ CustomerId }), first: UNAVAILABLE });
test.each<[string, string, string | null, Record<string, Answer<Contact>>, string]>([
  ['OWNER_REQUIRED', 'ENTIRE_PAST_SESSION', 'ann', NO_PAST, 'CHECK_UNAVAILABLE'],
  ['OWNER_IF_KNOWN', 'ENTIRE_PAST_SESSION', 'ann', NO_PAST, 'CHECK_UNAVAILABLE'],
  ['OWNER_IF_KNOWN', 'ENTIRE_PAST_SESSION', null, NO_PAST, 'CHECK_UNAVAILABLE'],
  ['OWNER_IF_KNOWN', LATEST, null, NO_PAST, 'CHECK_UNAVAILABLE'],
  ['OWNER_IF_KNOWN', 'ENTIRE_PAST_SESSION', 'ann', noFirst('ann'), 'CHECK_UNAVAILABLE'],
  ['OWNER_IF_KNOWN', 'FROM_SEGMENT', 'ann', noFirst(), 'CHECK_UNAVAILABLE'],
  ['CONTACT', 'ENTIRE_PAST_SESSION', null, NO_PAST, 'CHECK_UNAVAILABLE'],
  ['CONTACT', 'FROM_SEGMENT', null, NO_PAST, ''],
  ['CONTACT', LATEST, 'ann', NO_PAST, 'THROTTLED'],
])('with %s, %s for %p where contacts cannot be described, %j, is %j', async (check, type, CustomerId, ...row) => {
  const [describe, reason] = row;
  const options = { rehydrationType: type, environment: { SOURCE_CONTACT_CHECK: check }, current: { CustomerId } };
  const { result } = await continueIn(7_000, { describe }, options);
  expect({ ...result, reason: reasonOf(result.outcome) }).toMatchObject({ checkUnavailable: true, reason });
});

describe('an association whose result is unknown', () => {
  const UNKNOWN = { unavailable: 'TIMED_OUT', resultUnknown: true } as const;
  const linked = (RelatedContactId?: string) => described({ Id: 'current', RelatedContactId });
  const ALL = {
    ...BOTH,
    survey: described({ Id: 'survey' }),
    other: described({ Id: 'other', InitialContactId: 'x' }),
  };
  const ENTIRE = { rehydrationType: 'ENTIRE_PAST_SESSION' };
  const SEGMENT = { rehydrationType: 'FROM_SEGMENT' };

  // What the chat continues, where the current contact shows it.
  test.each<[string, string | undefined, Answer<Contact>, Parameters<typeof continueIn>[2]]>([
    ['what was asked for', 'first', linked('first'), ENTIRE],
    ['the same in other letters', 'FIRST', linked('FIRST'), ENTIRE],
    ['the contact of that session that ended last', 'survey', linked('survey'), ENTIRE],
    ['another session', undefined, linked('other'), ENTIRE],
    ['a contact that is not found', undefined, linked('gone'), ENTIRE],
    ['what no contact can be', undefined, linked('..'), ENTIRE],
    [
      'another session, which the event showed',
      undefined,
      linked('other'),
      { ...ENTIRE, current: { RelatedContactId: 'Other' } },
    ],
    ['nothing', undefined, linked(), ENTIRE],
    ['nothing in time', undefined, UNAVAILABLE, ENTIRE],
    ['the segment that was asked for', 'past', linked('past'), SEGMENT],
    ['another segment of that session', undefined, linked('survey'), { ...SEGMENT, ids: ['first'] }],
  ])('is confirmed by the current contact, which shows %s: %p', async (_, continued, current, options) => {
    const answers = { describe: { ...ALL, current }, associate: UNKNOWN };
    const { result, requests } = await continueIn(7_000, answers, options);
    const failed = { status: 'FAILED', reason: 'TIMED_OUT' };
    expect(result.outcome).toEqual(continued ? { status: 'ASSOCIATED', continuedFromContactId: continued } : failed);
    expect(new Set(requests.filter(request => /^describe (current|\.\.)$/.test(request)))).toEqual(
      new Set(['describe current']),
    );
  });

  // The check, the answer to the association, and all that was asked for.
  test.each([
    ['OFF', UNKNOWN, ['associate past ENTIRE_PAST_SESSION unconfirmed']],
    ['CONTACT', UNAVAILABLE, ['describe past', 'associate first ENTIRE_PAST_SESSION']],
  ])('is FAILED at once with the check off, and where it was not made: %s, %j', async (check, associate, expected) => {
    const answers = { describe: { ...BOTH, current: linked('past') }, associate };
    const options = { ...ENTIRE, environment: { SOURCE_CONTACT_CHECK: check } };
    const { result, requests } = await continueIn(7_000, answers, options);
    expect(result.outcome).toEqual({ status: 'FAILED', reason: associate.unavailable });
    expect(requests).toEqual(expected);
  });
});
