import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  C3,
  type Contact,
  CUSTOMER_ID,
  type LocalConnect,
  NEW_CHAT,
  OTHER_CUSTOMER_ID,
  OTHER_CUSTOMERS_CHAT,
  PAST_VOICE_CALL,
  startLocalConnect,
  TRANSFERRED_CHAT,
  TRANSFERRED_CHAT_FIRST,
} from '../../local/connect/index.ts';
import { SOURCE_CONTACT_CHECKS } from '../../src/settings.ts';
import { associationsOf, type Block, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const KNOWN = { CustomerId: CUSTOMER_ID };

let connect: LocalConnect;
let block: Block;
beforeEach(async () => {
  connect = await startLocalConnect();
  block = await startBlock(connect);
});
afterEach(() => connect.close());

const check = (SOURCE_CONTACT_CHECK: string) => startBlock(connect, { SOURCE_CONTACT_CHECK });
const requests = () => connect.calls.map(({ operation, contactId }) => [operation, contactId]);

function change(id: string, fields: Partial<Contact>): void {
  const contact = connect.contacts.get(id);
  if (!contact) throw new Error(`There is no contact ${id}.`);
  Object.assign(contact, fields);
}

describe('any contact of a past session', () => {
  test.each([C1, C2, C3])('continues the entire session: %s', async sourceContactId => {
    const { attributes } = await block.invoke(chatEvent({ sourceContactId }));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId });
    expect(associationsOf(connect)).toMatchObject([
      { body: { SourceContactId: C1, RehydrationType: 'ENTIRE_PAST_SESSION' } },
    ]);
  });

  test('stands for the same request, with the same token, as the initial one', async () => {
    for (const sourceContactId of [C1, C2, C3]) await block.invoke(chatEvent({ sourceContactId }));
    expect(new Set(associationsOf(connect).map(({ body }) => body.ClientToken)).size).toBe(1);
  });

  test('is in the current session when their initial contacts are the same', async () => {
    connect.contacts.set('sibling', {
      ...(connect.contacts.get(C2) as Contact),
      Id: 'sibling',
      InitialContactId: TRANSFERRED_CHAT_FIRST.toUpperCase(),
    });
    const contactData = { ContactId: TRANSFERRED_CHAT, InitialContactId: TRANSFERRED_CHAT_FIRST };
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: 'sibling' }, contactData));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION' });
    expect(associationsOf(connect)).toEqual([]);
  });
});

