import { expect, jest, test } from '@jest/globals';
import type { DescribedContact } from '../../src/aws/answers.ts';
import type { Outcome } from '../../src/outcome.ts';
import { type FlowAttributes, type Result, toFlowAttributes } from '../../src/result.ts';

const LONG = `\ud800${'x'.repeat(40_000)}`;
const CUT = `\ufffd${'x'.repeat(255)}`;
const ASSOCIATED = { status: 'ASSOCIATED', continuedFromContactId: 'past' } as const;
const PERSISTENT: Outcome = { status: 'ALREADY_PERSISTENT', continuedFromContactId: 'past' };
const JUST_ENDED: Outcome = { status: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: 42 };
const WAIT = { reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '42' };
const NOT_LISTED = { reason: 'SESSION_NOT_LISTED' } as const;
const SEGMENT = { rehydrationType: 'FROM_SEGMENT' } as const;
const NO_ATTRIBUTES = {
  ...{ reason: '', continuedFromContactId: '', rehydrationType: '', sourceContactId: '', retryAfterSeconds: '' },
  ...{ sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' },
};
test.each<{ outcome: Outcome; found?: Partial<Result>; says: Partial<FlowAttributes> }>([
  { outcome: { status: 'NO_SOURCE_CONTACT' }, says: { continuedFromContactId: '' } },
  { outcome: ASSOCIATED, found: SEGMENT, says: SEGMENT },
  { outcome: { ...ASSOCIATED, ...NOT_LISTED }, says: NOT_LISTED },
  { outcome: ASSOCIATED, found: { sourceContactId: LONG }, says: { sourceContactId: CUT } },
  { outcome: { ...ASSOCIATED, continuedFromContactId: LONG }, says: { continuedFromContactId: CUT } },
  { outcome: PERSISTENT, says: { reason: 'ALREADY_PERSISTENT' } },
  { outcome: JUST_ENDED, says: { continuedFromContactId: '', ...WAIT } },
])('the flow attributes of $outcome.status are all there, small and well-formed ($#)', ({ outcome, found, says }) => {
  const expected = { associationStatus: outcome.status, ...NO_ATTRIBUTES, continuedFromContactId: 'past', ...says };
  expect(toFlowAttributes({ outcome, ...found })).toEqual(expected);
});

const NOTHING = ['', '', ''];
const NOW = Date.now();
jest.spyOn(Date, 'now').mockReturnValue(NOW);
const endedAgo = (seconds: number) => ({ DisconnectTimestamp: new Date(NOW - seconds * 1_000) });
const SOURCE = { Id: 'c1', AgentInfo: { Id: 'agent' }, QueueInfo: { Id: 'queue' }, ...endedAgo(60.999) };
const owned = (fields: Partial<DescribedContact>) => ({ ownerVerified: true, sourceContact: { Id: 'c1', ...fields } });
const WITH_NULLS = owned({ AgentInfo: null, QueueInfo: { Id: null }, DisconnectTimestamp: null } as never);
const WITH_LONG_IDS = owned({ AgentInfo: { Id: LONG }, QueueInfo: { Id: LONG } });
test.each<{ of: string; said: string[]; result: Partial<Result> }>([
  { of: 'a verified contact', said: ['agent', 'queue', '60'], result: owned(SOURCE) },
  { of: "somebody else's or nobody's", said: NOTHING, result: { ownerVerified: false, sourceContact: SOURCE } },
  { of: 'one that is not compared', said: NOTHING, result: { sourceContact: SOURCE } },
  { of: 'none', said: NOTHING, result: { ownerVerified: true } },
  { of: 'one with null for them', said: NOTHING, result: WITH_NULLS },
  { of: 'one with long ids', said: [CUT, CUT, ''], result: WITH_LONG_IDS },
  { of: 'two years ago', said: ['', '', '63072000'], result: owned(endedAgo(63_072_000)) },
  // Another clock than ours may have written the end.
  { of: 'a minute and a half ahead', said: ['', '', '0'], result: owned(endedAgo(-90)) },
])('the agent, the queue and the seconds since the end are said of a contact: $of', ({ said, result }) => {
  const { sourceAgentId, sourceQueueId, sourceEndedSecondsAgo } = toFlowAttributes({ outcome: ASSOCIATED, ...result });
  expect([sourceAgentId, sourceQueueId, sourceEndedSecondsAgo]).toEqual(said);
});
