import { describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  type Contact,
  CUSTOMER_ID,
  NEW_CHAT,
  OTHER_CUSTOMER_ID,
  PAST_VOICE_CALL,
} from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';
import { signedIn } from '../support/events.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const KNOWN = { CustomerId: CUSTOMER_ID };
const UNKNOWN = { CustomerId: null };
const TYPES = ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT', 'FROM_LAST_AGENT_SEGMENT'];
const world = blockForEachTest();

test('any contact of a past session stands for the same request, with the same token, as the initial one', async () => {
  for (const sourceContactId of [C1, C2, C3]) {
    const { attributes } = await world.continueFrom(sourceContactId);
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId });
  }
  const [first, ...others] = world.associations();
  expect(first).toMatchObject({ SourceContactId: C1, RehydrationType: 'ENTIRE_PAST_SESSION' });
  expect(others).toEqual([first, first]);
});

// Of an own chat, another customer's and nobody's: the answer, and what the log says of the owner of an associated one.
test.each([
  ['OFF', KNOWN, ['ASSOCIATED', 'ASSOCIATED', 'ASSOCIATED']],
  ['CONTACT', KNOWN, ['ASSOCIATED', 'ASSOCIATED', 'ASSOCIATED']],
  ['OWNER_IF_KNOWN', KNOWN, ['ASSOCIATED true', 'SOURCE_CONTACT_NOT_OWNED', 'ASSOCIATED false']],
  ['OWNER_IF_KNOWN', UNKNOWN, ['CUSTOMER_UNKNOWN', 'CUSTOMER_UNKNOWN', 'ASSOCIATED false']],
  ['OWNER_REQUIRED', KNOWN, ['ASSOCIATED true', 'SOURCE_CONTACT_NOT_OWNED', 'SOURCE_CONTACT_OWNER_UNKNOWN']],
  ['OWNER_REQUIRED', UNKNOWN, ['CUSTOMER_UNKNOWN', 'CUSTOMER_UNKNOWN', 'CUSTOMER_UNKNOWN']],
])('with the check %s and the customer %j: %j', async (check, contactData, expected) => {
  world.deploy({ SOURCE_CONTACT_CHECK: check });
  for (const [index, CustomerId] of [CUSTOMER_ID, OTHER_CUSTOMER_ID, undefined].entries()) {
    world.change(C1, { CustomerId });
    world.change(NEW_CHAT, { persistent: undefined, RelatedContactId: undefined });
    const { attributes, log, metrics } = await world.continueFrom(C1, { rehydrationType: 'FROM_SEGMENT' }, contactData);
    const answer = attributes?.reason || attributes?.associationStatus;
    expect(`${answer} ${log[0]?.['ownerVerified'] ?? ''}`.trim()).toBe(expected[index]);
    const unverified = answer === 'ASSOCIATED' && log[0]?.['ownerVerified'] !== true;
    expect(metrics).toMatchObject({ Unverified: Number(unverified) });
  }
});

/** A contact of a messaging channel, which has no other identity. */
const messaging = (subtype: string, Address: string) => ({
  ...{ CustomerId: undefined, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } },
  SegmentAttributes: { 'connect:Subtype': { ValueString: `connect:${subtype}` } },
});
const SMS = messaging('SMS', '+12025550143');
const WHATSAPP = messaging('WhatsApp', '12025550143');
const USER_ID = messaging('WhatsApp', 'US.13491208655302741918');
const ANN = signedIn('profile-ann');
const FAILED = signedIn('profile-ann', 'FAILED');
const NOT_COMPARABLE = 'SOURCE_CONTACT_OWNER_UNKNOWN';

