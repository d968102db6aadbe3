import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { C1, C3, type Contact, type LocalConnect, NEW_CHAT, startLocalConnect } from '../local-connect/index.ts';
import { CUSTOMER_IDENTITIES } from '../src/settings.ts';
import { type Block, startBlock } from './support/block.ts';
import { chatEvent } from './support/events.ts';

let connect: LocalConnect;
beforeAll(async () => {
  connect = await startLocalConnect();
});
beforeEach(() => {
  connect.calls.length = 0;
  connect.setFaults([]);
});
afterAll(() => connect.close());

/** Makes the past session somebody's. */
function givePast(owner: Partial<Contact>): void {
  const past = connect.contacts.get(C1);
  if (past) Object.assign(past, { CustomerId: undefined, CustomerEndpoint: undefined, Attributes: {} }, owner);
}

const associations = () => connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');
const sms = (Address: string, Type = 'TELEPHONE_NUMBER') => ({ CustomerEndpoint: { Type, Address } });

/** Who comes, whose the past chat is, and what each mode of the check makes of it. */
const GOES_ON = { IF_KNOWN: 'unverified', REQUIRED: 'CUSTOMER_UNKNOWN' };
const NO_OWNER = { IF_KNOWN: 'unverified', REQUIRED: 'SOURCE_CONTACT_OWNER_UNKNOWN' };
const OTHER = { IF_KNOWN: 'SOURCE_CONTACT_NOT_OWNED', REQUIRED: 'SOURCE_CONTACT_NOT_OWNED' };
const SAME = { IF_KNOWN: 'verified', REQUIRED: 'verified' };

describe.each(['IF_KNOWN', 'REQUIRED'] as const)('the customer check %s', CUSTOMER_CHECK => {
  describe.each([
    {
      CUSTOMER_IDENTITY: 'CUSTOMER_ID',
      rows: [
        ['the same, by parameter', { customerId: 'ann' }, {}, { CustomerId: 'ann' }, SAME],
        ['the same, by event', {}, { CustomerId: 'ann' }, { CustomerId: 'ann' }, SAME],
        ['the parameter wins', { customerId: 'bob' }, { CustomerId: 'ann' }, { CustomerId: 'ann' }, OTHER],
        ['a blank parameter is none', { customerId: ' ' }, { CustomerId: 'ann' }, { CustomerId: 'ann' }, SAME],
        ['another', { customerId: 'bob' }, {}, { CustomerId: 'ann' }, OTHER],
        ['another case', { customerId: 'Ann' }, {}, { CustomerId: 'ann' }, OTHER],
        ['spaces around it', { customerId: ' ann' }, {}, { CustomerId: 'ann' }, OTHER],
        ['current missing', {}, { CustomerId: null }, { CustomerId: 'ann' }, GOES_ON],
        ['current blank', { customerId: '' }, { CustomerId: '  ' }, { CustomerId: 'ann' }, GOES_ON],
        ['source missing', { customerId: 'ann' }, {}, {}, NO_OWNER],
        ['source blank', { customerId: 'ann' }, {}, { CustomerId: ' ' }, NO_OWNER],
        ['both missing', {}, {}, {}, GOES_ON],
        [
          'only attributes alike',
          {},
          { Attributes: { customerId: 'ann' } },
          { Attributes: { customerId: 'ann' } },
          GOES_ON,
        ],
        ['an id that is a phone number', { customerId: '+12025550143' }, {}, sms('+12025550143'), NO_OWNER],
      ],
    },
    {
      CUSTOMER_IDENTITY: 'ENDPOINT',
      rows: [
        ['the same', {}, sms('+12025550143'), sms('+12025550143'), SAME],
        ['another address', {}, sms('+12025550144'), sms('+12025550143'), OTHER],
        ['another type', {}, sms('+12025550143', 'VOIP'), sms('+12025550143'), OTHER],
        ['current missing', {}, { CustomerEndpoint: null }, sms('+12025550143'), GOES_ON],
        ['current a text', {}, { CustomerEndpoint: '+12025550143' }, sms('+12025550143'), GOES_ON],
        ['current without address', {}, sms(''), sms('+12025550143'), GOES_ON],
        ['source missing', {}, sms('+12025550143'), {}, NO_OWNER],
        ['ids do not count', { customerId: 'ann' }, { CustomerId: 'ann' }, { CustomerId: 'ann' }, GOES_ON],
        ['an id is not an address', { customerId: '+12025550143' }, {}, sms('+12025550143'), GOES_ON],
      ],
    },
    {
      CUSTOMER_IDENTITY: 'ATTRIBUTE',
      rows: [
        ['the same, by attribute', {}, { Attributes: { crm: 'ann' } }, { Attributes: { crm: 'ann' } }, SAME],
        ['the same, by parameter', { customerId: 'ann' }, {}, { Attributes: { crm: 'ann' } }, SAME],
        [
          'the parameter wins',
          { customerId: 'bob' },
          { Attributes: { crm: 'ann' } },
          { Attributes: { crm: 'ann' } },
          OTHER,
        ],
        ['another', {}, { Attributes: { crm: 'bob' } }, { Attributes: { crm: 'ann' } }, OTHER],
        ['another case', {}, { Attributes: { crm: 'ANN' } }, { Attributes: { crm: 'ann' } }, OTHER],
        ['current missing', {}, {}, { Attributes: { crm: 'ann' } }, GOES_ON],
        ['current no text', {}, { Attributes: { crm: 7 } }, { Attributes: { crm: '7' } }, GOES_ON],
        ['source blank', {}, { Attributes: { crm: 'ann' } }, { Attributes: { crm: ' ' } }, NO_OWNER],
        ['ids do not count', {}, { CustomerId: 'ann' }, { CustomerId: 'ann' }, GOES_ON],
      ],
    },
  ] as const)('by $CUSTOMER_IDENTITY', ({ CUSTOMER_IDENTITY, rows }) => {
    let block: Block;
    beforeAll(async () => {
      const environment = { CUSTOMER_CHECK, CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' };
      block = await startBlock(connect, environment, 'bundle');
    });

    test.each(rows as unknown as [string, object, Record<string, unknown>, Partial<Contact>, typeof SAME][])(
      '%s',
      async (_, parameters, contactData, owner, expected) => {
        givePast(owner);
        const event = chatEvent({ sourceContactId: C1, ...parameters }, contactData);
        const { attributes, log, metrics } = await block.invoke(event);
        const verdict = expected[CUSTOMER_CHECK];
        if (verdict === 'verified' || verdict === 'unverified') {
          expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
          expect(log).toMatchObject([{ unverified: verdict === 'unverified' }]);
          expect(metrics['UNVERIFIED'] ?? 0).toBe(verdict === 'unverified' ? 1 : 0);
        } else {
          expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: verdict });
          expect(associations()).toEqual([]);
        }
      },
    );
  });
});

