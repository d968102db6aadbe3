import type { Contact } from '@aws-sdk/client-connect';
import { expect, jest, test } from '@jest/globals';
import { Deadline } from '../../../src/aws/deadline.ts';
import { reasonOf } from '../../../src/outcome.ts';
import { continueFirst } from '../../../src/past-contact/continue.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

const [SESSION, SEGMENT, LATEST] = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'];
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const ended = (secondsAgo: number) => ({ DisconnectTimestamp: new Date(NOW - secondsAgo * 1_000) });
const began = (secondsAgo: number) => ({ InitiationTimestamp: new Date(NOW - secondsAgo * 1_000) });
/** The list of a session's contacts has `later`; perhaps it goes on, or has just ended. */
const LATER = { ContactId: 'later', InitialContactId: 'first', Channel: 'CHAT', ...ended(100) } as const;
const LATER_OPEN = { value: [{ ...LATER, DisconnectTimestamp: undefined }] };
const PAST_OPEN = { value: [{ ...LATER, ContactId: 'PAST', DisconnectTimestamp: undefined }] };
const LATER_ENDED = { value: [{ ...LATER, ...ended(0) }] };

const THROTTLED = { unavailable: 'THROTTLED' } as const;
const REFUSED = { refused: 400 };
const GONE = { refused: 404 };
const UNKNOWN = { unavailable: 'TIMED_OUT', resultUnknown: true } as const;

const BOBS = { CustomerId: 'bob' };
const NOBODY = { CustomerId: null };
const NOBODYS = { CustomerId: undefined };
const EMAIL = { Channel: 'EMAIL' } as const;
const OPEN = { DisconnectTimestamp: undefined };
const AGENT = { AgentInfo: { Id: 'agent' } };
const linked = (RelatedContactId: string) => ({ RelatedContactId });

type Answers = Parameters<typeof fakeConnect>[0];
type Described = Partial<Contact> | NonNullable<Answers['describe']>[string];
interface Given extends Omit<Answers, 'describe'> {
  type?: string;
  check?: string;
  mode?: string;
  /** How the current contact in the event differs from a chat of Ann's. */
  chat?: object;
  /** The past contacts to try. */
  ids?: string[];
  /** How contacts differ from chats of Ann's session that ended, which begins with `first`; or what answers instead. */
  contacts?: Record<string, Described>;
}

/** What a chat comes to within so many milliseconds of the fake clock: `is` the id that it continues, else the reason. */
async function continueIn(milliseconds: number, given: Given) {
  const { type: rehydrationType = SESSION, check = 'OWNER_IF_KNOWN', mode = '', ids = ['past'], ...others } = given;
  const { chat, contacts, ...answers } = others;
  jest.useFakeTimers({ now: NOW });
  const annsChat = { InitialContactId: 'first', CustomerId: 'ann', Channel: 'CHAT', ...began(60), ...ended(200) };
  const all: NonNullable<Given['contacts']> = { current: {}, past: {}, first: {}, later: {}, ...contacts };
  const described = Object.entries(all).map(([Id, contact = {}]) => {
    const isAnswer = 'refused' in contact || 'unavailable' in contact;
    return [Id, isAnswer ? contact : { value: { ...annsChat, ...(Id === 'later' && AGENT), Id, ...contact } }];
  });
  const world = { describe: Object.fromEntries(described), list: { value: [LATER] }, ...answers };
  const { connect, asked } = fakeConnect(world);
  const current = { ContactId: 'current', InitialContactId: 'current', CustomerId: 'ann', ...chat };
  const request = chatRequest({ rehydrationType, mode }, current, { SOURCE_CONTACT_CHECK: check });
  const candidates = ids.map(sourceContactId => ({ sourceContactId, sourceContactIdFrom: 'store' as const }));
  const continuing = continueFirst(candidates, { request, connect, deadline: new Deadline(milliseconds) });
  await jest.advanceTimersByTimeAsync(2 * milliseconds);
  const { outcome, ...result } = await continuing;
  return {
    is: reasonOf(outcome) || ('continuedFromContactId' in outcome ? outcome.continuedFromContactId : outcome.status),
    candidate: result.sourceContactId,
    shown: result.sourceContact?.Id,
    verified: result.ownerVerified,
    unchecked: result.checkUnavailable,
    explained: result.refusalExplained,
    wait: 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined,
    asked: asked.map(([request]) => request),
    left: asked.map(([, left]) => left),
  };
}

