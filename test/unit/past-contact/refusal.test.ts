import type { Contact } from '@aws-sdk/client-connect';
import { expect, jest, test } from '@jest/globals';
import type { ListedContact } from '../../../src/aws/answers.ts';
import { Deadline } from '../../../src/aws/deadline.ts';
import type { Answer } from '../../../src/aws/failure.ts';
import { explainRefusal } from '../../../src/past-contact/refusal.ts';
import { chatRequest } from '../../support/chat-request.ts';
import { fakeConnect } from '../../support/fake-connect.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const ENDS = { ContactId: 'later', InitialContactId: 'past', DisconnectTimestamp: endedAgo(0) };
const GOES_ON = { ContactId: 'later', InitialContactId: 'past' };
const BY_CONNECT = { reason: 'REJECTED_BY_CONNECT' };
const ACTIVE = { reason: 'SOURCE_CONTACT_STILL_ACTIVE' };
const wait = (retryAfterSeconds: number) => ({ reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds });
type Described = NonNullable<Parameters<typeof fakeConnect>[0]['describe']>;
type Listed = Answer<ListedContact[]>;
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

const LATER_ENDED = { value: [ENDS] };
const LATER_GOES_ON = { value: [GOES_ON] };
const C = { continuedFromContactId: 'c' };
const CALL_SHOWN = linked('shown', past(99, 'VOICE'));
// Of a chat whose event showed a link to "shown"; `ago` is the end of the source in seconds.
test.each<{ where: string; is: object; ago?: number; describe?: Described; list?: Listed }>([
  { where: 'the link is not the one that the event showed', is: C, ago: 1, describe: linked('c') },
  { where: 'the link is to a chat that ended before', is: BY_SHOWN, ago: 1, describe: linked('shown', past(61)) },
  { where: 'that chat ended as this one began', is: BY_SHOWN, ago: 1, describe: linked('shown', past(60)) },
  { where: 'that chat was open when this one began', is: wait(89), ago: 1, describe: linked('shown', past(59)) },
  { where: 'that chat is still open', is: wait(89), ago: 1, describe: linked('shown', past(undefined)) },
  { where: 'the link is to a call, and the source just ended', is: wait(89), ago: 1, describe: CALL_SHOWN },
  { where: 'the link is to a call, and the source ended long ago', is: BY_CONNECT, ago: 90, describe: CALL_SHOWN },
  { where: 'the linked contact is not found', is: BY_CONNECT, ago: 90, describe: linked('shown') },
  { where: 'the linked contact is silent', is: UNEXPLAINED, ago: 90, describe: linked('shown', SILENT) },
  { where: 'it is not known why', is: BY_CONNECT, ago: 90 },
  { where: 'there is no description of the source', is: BY_CONNECT },
  { where: 'the source ended now', is: wait(90), ago: 0 },
  { where: 'the source ended half a second ago', is: wait(90), ago: 0.5 },
  { where: 'the source ended 89.5 seconds ago', is: wait(1), ago: 89.5 },
  { where: 'the source ends in half a minute, by another clock', is: wait(90), ago: -30 },
  { where: 'another contact of its session ended now', is: wait(90), ago: 99, list: LATER_ENDED },
  { where: 'another contact of its session goes on', is: ACTIVE, ago: 0, list: LATER_GOES_ON },
  { where: 'its session is not listed in time', is: wait(90), ago: 0, list: SILENT },
  { where: 'the current contact is not found', is: { ...wait(60), explained: false }, ago: 30, describe: {} },
  { where: 'the current contact is silent', is: UNEXPLAINED, ago: 90, describe: { current: SILENT } },
])('a refusal is explained where $where: $is', async ({ is, ago, describe = linked(''), list }) => {
  const { outcome } = await explain({ InitialContactId: 'current' }, describe, ago, list);
  expect(outcome).toMatchObject({ explained: true, ...is });
});

test.each([
  { says: 'null: there was none', RelatedContactId: null, related: past(61, 'VOICE'), is: BY_SHOWN },
  { says: 'nothing: perhaps to that call', related: past(61, 'VOICE'), is: BY_CONNECT },
  { says: 'nothing: perhaps to that open chat', related: past(undefined), is: BY_CONNECT },
  { says: 'nothing, but it is to an ended chat', related: past(61), is: BY_SHOWN },
])('of a chat whose event says of its link $says, a refusal is explained: $is', async row => {
  const { RelatedContactId, related, is } = row;
  const { outcome } = await explain({ InitialContactId: 'current', RelatedContactId }, linked('shown', related), 99);
  expect(outcome).toMatchObject({ explained: true, ...is });
});

test.each<{ began: string; is: object; first: Answer<Contact> }>([
  { began: 'with its first contact', is: BY_SHOWN, first: { value: { InitiationTimestamp: endedAgo(600) } } },
  { began: 'no later than its own', is: BY_CONNECT, first: { value: { InitiationTimestamp: endedAgo(601) } } },
  { began: 'at a time not known in time', is: UNEXPLAINED, first: SILENT },
  { began: 'at a time not known at all', is: BY_CONNECT, first: { refused: 404 } },
  { began: 'when nobody says', is: BY_CONNECT, first: { value: {} } },
])('of a chat that was transferred and began $began, a refusal is explained: $is', async ({ is, first }) => {
  const describe = { ...linked('shown', past(600)), first };
  const { outcome } = await explain({ InitialContactId: 'first' }, describe, 90);
  expect(outcome).toMatchObject({ explained: true, ...is });
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
