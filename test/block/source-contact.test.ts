import { expect, test } from '@jest/globals';
import { C1, CUSTOMER_ID, JUST_ENDED_CHAT, OTHER_CUSTOMER_ID } from '../../local/connect/index.ts';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import { blockForEachTest } from '../support/block.ts';

const KNOWN = { CustomerId: CUSTOMER_ID };
const ANOTHERS = { CustomerId: OTHER_CUSTOMER_ID };
const NOBODYS = { CustomerId: undefined };
const SMS = {
  CustomerId: undefined,
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' },
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } },
};
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const world = blockForEachTest({ transcriptDelaySeconds: 60 });

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

// How an operator sees the owner. The rules are in test/unit/past-contact/check.test.ts, their order in precedence.test.ts.
test.each<{ what: string; answer: string; current: object; past: object; environment?: object; verified?: boolean }>([
  { what: 'their own chat', answer: 'ASSOCIATED', current: KNOWN, past: KNOWN, verified: true },
  { what: 'an SMS chat of the same number', answer: 'ASSOCIATED', current: SMS, past: SMS, verified: true },
  { what: "nobody's chat", answer: 'ASSOCIATED', current: KNOWN, past: NOBODYS, verified: false },
  { what: 'a chat that is not compared', answer: 'ASSOCIATED', current: KNOWN, past: ANOTHERS, environment: OFF },
  { what: "another customer's chat", answer: 'SOURCE_CONTACT_NOT_OWNED', current: KNOWN, past: ANOTHERS },
])('a customer who names $what has the answer $answer', async row => {
  const { answer, current, past, environment = {}, verified } = row;
  world.deploy({ ...environment });
  world.change(C1, { CustomerId: undefined, ...past });
  const { attributes, log, metrics } = await world.continueFrom(C1, {}, { ...current });
  expect(attributes?.reason || attributes?.associationStatus).toBe(answer);
  expect(log[0]?.['ownerVerified']).toBe(verified);
  const isAssociated = answer === 'ASSOCIATED';
  expect(metrics).toMatchObject({ NotOwned: Number(!isAssociated), Unverified: Number(isAssociated && !verified) });
});

// What else a refusal of Connect comes to is in test/unit/past-contact/refusal.test.ts.
test('the customer who waits for the transcript is associated the second time, with the same token', async () => {
  world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: secondsAgo(5) });
  const { attributes, log, metrics } = await world.continueFrom(JUST_ENDED_CHAT);
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED' });
  const retryAfterSeconds = Number(attributes?.retryAfterSeconds);
  expect(TRANSCRIPT_READY_SECONDS - retryAfterSeconds).toBeGreaterThanOrEqual(4);
  expect(TRANSCRIPT_READY_SECONDS - retryAfterSeconds).toBeLessThan(20);
  const serviceError = { operation: 'CreatePersistentContactAssociation' };
  expect(log).toMatchObject([{ level: 'WARN', retryAfterSeconds, serviceError }]);
  expect(metrics).toMatchObject({ RejectedByConnect: 0 });

  world.change(JUST_ENDED_CHAT, { DisconnectTimestamp: secondsAgo(60) });
  expect((await world.continueFrom(JUST_ENDED_CHAT)).attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  expect(new Set(world.associations().map(({ ClientToken }) => ClientToken)).size).toBe(1);
});