test('the customer check OFF does not look whose chat it is', async () => {
  const block = await startBlock(connect, { CUSTOMER_CHECK: 'OFF' }, 'bundle');
  givePast({ CustomerId: 'ann' });
  const { attributes, log } = await block.invoke(chatEvent({ sourceContactId: C1 }, { CustomerId: 'bob' }));
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  expect(log).toMatchObject([{ unverified: false }]);
});

test.each(['IF_KNOWN', 'REQUIRED'])(
  'no two customers who differ ever share a chat while the check is %s',
  async check => {
    const who = fc.oneof(
      fc.constantFrom('ann', 'Ann', 'ann ', 'ANN', '+12025550143'),
      fc.string({ minLength: 1, maxLength: 8 }),
    );
    const known = fc.record({
      identity: fc.constantFrom(...CUSTOMER_IDENTITIES),
      ours: who,
      theirs: who,
    });
    const faults = fc.constantFrom(
      [],
      ['DescribeContact:throttle'],
      ['DescribeContact:malformed'],
      ['DescribeContact:error=500*1'],
    );
    const blocks = new Map<string, Block>();
    for (const identity of CUSTOMER_IDENTITIES) {
      blocks.set(identity, await startBlock(connect, { CUSTOMER_CHECK: check, CUSTOMER_IDENTITY: identity }, 'bundle'));
    }
    const current = connect.contacts.get(NEW_CHAT);
    if (current) Object.assign(current, { RelatedContactId: undefined, persistent: undefined });
    await fc.assert(
      fc.asyncProperty(known, faults, async ({ identity, ours, theirs }, fault) => {
        fc.pre(ours !== theirs && ours.trim() !== '' && theirs.trim() !== '');
        const place = (id: string) =>
          ({ CUSTOMER_ID: { CustomerId: id }, ENDPOINT: sms(id), ATTRIBUTE: { Attributes: { customerId: id } } })[
            identity
          ];
        givePast({ ...place(theirs) });
        connect.setFaults(fault);
        const event = chatEvent({ sourceContactId: C1 }, place(ours));
        const invoked = await blocks.get(identity)?.invoke(event, { remaining: 500 });
        expect(['REJECTED', 'FAILED']).toContain(invoked?.attributes?.associationStatus);
        expect(associations()).toEqual([]);
        expect(connect.contacts.get(NEW_CHAT)?.RelatedContactId).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  },
  30_000,
);
