import type { Contact } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Answer } from '../../src/aws/failure.ts';
import { Deadline } from '../../src/aws/retry.ts';
import { continueFirst } from '../../src/past-contact/continue.ts';
import type { Candidate } from '../../src/request.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const CURRENT = { ContactId: 'current', InitialContactId: 'current', PreviousContactId: null, CustomerId: 'ann' };
const PAST: Contact = { Id: 'past', InitialContactId: 'first', CustomerId: 'ann', Channel: 'CHAT' };
const ENDED = { DisconnectTimestamp: new Date(0) };
const described = (fields: Contact = {}): Answer<Contact> => ({ value: { ...PAST, ...ENDED, ...fields } });
const BOTH = { past: described(), first: described({ Id: 'first' }) };
const UNAVAILABLE = { unavailable: 'THROTTLED' } as const;

/** Continues the first that fits of these contacts, within so many milliseconds of the fake clock. */
async function continueIn(
  milliseconds: number,
  answers: Parameters<typeof fakeConnect>[0],
  { rehydrationType = 'ENTIRE_PAST_SESSION', ids = ['past'], environment = {} } = {},
) {
  const { connect, asked } = fakeConnect(answers);
  const request = chatRequest({ rehydrationType }, CURRENT, environment);
  const candidates = ids.map((sourceContactId): Candidate => ({ sourceContactId, sourceContactIdFrom: 'store' }));
  const continuing = continueFirst(candidates, request, connect, new Deadline(milliseconds));
  await jest.advanceTimersByTimeAsync(2 * milliseconds);
  return { result: await continuing, asked, requests: asked.map(([request]) => request) };
}

describe('of the time', () => {
  test('the checks together have the first half, counted from the start; the association has the rest', async () => {
    const { asked } = await continueIn(7_000, { describe: BOTH, takes: 1_000 });
    expect(asked).toEqual([
      ['describe past', 3_500],
      ['describe first', 2_500],
      ['associate first ENTIRE_PAST_SESSION', 5_000],
    ]);
  });

  test('what explains a refusal has what is left', async () => {
    const answers = { describe: BOTH, associate: { refused: 400 }, takes: 1_000 };
    const { asked } = await continueIn(7_000, answers, { rehydrationType: 'FROM_SEGMENT' });
    expect(asked).toEqual([
      ['describe past', 3_500],
      ['associate past FROM_SEGMENT', 6_000],
      ['describe current', 5_000],
      ['list past', 4_000],
    ]);
  });

  test.each([
    [8_000, ['describe newest, 4000', 'describe second, 3000', 'describe third, 2000']],
    [2_500, ['describe newest, 1250', 'describe second, 250']],
    [2_499, ['describe newest, 1249.5']],
  ])('each next candidate has a deadline of its own, while half a second is left: of %d ms', async (all, expected) => {
    const { asked } = await continueIn(all, { takes: 2_000 }, { ids: ['newest', 'second', 'third'] });
    expect(asked.map(([request, left]) => `${request}, ${left}`)).toEqual(expected);
  });
});

describe('a next candidate', () => {
  const first = (past: Answer<Contact>) => ({ describe: { past } });
  const refused = (past: Answer<Contact>, current?: Answer<Contact>, status = 400) => ({
    describe: { ...BOTH, past, current },
    associate: { refused: status },
  });
  const current = described({ Id: 'current' });

  // The reason that counts where the second does not fit, either, whether that one is tried, and what the first is.
  test.each<[string, boolean, Parameters<typeof fakeConnect>[0]]>([
    ['SOURCE_CONTACT_NOT_FOUND', true, {}],
    ['SOURCE_CONTACT_NOT_CHAT', true, first(described({ Channel: 'VOICE' }))],
    ['SOURCE_CONTACT_STILL_ACTIVE', true, first({ value: PAST })],
    ['SOURCE_CONTACT_NOT_OWNED', true, first(described({ CustomerId: 'bob' }))],
    ['SOURCE_CONTACT_NOT_OWNED', true, { describe: { ...BOTH, first: described({ Id: 'first', CustomerId: 'bob' }) } }],
    ['SOURCE_CONTACT_OWNER_UNKNOWN', true, first({ value: { Id: 'past' } })],
    ['SOURCE_CONTACT_IN_CURRENT_SESSION', true, first(described({ InitialContactId: 'current' }))],
    ['REJECTED_BY_CONNECT', true, refused(described(), current)],
    ['REJECTED_BY_CONNECT', false, refused(described())],
    ['REJECTED_BY_CONNECT', false, refused(described(), UNAVAILABLE)],
    ['REJECTED_BY_CONNECT', false, refused(described(), current, 409)],
    ['SOURCE_CONTACT_NOT_FOUND', true, refused(described(), current, 404)],
    ['SOURCE_CONTACT_JUST_ENDED', false, refused(described({ DisconnectTimestamp: new Date() }), current)],
    ['THROTTLED', false, { describe: BOTH, associate: UNAVAILABLE }],
    ['CHECK_UNAVAILABLE', false, first(UNAVAILABLE)],
  ])('after %s is tried: %p', async (reason, isTried, answers) => {
    const environment = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
    const { result, requests } = await continueIn(7_000, answers, { ids: ['past', 'second'], environment });
    expect(requests.includes('describe second')).toBe(isTried);
    expect(result).toMatchObject({ outcome: { reason }, sourceContactId: 'past' });
  });

  test.each([
    ['ASSOCIATED', { second: described({ Id: 'second' }), first: described({ Id: 'first' }) }],
    ['FAILED', { second: UNAVAILABLE }],
  ])('that is %s counts, whatever became of the first', async (status, describe) => {
    const { result } = await continueIn(7_000, { describe }, { ids: ['past', 'second', 'third'] });
    expect(result).toMatchObject({ outcome: { status }, sourceContactId: 'second' });
  });
});

test.each([
  ['ENTIRE_PAST_SESSION', 'ann', true, 'first', 'past'],
  ['ENTIRE_PAST_SESSION', undefined, false, 'first', 'past'],
  ['FROM_LAST_AGENT_SEGMENT', 'ann', true, 'later', 'later'],
  ['FROM_LAST_AGENT_SEGMENT', undefined, false, 'later', 'later'],
])('%s: a contact of %p in her session; verified: %p', async (rehydrationType, CustomerId, verified, sent, source) => {
  const later = described({ Id: 'later', AgentInfo: { Id: 'agent' } });
  const list = { value: [{ ContactId: 'later', InitialContactId: 'first', Channel: 'CHAT', ...ENDED } as const] };
  const describe = { ...BOTH, past: described({ CustomerId }), later };
  const { result } = await continueIn(7_000, { describe, list }, { rehydrationType });
  const outcome = { status: 'ASSOCIATED', continuedFromContactId: sent };
  expect(result).toMatchObject({ outcome, ownerVerified: verified, sourceContact: { Id: source } });
});
