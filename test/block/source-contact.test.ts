import { describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  CUSTOMER_ID,
  NEW_CHAT,
  OTHER_CUSTOMER_ID,
  PAST_VOICE_CALL,
} from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const KNOWN = { CustomerId: CUSTOMER_ID };
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
  ['OWNER_IF_KNOWN', {}, ['ASSOCIATED false', 'ASSOCIATED false', 'ASSOCIATED false']],
  ['OWNER_REQUIRED', KNOWN, ['ASSOCIATED true', 'SOURCE_CONTACT_NOT_OWNED', 'SOURCE_CONTACT_OWNER_UNKNOWN']],
  ['OWNER_REQUIRED', {}, ['CUSTOMER_UNKNOWN', 'CUSTOMER_UNKNOWN', 'CUSTOMER_UNKNOWN']],
])('with the check %s and the customer %j: %j', async (check, contactData, expected) => {
  await world.deploy({ SOURCE_CONTACT_CHECK: check });
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

test('with the check OFF, Connect decides', async () => {
  await world.deploy({ SOURCE_CONTACT_CHECK: 'OFF' });
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
    ['to be compared with nobody', C2, {}, {}],
  ])('is not described where it is %s', async (_, sourceContactId, parameters: Record<string, string>, contactData) => {
    await world.continueFrom(sourceContactId, parameters, contactData);
    expect(world.calledFor('DescribeContact')).toEqual([sourceContactId]);
    expect(world.associations()).toHaveLength(1);
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
    ['CONTACT', 'throttle', C1, {}, {}, 'ASSOCIATED '],
    ['CONTACT', 'empty', C1, {}, KNOWN, 'ASSOCIATED '],
    ['OWNER_IF_KNOWN', 'empty', C1, {}, {}, 'ASSOCIATED false'],
    ['OWNER_IF_KNOWN', 'throttle', C1, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    ['OWNER_REQUIRED', 'throttle', C1, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    // The second contact that is described, the initial one, cannot be.
    ['OWNER_IF_KNOWN', 'slow=1*1 throttle', C2, {}, KNOWN, 'CHECK_UNAVAILABLE'],
    // Without the source contact, there is no session to search.
    ['CONTACT', 'throttle', C3, LAST_AGENT, {}, 'THROTTLED'],
  ])(
    '%s, %s: %s %j of the customer %j is %s',
    async (check, faults, sourceContactId, parameters, customer, expected) => {
      await world.deploy({ SOURCE_CONTACT_CHECK: check });
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