describe('with the check', () => {
  // An own chat, another customer's, one of nobody: who is associated, and what the log says of the owner.
  test.each([
    ['OFF', KNOWN, ['ASSOCIATED', undefined], ['ASSOCIATED', undefined], ['ASSOCIATED', undefined]],
    ['CONTACT', KNOWN, ['ASSOCIATED', undefined], ['ASSOCIATED', undefined], ['ASSOCIATED', undefined]],
    ['OWNER_IF_KNOWN', KNOWN, ['ASSOCIATED', true], ['SOURCE_CONTACT_NOT_OWNED', undefined], ['ASSOCIATED', false]],
    ['OWNER_IF_KNOWN', {}, ['ASSOCIATED', false], ['ASSOCIATED', false], ['ASSOCIATED', false]],
    [
      'OWNER_REQUIRED',
      KNOWN,
      ['ASSOCIATED', true],
      ['SOURCE_CONTACT_NOT_OWNED', undefined],
      ['SOURCE_CONTACT_OWNER_UNKNOWN', undefined],
    ],
    [
      'OWNER_REQUIRED',
      {},
      ['CUSTOMER_UNKNOWN', undefined],
      ['CUSTOMER_UNKNOWN', undefined],
      ['CUSTOMER_UNKNOWN', undefined],
    ],
  ] as [string, Record<string, unknown>, ...[string, boolean | undefined][]][])(
    "%s and the customer %j: own chat %j, another customer's %j, nobody's %j",
    async (name, contactData, ...expected) => {
      block = await check(name);
      for (const [index, CustomerId] of [CUSTOMER_ID, OTHER_CUSTOMER_ID, undefined].entries()) {
        change(C1, { CustomerId });
        change(NEW_CHAT, { persistent: undefined, RelatedContactId: undefined });
        connect.calls.length = 0;
        const invoked = await block.invoke(
          chatEvent({ sourceContactId: C1, rehydrationType: 'FROM_SEGMENT' }, contactData),
        );
        const { associationStatus, reason } = invoked.attributes ?? {};
        expect([reason || associationStatus, invoked.log[0]?.['ownerVerified']]).toEqual(expected[index]);
        expect(associationsOf(connect)).toHaveLength(associationStatus === 'ASSOCIATED' ? 1 : 0);
        expect(invoked.metrics['Unverified']).toBe(
          Number(associationStatus === 'ASSOCIATED' && expected[index]?.[1] !== true),
        );
      }
    },
  );

  test('OFF, nothing is described, and Connect decides', async () => {
    block = await check('OFF');
    for (const [sourceContactId, expected] of [
      [NOBODY, 'SOURCE_CONTACT_NOT_FOUND'],
      [ACTIVE_CHAT, 'REJECTED_BY_CONNECT'],
      [PAST_VOICE_CALL, 'REJECTED_BY_CONNECT'],
      [C2, 'REJECTED_BY_CONNECT'],
      [C1, ''],
    ]) {
      const { attributes } = await block.invoke(chatEvent({ sourceContactId }, KNOWN));
      expect(attributes).toMatchObject({ associationStatus: expected ? 'REJECTED' : 'ASSOCIATED', reason: expected });
    }
    expect(new Set(requests().map(([operation]) => operation))).toEqual(
      new Set(['CreatePersistentContactAssociation']),
    );
  });

  test('OWNER_REQUIRED, an unknown customer is CUSTOMER_UNKNOWN without any request', async () => {
    block = await check('OWNER_REQUIRED');
    for (const sourceContactId of [C1, NOBODY, OTHER_CUSTOMERS_CHAT]) {
      const { attributes } = await block.invoke(chatEvent({ sourceContactId }, { CustomerId: 'undefined' }));
      expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'CUSTOMER_UNKNOWN' });
    }
    expect(connect.calls).toEqual([]);
  });

  test('of AUTO, an SMS contact and a web chat never match, though their customer ids are equal', async () => {
    block = await check('OWNER_REQUIRED');
    const subtype = { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } } };
    change(C1, { ...subtype, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550143' } });
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }, KNOWN));
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_OWNER_UNKNOWN' });
  });
});

