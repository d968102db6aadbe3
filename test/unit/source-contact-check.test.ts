import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { currentCustomer } from '../../src/customer.ts';
import { CUSTOMER_IDENTITIES, readSettings, type SourceContactCheck } from '../../src/settings.ts';
import { type Judgement, judgeSourceContact } from '../../src/source-contact-check.ts';
import { chatEvent } from '../support/events.ts';

const CURRENT_SESSION = 'c0c0c0c0-0000-4000-8000-000000000000';
const PAST: Contact = { Id: 'past', InitialContactId: 'first', Channel: 'CHAT', DisconnectTimestamp: new Date(0) };

const settingsFor = (SOURCE_CONTACT_CHECK: SourceContactCheck, CUSTOMER_IDENTITY = 'AUTO') =>
  readSettings({ SOURCE_CONTACT_CHECK, CUSTOMER_IDENTITY });

/** How a chat with these fields, and a past contact with those, is judged. */
function judge(current: Record<string, unknown>, past: object, settings: ReturnType<typeof readSettings>): Judgement {
  const customer = currentCustomer(parseContactFlowEvent(chatEvent({}, current)), settings);
  return judgeSourceContact({ ...PAST, ...past }, { customer, initialContactId: CURRENT_SESSION }, settings);
}

/** In short: why a contact may not be continued, else what is known of its owner. */
function inShort(judgement: Judgement): string | boolean | undefined {
  return judgement.passed ? judgement.ownerVerified : judgement.reason;
}

const ann = { CustomerId: 'ann' };
const bob = { CustomerId: 'bob' };
const nobody = { CustomerId: null };
const call = { Channel: 'VOICE' };
const active = { DisconnectTimestamp: undefined };
const ofThisSession = { InitialContactId: CURRENT_SESSION.toUpperCase() };
const itsFirst = { Id: CURRENT_SESSION, InitialContactId: undefined };

/** What CONTACT, OWNER_IF_KNOWN and OWNER_REQUIRED make of it. */
function inEachCheck(current: Record<string, unknown>, past: object) {
  return (['CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'] as const).map(check =>
    inShort(judge(current, past, settingsFor(check))),
  );
}

test.each([
  [ann, ann, [undefined, true, true]],
  [ann, bob, [undefined, 'SOURCE_CONTACT_NOT_OWNED', 'SOURCE_CONTACT_NOT_OWNED']],
  [ann, nobody, [undefined, false, 'SOURCE_CONTACT_OWNER_UNKNOWN']],
  [nobody, ann, [undefined, false, 'CUSTOMER_UNKNOWN']],
  [nobody, nobody, [undefined, false, 'CUSTOMER_UNKNOWN']],
])('%j comes, and the past chat is of %j: %j', (current, past, expected) => {
  expect(inEachCheck(current, past)).toEqual(expected);
});

test.each([
  ['SOURCE_CONTACT_NOT_CHAT', call],
  ['SOURCE_CONTACT_NOT_CHAT', { Channel: undefined }],
  ['SOURCE_CONTACT_NOT_CHAT', { ...call, ...active, ...ofThisSession }],
  ['SOURCE_CONTACT_STILL_ACTIVE', active],
  ['SOURCE_CONTACT_STILL_ACTIVE', { ...active, ...ofThisSession }],
  ['SOURCE_CONTACT_IN_CURRENT_SESSION', ofThisSession],
  ['SOURCE_CONTACT_IN_CURRENT_SESSION', itsFirst],
])('%s is said only of what may be known of the contact: %j', (reason, flaw) => {
  const notOwned = 'SOURCE_CONTACT_NOT_OWNED';
  expect({
    own: inEachCheck(ann, { ...ann, ...flaw }),
    anothers: inEachCheck(ann, { ...bob, ...flaw }),
    ofNobody: inEachCheck(ann, { ...nobody, ...flaw }),
    askedByNobody: inEachCheck(nobody, { ...ann, ...flaw }),
  }).toEqual({
    own: [reason, reason, reason],
    anothers: [reason, notOwned, notOwned],
    ofNobody: [reason, reason, 'SOURCE_CONTACT_OWNER_UNKNOWN'],
    askedByNobody: [reason, reason, 'CUSTOMER_UNKNOWN'],
  });
});

