import type { AssociatedContactSummary, Contact } from '@aws-sdk/client-connect';
import { expect, jest, test } from '@jest/globals';
import type { Answer } from '../../src/aws/failure.ts';
import { Deadline } from '../../src/aws/retry.ts';
import { explainRefusal } from '../../src/past-contact/refusal.ts';
import type { Findings } from '../../src/result.ts';
import { fakeConnect } from '../support/fake-connect.ts';
import { chatRequest } from './chat-request.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const endedAgo = (seconds: number) => new Date(NOW - seconds * 1_000);
const ENDS = { ContactId: 'later', InitialContactId: 'past', DisconnectTimestamp: endedAgo(0) };
const GOES_ON = { ContactId: 'later', InitialContactId: 'past' };
const BY_CONNECT = { reason: 'REJECTED_BY_CONNECT' };
const ACTIVE = { reason: 'SOURCE_CONTACT_STILL_ACTIVE' };
const wait = (retryAfterSeconds: number) => ({ reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds });
const related = (RelatedContactId: string): Answer<Contact> => ({ value: { RelatedContactId } });

test.each<[string, object, ago: number | undefined, current?: Answer<Contact>, list?: AssociatedContactSummary[]]>([
  ['the chat has its history', { continuedFromContactId: 'c' }, 1, related(' c ')],
  ['it is not known why', BY_CONNECT, 90, related(' ')],
  ['there is no description of the source', BY_CONNECT, undefined],
  ['the source ended now', wait(90), 0],
  ['the source ended half a second ago', wait(90), 0.5],
  ['the source ended 89.5 seconds ago', wait(1), 89.5],
  ['the source ends in half a minute, by the clock that wrote it', wait(90), -30],
  ['another contact of its session ended now', wait(90), 99, related(''), [ENDS]],
  ['another contact of its session goes on', ACTIVE, 0, related(''), [GOES_ON]],
  ['the current contact is not found', { ...wait(60), explained: false }, 30, { refused: 404 }],
  ['the current contact is silent', { ...BY_CONNECT, explained: false }, 90, { unavailable: 'TIMED_OUT' }],
])('a refusal is explained where %s: %j', async (_, expected, ago, current = related(''), list = []) => {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(NOW);
  const { connect } = fakeConnect({ describe: { current }, list: { value: list } });
  const request = chatRequest({}, { ContactId: 'current' });
  const sourceContact = { Id: 'past', DisconnectTimestamp: endedAgo(ago ?? 0) };
  const findings: Findings = ago === undefined ? {} : { sourceContact };
  const outcome = await explainRefusal(request, connect, new Deadline(1_000), findings);
  expect({ ...outcome, explained: findings.refusalExplained }).toMatchObject({ explained: true, ...expected });
  clock.mockRestore();
});