// The milliseconds that are left for each request.
const THREE = ['1', '2', '3'];
test.each<Given & { whole: number; left: number[] }>([
  { whole: 7_000, takes: 1_000, left: [6_500, 5_500, 5_000] },
  { whole: 7_000, takes: 1_000, type: SEGMENT, associate: REFUSED, left: [6_500, 6_000, 5_000, 1_000] },
  { whole: 6_000, takes: 1_000, type: LATEST, left: [5_500, 1_000, 3_500, 3_000] },
  // Another candidate has a share of what is left, if that is half a second.
  { whole: 8_000, takes: 2_000, ids: THREE, left: [7_500, 5_500, 3_500] },
  { whole: 2_500, takes: 2_000, ids: THREE, left: [2_000, 250] },
  { whole: 2_499, takes: 2_000, ids: THREE, left: [1_999] },
])('of $whole ms, requests that take $takes ms each have $left', async ({ whole, left, ...given }) => {
  expect(await continueIn(whole, given)).toMatchObject({ left });
});

const [NOT_FOUND, NOT_CHAT] = ['SOURCE_CONTACT_NOT_FOUND', 'SOURCE_CONTACT_NOT_CHAT'];
const [ACTIVE, NOT_OWNED] = ['SOURCE_CONTACT_STILL_ACTIVE', 'SOURCE_CONTACT_NOT_OWNED'];
const [OWNER_UNKNOWN, BY_CONNECT] = ['SOURCE_CONTACT_OWNER_UNKNOWN', 'REJECTED_BY_CONNECT'];
const [JUST_ENDED, PERSISTENT] = ['SOURCE_CONTACT_JUST_ENDED', 'ALREADY_PERSISTENT'];
const [UNCHECKED, TIMED_OUT] = ['CHECK_UNAVAILABLE', 'TIMED_OUT'];

// Unless `second` is there, it does not fit either, and the reason of the first candidate counts.
test.each<Given & { is: string; tried: boolean; candidate?: string }>([
  { is: NOT_FOUND, tried: true, contacts: { past: GONE } },
  { is: NOT_CHAT, tried: true, contacts: { past: EMAIL } },
  { is: ACTIVE, tried: true, contacts: { past: OPEN } },
  { is: NOT_OWNED, tried: true, contacts: { past: BOBS } },
  { is: OWNER_UNKNOWN, tried: true, contacts: { past: NOBODYS } },
  { is: 'SOURCE_CONTACT_IN_CURRENT_SESSION', tried: true, contacts: { past: { InitialContactId: 'current' } } },
  { is: BY_CONNECT, tried: true, associate: REFUSED },
  { is: BY_CONNECT, tried: false, associate: { refused: 409 } },
  { is: ACTIVE, tried: false, associate: REFUSED, list: LATER_OPEN, contacts: { current: THROTTLED } },
  { is: NOT_FOUND, tried: true, associate: GONE },
  { is: JUST_ENDED, tried: false, associate: REFUSED, contacts: { past: ended(1) } },
  { is: PERSISTENT, tried: false, associate: REFUSED, contacts: { current: linked('past') } },
  // An answer was lost before: the chat may be associated.
  { is: NOT_FOUND, tried: true, associate: { ...GONE, resultUnknown: true } },
  { is: NOT_FOUND, tried: false, associate: { ...GONE, resultUnknown: true }, contacts: { current: THROTTLED } },
  { is: 'THROTTLED', tried: false, associate: THROTTLED },
  { is: UNCHECKED, tried: false, contacts: { past: THROTTLED } },
  { is: 'first', tried: true, candidate: 'second', contacts: { past: GONE, second: {} } },
  { is: UNCHECKED, tried: true, candidate: 'second', contacts: { past: GONE, second: THROTTLED } },
])('after $is, another candidate is tried: $tried ($#)', async ({ is, tried, candidate = 'past', ...given }) => {
  const found = await continueIn(7_000, { ...given, check: 'OWNER_REQUIRED', ids: ['past', 'second', 'third'] });
  expect(found).toMatchObject({ is, candidate });
  expect(found.asked.includes('describe second')).toBe(tried);
});