describe('with AUTO', () => {
  const BY_ENDPOINT = ['connect:SMS', 'connect:WhatsApp'];
  const BY_CUSTOMER_ID = ['connect:Chat', 'connect:Unheard-of'];
  const contact = (ValueString: string | undefined, CustomerId: string, Address: string) => ({
    CustomerId,
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address },
    SegmentAttributes: ValueString === undefined ? undefined : { 'connect:Subtype': { ValueString } },
  });

  /** What becomes of each pair of subtypes when all is equal, only the customer ids are, and only the endpoints are. */
  function pairs(ours: (string | undefined)[], theirs: (string | undefined)[]) {
    return ours.flatMap(our =>
      theirs.map(their => {
        const judgedWith = (past: object) =>
          inShort(judge(contact(our, 'ann', '+1'), past, settingsFor('OWNER_REQUIRED')));
        const equal = [contact(their, 'ann', '+1'), contact(their, 'ann', '+2'), contact(their, 'bob', '+1')];
        return [our, their, ...equal.map(judgedWith)];
      }),
    );
  }
  const each = (ours: (string | undefined)[], theirs: (string | undefined)[], ...expected: unknown[]) =>
    ours.flatMap(our => theirs.map(their => [our, their, ...expected]));

  test('web chats, and what is neither SMS nor WhatsApp, are compared by their customer ids', () => {
    const subtypes = [...BY_CUSTOMER_ID, undefined];
    expect(pairs(subtypes, subtypes)).toEqual(each(subtypes, subtypes, true, true, 'SOURCE_CONTACT_NOT_OWNED'));
  });

  test('SMS and WhatsApp are compared by their endpoints', () => {
    const past = [...BY_ENDPOINT, undefined];
    expect(pairs(BY_ENDPOINT, past)).toEqual(each(BY_ENDPOINT, past, true, 'SOURCE_CONTACT_NOT_OWNED', true));
  });

  test('one of these and one of those never match, though all their identities are equal', () => {
    const unknown = Array(3).fill('SOURCE_CONTACT_OWNER_UNKNOWN');
    expect(pairs(BY_ENDPOINT, BY_CUSTOMER_ID)).toEqual(each(BY_ENDPOINT, BY_CUSTOMER_ID, ...unknown));
    const ours = [...BY_CUSTOMER_ID, undefined];
    expect(pairs(ours, BY_ENDPOINT)).toEqual(each(ours, BY_ENDPOINT, ...unknown));
  });
});

test('two known and different customers never share a chat, wherever they are asked', () => {
  const everywhere = (id: string) => ({
    CustomerId: id,
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: id },
    Attributes: { customerId: id },
  });
  // Visible, and no reference that nobody resolved, so that it is known.
  const who = fc.oneof(
    fc.constantFrom('ann', 'Ann', 'ann ', 'ANN', 'a nn'),
    fc.string().map(text => `x${text}x`),
  );
  const subtypes = fc.constantFrom('connect:Chat', 'connect:SMS', 'connect:WhatsApp', 'connect:New');
  fc.assert(
    fc.property(
      fc.constantFrom('OWNER_IF_KNOWN' as const, 'OWNER_REQUIRED' as const),
      fc.constantFrom(...CUSTOMER_IDENTITIES),
      subtypes,
      who,
      who,
      fc.constantFrom({}, call, active, ofThisSession),
      (check, identity, ValueString, ours, theirs, flaw) => {
        fc.pre(ours.trim() !== theirs.trim());
        const SegmentAttributes = { 'connect:Subtype': { ValueString } };
        const current = { ...everywhere(ours), SegmentAttributes };
        const past = { ...everywhere(theirs), ...flaw, SegmentAttributes };
        expect(judge(current, past, settingsFor(check, identity))).toEqual({
          passed: false,
          ownerVerified: false,
          reason: 'SOURCE_CONTACT_NOT_OWNED',
        });
      },
    ),
    { numRuns: 500 },
  );
});
