import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { expect, jest, test } from '@jest/globals';
import { Deadline } from '../../src/aws/deadline.ts';
import type { Answer } from '../../src/aws/failure.ts';
import { explainRefusal } from '../../src/past-contact/refusal.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const ENDS = { ContactId: 'later', InitialContactId: 'past', DisconnectTimestamp: endedAgo(0) };
const GOES_ON = { ContactId: 'later', InitialContactId: 'past' };
const BY_CONNECT = { reason: 'REJECTED_BY_CONNECT' };
const ACTIVE = { reason: 'SOURCE_CONTACT_STILL_ACTIVE' };
const wait = (retryAfterSeconds: number) => ({ reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds });
type Described = NonNullable<Parameters<typeof fakeConnect>[0]['describe']>;
type Listed = Answer<AssociatedContactSummary[]>;
/** The current contact, which began a minute ago, and the one that it is linked to. */
const linked = (RelatedContactId: string, related: Answer<Contact> = { refused: 404 }): Described => ({
  current: { value: { RelatedContactId, InitiationTimestamp: endedAgo(60) } },
  [RelatedContactId]: related,
});
const past = (seconds: number | undefined, Channel = 'CHAT'): Answer<Contact> => {
  const ended = seconds === undefined ? {} : { DisconnectTimestamp: endedAgo(seconds) };
  return { value: { Id: 'shown', Channel: Channel as 'CHAT', ...ended } };
};
const BY_SHOWN = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'shown' };
const SILENT = { unavailable: 'TIMED_OUT' } as const;
const UNEXPLAINED = { ...BY_CONNECT, explained: false };

// Of a chat whose event showed a link to "shown". How long ago the source ended, what is described, and the session's list.
test.each<[string, object, ago: number | undefined, describe?: Described, list?: Listed]>([
  ['the link is not the one that the event showed', { continuedFromContactId: 'c' }, 1, linked('c')],
  ['the link is to a chat that ended before this one began', BY_SHOWN, 1, linked('shown', past(61))],
  ['that chat ended as this one began', BY_SHOWN, 1, linked('shown', past(60))],
  ['that chat was open when this one began', wait(89), 1, linked('shown', past(59))],
  ['that chat is still open', wait(89), 1, linked('shown', past(undefined))],
  ['the link is to a call, and the source just ended', wait(89), 1, linked('shown', past(99, 'VOICE'))],
  ['the link is to a task, and the source just ended', wait(89), 1, linked('shown', past(99, 'TASK'))],
  ['the link is to a call, and the source ended long ago', BY_CONNECT, 90, linked('shown', past(99, 'VOICE'))],
  ['the linked contact is not found', BY_CONNECT, 90, linked('shown')],
  ['the linked contact is silent', UNEXPLAINED, 90, linked('shown', SILENT)],
  ['it is not known why', BY_CONNECT, 90, linked('')],
  ['there is no description of the source', BY_CONNECT, undefined],
  ['the source ended now', wait(90), 0],
  ['the source ended half a second ago', wait(90), 0.5],
  ['the source ended 89.5 seconds ago', wait(1), 89.5],
  ['the source ends in half a minute, by the clock that wrote it', wait(90), -30],
  ['another contact of its session ended now', wait(90), 99, linked(''), { value: [ENDS] }],
  ['another contact of its session goes on', ACTIVE, 0, linked(''), { value: [GOES_ON] }],
  ['its session is not listed in time', wait(90), 0, linked(''), SILENT],
  ['the current contact is not found', { ...wait(60), explained: false }, 30, {}],
  ['the current contact is silent', UNEXPLAINED, 90, { current: SILENT }],
])('a refusal is explained where %s: %j', async (_, expected, ago, describe = linked(''), list = undefined) => {
  const { outcome } = await explain({ InitialContactId: 'current' }, describe, ago, list);
  expect(outcome).toMatchObject({ explained: true, ...expected });
});

// An event without the field RelatedContactId does not say that the chat was not linked; one with null does.
test.each([
  [null, past(61, 'VOICE'), BY_SHOWN],
  [undefined, past(61, 'VOICE'), BY_CONNECT],
  [undefined, past(undefined), BY_CONNECT],
  [undefined, past(61), BY_SHOWN],
])('a chat whose event says of its link %p, which shows %j, is %j', async (RelatedContactId, related, expected) => {
  const fields = { InitialContactId: 'current', RelatedContactId };
  const { outcome } = await explain(fields, linked('shown', related), 99);
  expect(outcome).toMatchObject({ explained: true, ...expected });
});

test.each<[string, object, Answer<Contact>]>([
  ['its first contact', BY_SHOWN, { value: { InitiationTimestamp: endedAgo(600) } }],
  ['no later than its own', BY_CONNECT, { value: { InitiationTimestamp: endedAgo(601) } }],
  ['not known in time', UNEXPLAINED, SILENT],
  ['not known at all', BY_CONNECT, { refused: 404 }],
  ['when nobody says', BY_CONNECT, { value: {} }],
])('a chat that was transferred began with %s: %j', async (_, expected, first) => {
  const describe = { ...linked('shown', past(600)), first };
  const { outcome } = await explain({ InitialContactId: 'first' }, describe, 90);
  expect(outcome).toMatchObject({ explained: true, ...expected });
});

test('a link that cannot be the id of a contact is not asked for', async () => {
  const current = { value: { RelatedContactId: '..' } };
  const { asked } = await explain({ RelatedContactId: '..' }, { current }, 90);
  expect(asked.map(([request]) => request)).toEqual(['describe current', 'list past']);
  // The list has half of what is left.
  expect(Math.round((asked.at(-1)?.[1] ?? 0) / 50)).toBe(10);
});

async function explain(fields: object, describe: Described, ago?: number, list: Listed = { value: [] }) {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(NOW);
  const { connect, asked } = fakeConnect({ describe, list });
  const request = chatRequest({}, { ContactId: 'current', RelatedContactId: 'Shown', ...fields });
  const sourceContact = ago === undefined ? undefined : { Id: 'past', DisconnectTimestamp: endedAgo(ago) };
  const chat = { request, connect, deadline: new Deadline(1_000) };
  const { outcome, refusalExplained: explained } = await explainRefusal(sourceContact, undefined, chat);
  clock.mockRestore();
  return { outcome: { ...outcome, explained }, asked };
}