interface Row extends Given {
  is: string;
  asked?: string[];
}
async function expectFound({ is, asked, ...given }: Row) {
  const found = await continueIn(7_000, given);
  expect(found).toMatchObject(asked ? { is, asked } : { is });
  return found;
}

// `past` was named, `first` is the first of its session, `later` the last agent's. Only what is verified is ever shown.
test.each<{ type: string; owners: Record<string, string>; is: string; verified: boolean }>([
  { type: SESSION, owners: { later: 'bob' }, is: 'first', verified: true },
  { type: SESSION, owners: { past: 'nobody' }, is: 'first', verified: false },
  { type: SESSION, owners: { first: 'nobody' }, is: 'first', verified: false },
  { type: SEGMENT, owners: { first: 'bob', later: 'bob' }, is: 'past', verified: true },
  { type: SEGMENT, owners: { past: 'nobody', first: 'nobody' }, is: 'past', verified: false },
  { type: SEGMENT, owners: { past: 'nobody' }, is: 'past', verified: false },
  { type: SEGMENT, owners: { past: 'nobody', first: 'bob' }, is: NOT_OWNED, verified: false },
  { type: LATEST, owners: { first: 'bob' }, is: 'later', verified: true },
  { type: LATEST, owners: { past: 'nobody' }, is: 'later', verified: false },
  { type: LATEST, owners: { past: 'nobody', first: 'bob' }, is: NOT_OWNED, verified: false },
  { type: LATEST, owners: { first: 'bob', later: 'nobody' }, is: NOT_OWNED, verified: false },
])("with $type, of ann's session but $owners, the result is $is; verified: $verified", async row => {
  const { type, owners, is, verified } = row;
  const ofOwner = ([id, owner]: [string, string]) => [id, { CustomerId: owner === 'nobody' ? undefined : owner }];
  const found = await expectFound({ type, is, contacts: Object.fromEntries(Object.entries(owners).map(ofOwner)) });
  expect(found.verified).toBe(verified);
  if (verified) expect(found.shown).toBe(is === 'later' ? 'later' : 'past');
});

const [EMAIL_OF_NOBODY, NO_FIRST] = [{ past: { ...NOBODYS, ...EMAIL } }, { past: NOBODYS, first: GONE }];
test.each<Row & { what: string }>([
  // Kim learns of nobody's contact in Ann's session only that it is not hers.
  ...[SESSION, SEGMENT, LATEST].flatMap(type => [
    { what: 'an email, for ann', type, is: NOT_CHAT, contacts: EMAIL_OF_NOBODY },
    { what: 'an email, for kim', type, is: NOT_OWNED, contacts: EMAIL_OF_NOBODY, chat: { CustomerId: 'kim' } },
  ]),
  { what: 'the first is an email', type: SEGMENT, is: 'past', contacts: { past: NOBODYS, first: EMAIL } },
  { what: 'the first is not found', type: SESSION, is: NOT_FOUND, contacts: NO_FIRST },
  { what: 'the first is not found', type: SEGMENT, is: OWNER_UNKNOWN, contacts: NO_FIRST },
  { what: 'the same, for nobody', type: SEGMENT, is: 'CUSTOMER_UNKNOWN', contacts: NO_FIRST, chat: NOBODY },
  { what: 'the first is refused', type: LATEST, is: OWNER_UNKNOWN, contacts: { past: NOBODYS, first: REFUSED } },
])("with $type, nobody's contact in ann's session comes to $is: $what", expectFound);

