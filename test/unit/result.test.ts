import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { DescribedContact } from '../../src/aws/answers.ts';
import type { Outcome } from '../../src/outcome.ts';
import { type FlowAttributes, type Result, toFlowAttributes } from '../../src/result.ts';

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

const NOTHING = ['', '', ''];

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
  const { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo } = toFlowAttributes({ outcome: ASSOCIATED, ...result });
  expect([sourceAgentId, sourceQueueId, sourceEndedSecondsAgo]).toEqual(said);
});