// One answer where both modes give the same.
test.each<[what: string, current: Partial<Contact>, past: Partial<Contact>, answers: string, identity?: string]>([
  ['a web chat that names an SMS chat', KNOWN, SMS, NOT_COMPARABLE],
  ['an SMS chat that names a web chat', SMS, KNOWN, NOT_COMPARABLE],
  ['an SMS chat that names a web chat after a sign-in', SMS, ANN, NOT_COMPARABLE],
  ['an SMS chat of the same number', SMS, SMS, 'ASSOCIATED true'],
  ['an SMS chat of another number', SMS, messaging('SMS', '+12025550144'), 'SOURCE_CONTACT_NOT_OWNED'],
  ['a WhatsApp chat of a user id that names one of a number', USER_ID, WHATSAPP, NOT_COMPARABLE],
  ['a WhatsApp chat of a number that names one of a user id', WHATSAPP, USER_ID, NOT_COMPARABLE],
  ['a WhatsApp chat of the same user id', USER_ID, USER_ID, 'ASSOCIATED true'],
  ['a sign-in', ANN, ANN, 'ASSOCIATED true'],
  ["a sign-in that names another's", ANN, signedIn('profile-bob'), 'SOURCE_CONTACT_NOT_OWNED'],
  ['a sign-in that names a chat with a customer id', ANN, KNOWN, NOT_COMPARABLE],
  ['a sign-in that failed', FAILED, ANN, 'CUSTOMER_UNKNOWN'],
  ['a sign-in that names one that failed', ANN, FAILED, `ASSOCIATED false, ${NOT_COMPARABLE}`],
  ['a sign-in without an id', signedIn('null'), ANN, 'CUSTOMER_UNKNOWN'],
  ['a sign-in beside a customer id', { ...ANN, ...KNOWN }, ANN, 'ASSOCIATED true', 'AUTHENTICATED'],
  ['a customer id without a sign-in', KNOWN, { ...ANN, ...KNOWN }, 'CUSTOMER_UNKNOWN', 'AUTHENTICATED'],
])('%s, %j, %j: %s', async (_, current, past, answers, CUSTOMER_IDENTITY = 'AUTO') => {
  world.change(C1, { CustomerId: undefined, ...past });
  const [first = '', second = first] = answers.split(', ');
  for (const [check, expected] of [
    ['OWNER_IF_KNOWN', first],
    ['OWNER_REQUIRED', second],
  ] as const) {
    world.deploy({ SOURCE_CONTACT_CHECK: check, CUSTOMER_IDENTITY });
    world.change(NEW_CHAT, { persistent: undefined, RelatedContactId: undefined });
    const invoked = await world.continueFrom(C1, { rehydrationType: 'FROM_SEGMENT' }, { ...current });
    const { attributes, log, metrics } = invoked;
    const verified = attributes?.associationStatus === 'ASSOCIATED' ? ` ${log[0]?.['ownerVerified']}` : '';
    expect(`${attributes?.reason || attributes?.associationStatus}${verified}`).toBe(expected);
    // What cannot be compared is nobody's attempt at another's chat.
    expect(metrics).toMatchObject({ NotOwned: Number(expected === 'SOURCE_CONTACT_NOT_OWNED') });
  }
});

test('with the check OFF, Connect decides', async () => {
  world.deploy({ SOURCE_CONTACT_CHECK: 'OFF' });
  for (const [sourceContactId, reason] of [
    [NOBODY, 'SOURCE_CONTACT_NOT_FOUND'],
    ...[ACTIVE_CHAT, PAST_VOICE_CALL, C2].map(id => [id, 'REJECTED_BY_CONNECT'] as const),
  ] as const) {
    expect((await world.continueFrom(sourceContactId, {}, KNOWN)).attributes).toMatchObject({ reason });
  }
});