const UNLISTED = { type: LATEST, list: THROTTLED, contacts: { past: AGENT }, is: 'SESSION_NOT_LISTED' };
test.each<Row>([
  // The initial contact is described once.
  { type: SESSION, ids: ['first'], is: 'first', asked: ['describe first', `associate first ${SESSION}`] },
  {
    type: LATEST,
    ids: ['first'],
    contacts: { first: NOBODYS, later: NOBODYS },
    is: 'later',
    asked: ['describe first', 'list first', 'describe later', 'associate later FROM_SEGMENT'],
  },
  // With FIND, all but the association.
  { mode: 'find', is: 'FOUND', asked: ['describe past', 'describe first'] },
  { mode: 'FIND', ...UNLISTED, asked: ['describe past', 'list past'] },
  { ...UNLISTED, asked: ['describe past', 'list past', 'associate past FROM_SEGMENT'] },
])('a chat that comes to $is asks for no more than this: $asked', expectFound);

test.each<Row & { check: string }>([
  { check: 'OWNER_REQUIRED', is: UNCHECKED, contacts: { past: THROTTLED } },
  { check: 'OWNER_IF_KNOWN', is: UNCHECKED, contacts: { past: THROTTLED }, chat: NOBODY },
  { check: 'OWNER_IF_KNOWN', is: UNCHECKED, contacts: { past: THROTTLED }, chat: NOBODY, type: LATEST },
  { check: 'OWNER_IF_KNOWN', is: UNCHECKED, contacts: { first: THROTTLED } },
  { check: 'OWNER_IF_KNOWN', is: UNCHECKED, contacts: { first: THROTTLED, past: NOBODYS }, type: SEGMENT },
  { check: 'CONTACT', is: UNCHECKED, contacts: { past: THROTTLED } },
  { check: 'CONTACT', is: UNCHECKED, contacts: { past: THROTTLED }, type: SEGMENT, mode: 'FIND' },
  { check: 'CONTACT', is: 'past', contacts: { past: THROTTLED }, type: SEGMENT },
  { check: 'CONTACT', is: 'THROTTLED', contacts: { past: THROTTLED }, type: LATEST },
])('with $check, $is is the result where a description is missing ($#)', async row => {
  expect(await expectFound(row)).toMatchObject({ unchecked: true });
});

const OTHER = { InitialContactId: 'other' };
const ONCE = ['describe past', `associate first ${SESSION}`];
const CONFIRMED = [...ONCE, 'describe current'];
const GONE_TOO = [...CONFIRMED, 'describe gone'];
const TWICE = [...CONFIRMED, `${ONCE[1]} again`, 'describe current'];
const UNCONFIRMED = ['describe past', `associate first ${SESSION} unconfirmed`];
test.each<Row & { shows: string; current?: Described }>([
  { shows: 'what was asked for', current: linked('first'), is: 'first' },
  { shows: 'the same in other letters', current: linked('FIRST'), is: 'FIRST' },
  { shows: 'the contact of that session that ended last', current: linked('later'), is: 'later' },
  { shows: 'the segment that was asked for', current: linked('past'), type: SEGMENT, is: 'past' },
  { shows: 'another segment of that session', current: linked('later'), ids: ['first'], type: SEGMENT, is: TIMED_OUT },
  { shows: 'another session', current: linked('other'), is: TIMED_OUT },
  { shows: 'what the event showed', current: linked('later'), chat: linked('Later'), is: TIMED_OUT },
  { shows: 'one that is not found', current: linked('gone'), check: 'CONTACT', is: TIMED_OUT, asked: GONE_TOO },
  { shows: 'nothing', is: TIMED_OUT },
  { shows: 'nothing in time', current: THROTTLED, check: 'CONTACT', is: TIMED_OUT, asked: CONFIRMED },
  { shows: 'what no contact can be', current: linked('..'), check: 'CONTACT', is: TIMED_OUT, asked: TWICE },
  // Nothing could confirm these, or need be confirmed.
  { shows: 'what the event named', chat: linked('First'), check: 'CONTACT', is: TIMED_OUT, asked: UNCONFIRMED },
  { shows: 'what may not be described', check: 'OFF', is: TIMED_OUT, asked: [`associate past ${SESSION} unconfirmed`] },
])('an association without an answer is $is where the current contact shows $shows', ({ current = {}, ...row }) => {
  return expectFound({ associate: UNKNOWN, ...row, contacts: { current, other: OTHER } });
});

