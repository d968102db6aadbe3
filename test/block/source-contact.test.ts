import { expect, test } from '@jest/globals';
import { C1, type Contact, CUSTOMER_ID, JUST_ENDED_CHAT, OTHER_CUSTOMER_ID } from '../../local/connect/index.ts';
import { TRANSCRIPT_READY_SECONDS } from '../../src/past-contact/refusal.ts';
import { blockForEachTest } from '../support/block.ts';
import { signedIn } from '../support/events.ts';

const KNOWN = { CustomerId: CUSTOMER_ID };
const ANOTHERS = { CustomerId: OTHER_CUSTOMER_ID };
const NOBODYS = { CustomerId: undefined };
const SMS = {
  ...{ CustomerId: undefined, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } },
  SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } },
};
const ANN = signedIn('ann');
const CRM = { CustomerId: undefined, Attributes: { customerId: CUSTOMER_ID } };
const GUEST = { CustomerId: 'customer-undefined' };
const segments = (attributes: object) => ({ SegmentAttributes: { ...SMS.SegmentAttributes, ...attributes } }) as object;
const REDACTED = segments({ 'connect:RedactedFields': { ValueList: ['CUSTOMER_ENDPOINT'] } });
const LOWER_CASE = segments({ 'connect:Subtype': { ValueString: 'connect:sms' } });
/** As AWS's example of the chat widget's JWT has it. */
const WIDGET = segments({ 'connect:Subtype': { ValueString: 'connect:Guide' } });
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const world = blockForEachTest({ transcriptDelaySeconds: 60 });

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);

// That each identity is read from the event and from the description, and what an operator sees of the owner. The rules
// are in test/unit/check.test.ts, their order in precedence.test.ts.
test.each<[what: string, answer: string, current: Partial<Contact>, past: Partial<Contact>, environment?: object]>([
  ['their own chat', 'ASSOCIATED true', KNOWN, KNOWN],
  ["another customer's chat", 'SOURCE_CONTACT_NOT_OWNED undefined', KNOWN, ANOTHERS],
  ["nobody's chat", 'ASSOCIATED false', KNOWN, NOBODYS],
  ['a chat whose customer is not compared', 'ASSOCIATED undefined', KNOWN, ANOTHERS, OFF],
  ['an SMS chat of the same number', 'ASSOCIATED true', SMS, SMS],
  ['an SMS chat of that number, with a subtype in lower case', 'ASSOCIATED true', { ...SMS, ...LOWER_CASE }, SMS],
  ['an SMS chat whose endpoint was deleted', 'SOURCE_CONTACT_OWNER_UNKNOWN undefined', SMS, REDACTED],
  ['a chat that a guest without an id shares', 'SOURCE_CONTACT_OWNER_UNKNOWN undefined', KNOWN, GUEST],
  ['that chat, and is such a guest', 'CUSTOMER_UNKNOWN undefined', GUEST, GUEST],
  [
    "their own chat, from a widget with a guide's subtype",
    'ASSOCIATED true',
    { ...KNOWN, ...WIDGET, RelatedContactId: 'past' },
    KNOWN,
  ],
  ['the chat of a sign-in', 'ASSOCIATED true', ANN, ANN],
  ['the chat of an attribute', 'ASSOCIATED true', CRM, CRM, { CUSTOMER_IDENTITY: 'ATTRIBUTE' }],
])('a customer who names %s has the answer, and a verified owner: %s', async (...row) => {
  const [, expected, current, past, environment = {}] = row;
  world.deploy({ ...environment });
  world.change(C1, { CustomerId: undefined, ...past });
  const { attributes, log, metrics } = await world.continueFrom(C1, {}, { ...current });
  expect(`${attributes?.reason || attributes?.associationStatus} ${log[0]?.['ownerVerified']}`).toBe(expected);
  expect(metrics).toMatchObject({
    NotOwned: Number(expected.startsWith('SOURCE_CONTACT_NOT_OWNED')),
    Unverified: Number(/ASSOCIATED (false|undefined)/.test(expected)),
  });
});

test('the chat that is associated although the check had no answer in time is written as such', async () => {
  world.deploy({ SOURCE_CONTACT_CHECK: 'CONTACT' });
  world.connect.setFaults(['DescribeContact:throttle']);
  const { attributes, log, metrics } = await world.continueFrom(
    C1,
    { rehydrationType: 'FROM_SEGMENT' },
    { remaining: 1_500 },
  );
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  const serviceError = { operation: 'DescribeContact' };
  expect(log).toMatchObject([{ level: 'WARN', checkUnavailable: true, serviceError }]);
  expect(metrics).toMatchObject({ Unverified: 1 });
});

// What else a refusal of Connect comes to is in test/unit/refusal.test.ts.
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