describe("the session's initial contact, which is what is sent", () => {
  const continueC2 = () => block.invoke(chatEvent({ sourceContactId: C2 }, KNOWN));

  test("is described too, and the owner is verified when both contacts are the customer's", async () => {
    const { log } = await continueC2();
    expect(log).toMatchObject([{ associationStatus: 'ASSOCIATED', ownerVerified: true, describeAttempts: 2 }]);
    expect(requests()).toEqual([
      ['DescribeContact', C2],
      ['DescribeContact', C1],
      ['CreatePersistentContactAssociation', NEW_CHAT],
    ]);
  });

  test.each([
    ['the named one', { sourceContactId: C1 }, KNOWN],
    ['not sent', { sourceContactId: C2, rehydrationType: 'FROM_SEGMENT' }, KNOWN],
    ['to be compared with nobody', { sourceContactId: C2 }, {}],
  ])('is not described where it is %s', async (_, parameters, contactData) => {
    await block.invoke(chatEvent(parameters, contactData));
    expect(requests().map(([operation]) => operation)).toEqual([
      'DescribeContact',
      'CreatePersistentContactAssociation',
    ]);
  });

  test.each(['OWNER_IF_KNOWN', 'OWNER_REQUIRED'])('of another customer is not continued: %s', async name => {
    block = await check(name);
    change(C1, { CustomerId: OTHER_CUSTOMER_ID });
    const { attributes, metrics } = await continueC2();
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_OWNED' });
    expect(metrics).toMatchObject({ NotOwned: 1 });
    expect(associationsOf(connect)).toEqual([]);
  });

  test('of an unknown owner counts as unknown', async () => {
    change(C1, { CustomerId: undefined });
    const { log } = await continueC2();
    expect(log).toMatchObject([{ associationStatus: 'ASSOCIATED', ownerVerified: false }]);

    block = await check('OWNER_REQUIRED');
    connect.calls.length = 0;
    const { attributes } = await continueC2();
    expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_OWNER_UNKNOWN' });
    expect(associationsOf(connect)).toEqual([]);
  });

  test('of the customer does not make a named contact of an unknown owner theirs: nothing is said of its agent', async () => {
    change(C2, { CustomerId: undefined });
    const { attributes, log } = await continueC2();
    expect(attributes).toMatchObject({
      associationStatus: 'ASSOCIATED',
      sourceAgentId: '',
      sourceQueueId: '',
      sourceEndedSecondsAgo: '',
    });
    expect(log).toMatchObject([{ ownerVerified: false }]);
  });

  test.each([
    ['error=404', 'REJECTED', 'SOURCE_CONTACT_NOT_FOUND'],
    ['error=400', 'REJECTED', 'REJECTED_BY_CONNECT'],
    ['throttle', 'FAILED', 'CHECK_UNAVAILABLE'],
  ])('that cannot be described is not continued: %s is %s, %s', async (fault, associationStatus, reason) => {
    connect.setFaults(['DescribeContact:slow=1*1', `DescribeContact:${fault}`]);
    const event = chatEvent({ sourceContactId: C2 }, KNOWN);
    const { attributes } = await block.invoke(event, { remaining: 1_500 });
    expect(attributes).toMatchObject({ associationStatus, reason });
    expect(associationsOf(connect)).toEqual([]);
  });
});

describe('a source contact check without an answer by half of the time', () => {
  test.each(['throttle', 'empty'])(
    'is given up where it would not decide, and the chat is associated without it: %s',
    async fault => {
      connect.setFaults([`DescribeContact:${fault}`]);
      for (const name of SOURCE_CONTACT_CHECKS.filter(each => each === 'CONTACT' || each === 'OWNER_IF_KNOWN')) {
        block = await check(name);
        const { attributes, log, metrics } = await block.invoke(chatEvent({ sourceContactId: C1 }), {
          remaining: 1_500,
        });
        expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
        expect(log).toMatchObject([
          { level: 'WARN', checkUnavailable: true, serviceError: { operation: 'DescribeContact' } },
        ]);
        expect(log[0]?.['ownerVerified']).toBe(name === 'CONTACT' ? undefined : false);
        expect(metrics).toMatchObject({ Unverified: 1 });
      }
    },
  );

  test.each(['OWNER_IF_KNOWN', 'OWNER_REQUIRED'])(
    'is CHECK_UNAVAILABLE where it was to decide whose chat it is: %s',
    async name => {
      block = await check(name);
      connect.setFaults(['DescribeContact:throttle']);
      const { attributes, log } = await block.invoke(chatEvent({ sourceContactId: C1 }, KNOWN), { remaining: 1_000 });
      expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'CHECK_UNAVAILABLE' });
      expect(log).toMatchObject([{ level: 'WARN', checkUnavailable: true }]);
      expect(associationsOf(connect)).toEqual([]);
    },
  );

  test('does not matter to a customer whom nobody compares', async () => {
    block = await check('CONTACT');
    connect.setFaults(['DescribeContact:throttle']);
    const { attributes } = await block.invoke(chatEvent({ sourceContactId: C1 }, KNOWN), { remaining: 4_000 });
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED' });
  });
});

test('a source contact check that is refused with a 400 is REJECTED_BY_CONNECT, without an association', async () => {
  connect.setFaults(['DescribeContact:error=400']);
  const { attributes } = await block.invoke(eventFile('entire-past-session'));
  expect(attributes).toMatchObject({ associationStatus: 'REJECTED', reason: 'REJECTED_BY_CONNECT' });
  expect(associationsOf(connect)).toEqual([]);
});