/** The current contact is linked to "shown", as the event says; of a chat that was transferred, `initial` is the first. */
const linkedTo = (shown: Described, initial: Described = {}) => ({ current: linked('shown'), shown, initial });
const PAST_EMAIL = { ...EMAIL, ...ended(61) };
const UNSAID = { RelatedContactId: undefined };
const TRANSFERRED = { ...linked('Shown'), InitialContactId: 'initial' };
test.each<Row & { where: string; ago?: number; wait?: number; explained?: boolean }>([
  { where: 'it is linked to another than before', is: PERSISTENT, ago: 1, contacts: { current: linked('c') } },
  { where: 'the link is to a chat that ended before', is: PERSISTENT, ago: 1, contacts: linkedTo(ended(61)) },
  { where: 'that chat ended as this one began', is: PERSISTENT, ago: 1, contacts: linkedTo(ended(60)) },
  { where: 'that chat was open then', is: JUST_ENDED, wait: 89, ago: 1, contacts: linkedTo(ended(59)) },
  { where: 'the link is to an email', is: BY_CONNECT, contacts: linkedTo(PAST_EMAIL) },
  { where: 'the linked contact is not found', is: BY_CONNECT, contacts: linkedTo(GONE) },
  { where: 'the linked contact is silent', is: BY_CONNECT, explained: false, contacts: linkedTo(THROTTLED) },
  { where: 'the link cannot be followed', is: BY_CONNECT, chat: linked('..'), contacts: { current: linked('..') } },
  { where: 'it is not known why', is: BY_CONNECT },
  { where: 'the source was not described', is: BY_CONNECT, contacts: { past: THROTTLED } },
  { where: 'the source ended half a second ago', is: JUST_ENDED, wait: 90, ago: 0.5 },
  { where: 'the source ended 89.5 seconds ago', is: JUST_ENDED, wait: 1, ago: 89.5 },
  { where: 'the source ends in half a minute, by another clock', is: JUST_ENDED, wait: 90, ago: -30 },
  { where: 'another contact of its session ended now', is: JUST_ENDED, wait: 90, list: LATER_ENDED },
  { where: 'another contact of its session goes on', is: ACTIVE, ago: 0, list: LATER_OPEN },
  { where: 'the source itself is listed as open', is: JUST_ENDED, wait: 90, ago: 0, list: PAST_OPEN },
  { where: 'its session is not listed in time', is: JUST_ENDED, wait: 90, ago: 0, list: THROTTLED },
  { where: 'the chat is lost', is: JUST_ENDED, wait: 60, ago: 30, explained: false, contacts: { current: GONE } },
  { where: 'the event showed no link', is: PERSISTENT, chat: linked(''), contacts: linkedTo(PAST_EMAIL) },
  { where: 'the event is silent, and it is an email', is: BY_CONNECT, chat: UNSAID, contacts: linkedTo(PAST_EMAIL) },
  ...[
    { where: 'the first contact began later', is: PERSISTENT, contacts: linkedTo(ended(600), began(600)) },
    { where: 'the first contact began before', is: BY_CONNECT, contacts: linkedTo(ended(600), began(601)) },
    { where: 'the first is silent', is: BY_CONNECT, explained: false, contacts: linkedTo(ended(600), THROTTLED) },
    { where: 'the first contact is not found', is: BY_CONNECT, contacts: linkedTo(ended(600), GONE) },
  ].map(row => ({ ...row, chat: TRANSFERRED })),
])('a refusal is explained where $where: $is', async ({ where: _, ago = 90, wait, explained = true, ...row }) => {
  const given = { type: SEGMENT, check: 'CONTACT', chat: linked('Shown'), associate: REFUSED };
  const found = await expectFound({ ...given, ...row, contacts: { past: ended(ago), ...row.contacts } });
  expect(found).toMatchObject({ wait, explained });
  expect(found.asked).not.toContain('describe ..');
});