describe("the session's initial contact, which is what is sent", () => {
  test("is described too, and the owner is verified when both contacts are the customer's", async () => {
    const { log } = await world.continueFrom(C2, {}, KNOWN);
    expect(log).toMatchObject([{ associationStatus: 'ASSOCIATED', ownerVerified: true, describeAttempts: 2 }]);
    const described = [`DescribeContact ${C2}`, `DescribeContact ${C1}`];
    expect(world.requests()).toEqual([...described, `CreatePersistentContactAssociation ${NEW_CHAT}`]);
  });

  test.each([
    ['the named one', C1, {}, KNOWN],
    ['not sent', C2, { rehydrationType: 'FROM_SEGMENT' }, KNOWN],
  ])('is not described where it is %s', async (_, sourceContactId, parameters: Record<string, string>, contactData) => {
    await world.continueFrom(sourceContactId, parameters, contactData);
    expect(world.calledFor('DescribeContact')).toEqual([sourceContactId]);
    expect(world.associations()).toHaveLength(1);
  });

  // Its transcript is shown, too.
  test.each(TYPES)("is described where the named one is nobody, and may be another's: %s", async rehydrationType => {
    world.change(C2, { CustomerId: undefined });
    for (const [contactData, answer] of [
      [UNKNOWN, { associationStatus: 'REJECTED', reason: 'CUSTOMER_UNKNOWN' }],
      [{ CustomerId: OTHER_CUSTOMER_ID }, { associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_OWNED' }],
      [KNOWN, { associationStatus: 'ASSOCIATED' }],
    ] as const) {
      const { attributes, metrics } = await world.continueFrom(C2, { rehydrationType }, contactData);
      expect(attributes).toMatchObject(answer);
      expect(metrics).toMatchObject({ Unverified: Number(contactData === KNOWN) });
      expect(world.calledFor('DescribeContact').splice(-2)).toEqual([C2, C1]);
    }
  });

  test.each([C1, C2])('and the named contact: an unknown owner of one of them is unknown of both: %s', async id => {
    world.change(id, { CustomerId: undefined });
    const { attributes, log } = await world.continueFrom(C2, {}, KNOWN);
    expect(log).toMatchObject([{ associationStatus: 'ASSOCIATED', ownerVerified: false }]);
    expect(attributes).toMatchObject({ sourceAgentId: '', sourceQueueId: '', sourceEndedSecondsAgo: '' });
  });
});

describe('a source contact check without an answer by half of the time', () => {
  const LAST_AGENT = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };

  // Of an associated chat also what the log says of its owner.
  test.each<[string, string, string, Record<string, string>, object, string]>([
    ['CONTACT', 'throttle', C1, {}, UNKNOWN, 'ASSOCIATED '],
    ['CONTACT', 'empty', C1, {}, KNOWN, 'ASSOCIATED '],
    ['OWNER_IF_KNOWN', 'empty', C1, {}, UNKNOWN, 'CHECK_UNAVAILABLE'],
    ['OWNER_IF_KNOWN', 'throttle', C1, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    ['OWNER_REQUIRED', 'throttle', C1, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    // The second contact that is described, the initial one, cannot be.
    ['OWNER_IF_KNOWN', 'slow=1*1 throttle', C2, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    // Without the source contact, there is no session to search.
    ['CONTACT', 'throttle', C3, LAST_AGENT, UNKNOWN, 'THROTTLED'],
  ])(
    '%s, %s: %s %j of the customer %j is %s',
    async (check, faults, sourceContactId, parameters, customer, expected) => {
      world.deploy({ SOURCE_CONTACT_CHECK: check });
      world.connect.setFaults(faults.split(' ').map(fault => `DescribeContact:${fault}`));
      const invoked = await world.continueFrom(sourceContactId, parameters, { ...customer, remaining: 1_500 });
      const { attributes, log, metrics } = invoked;
      expect(log).toMatchObject([
        { level: 'WARN', checkUnavailable: true, serviceError: { operation: 'DescribeContact' } },
      ]);
      const associated = expected.startsWith('ASSOCIATED');
      expect(attributes).toMatchObject({ associationStatus: associated ? 'ASSOCIATED' : 'FAILED' });
      expect(attributes?.reason || `ASSOCIATED ${log[0]?.['ownerVerified'] ?? ''}`).toBe(expected);
      expect(metrics).toMatchObject({ Unverified: Number(associated) });
      expect(world.associations()).toHaveLength(Number(associated));
    },
  );
});
