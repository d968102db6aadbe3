import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reasonOf } from '../../src/outcome.ts';
import { checkContact, checkOwner } from '../../src/past-contact/check.ts';
import type { Findings } from '../../src/result.ts';
import { CUSTOMER_IDENTITIES, type SourceContactCheck } from '../../src/settings.ts';
import { chatRequest } from './chat-request.ts';

const CURRENT_SESSION = 'c0c0c0c0-0000-4000-8000-000000000000';
const PAST = { Id: 'past', InitialContactId: 'first', Channel: 'CHAT', DisconnectTimestamp: new Date(0) };

type Environment = { SOURCE_CONTACT_CHECK: SourceContactCheck; CUSTOMER_IDENTITY?: string };

/** Why a chat with these fields may not continue a contact with those, else what is known of its owner. */
function check(current: object, past: object, environment: Environment) {
  const request = chatRequest({}, { ...current, InitialContactId: CURRENT_SESSION }, environment);
  const findings: Findings = {};
  const refused = checkContact({ ...PAST, ...past } as Contact, request, findings);
  return { outcome: refused && reasonOf(refused), ownerVerified: findings.ownerVerified };
}
function inShort(...given: Parameters<typeof check>) {
  const { outcome, ownerVerified } = check(...given);
  return outcome ?? ownerVerified;
}

const ann = { CustomerId: 'ann' };
const bob = { CustomerId: 'bob' };
const nobody = { CustomerId: null };
const call = { Channel: 'VOICE' };
const active = { DisconnectTimestamp: undefined };
const ofThisSession = { InitialContactId: CURRENT_SESSION.toUpperCase() };
const itsFirst = { Id: CURRENT_SESSION, InitialContactId: undefined };

/** What CONTACT, OWNER_IF_KNOWN and OWNER_REQUIRED make of it. */
const inEachCheck = (current: object, past: object) =>
  (['CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'] as const).map(SOURCE_CONTACT_CHECK =>
    inShort(current, past, { SOURCE_CONTACT_CHECK }),
  );

test.each([
  [ann, ann, [undefined, true, true]],
  [ann, bob, [undefined, 'SOURCE_CONTACT_NOT_OWNED', 'SOURCE_CONTACT_NOT_OWNED']],
  [ann, nobody, [undefined, false, 'SOURCE_CONTACT_OWNER_UNKNOWN']],
  [nobody, ann, [undefined, false, 'SOURCE_CONTACT_OWNER_UNKNOWN']],
  [nobody, nobody, [undefined, false, 'SOURCE_CONTACT_OWNER_UNKNOWN']],
])('%j comes, and the past chat is of %j: %j', (current, past, expected) => {
  expect(inEachCheck(current, past)).toEqual(expected);
});

const [NOT_CHAT, ACTIVE] = ['SOURCE_CONTACT_NOT_CHAT', 'SOURCE_CONTACT_STILL_ACTIVE'];
const [CURRENT, NOT_OWNED] = ['SOURCE_CONTACT_IN_CURRENT_SESSION', 'SOURCE_CONTACT_NOT_OWNED'];
const UNKNOWN = 'SOURCE_CONTACT_OWNER_UNKNOWN';

test.each([
  [NOT_CHAT, call],
  [NOT_CHAT, { Channel: undefined }],
  [NOT_CHAT, { ...call, ...active, ...ofThisSession }],
  [ACTIVE, active],
  [ACTIVE, { ...active, ...ofThisSession }],
  [CURRENT, ofThisSession],
  [CURRENT, itsFirst],
])('%s is said only of what may be known of the contact: %j', (reason, flaw) => {
  expect(inEachCheck(ann, { ...ann, ...flaw })).toEqual([reason, reason, reason]);
  expect(inEachCheck(ann, { ...bob, ...flaw })).toEqual([reason, NOT_OWNED, NOT_OWNED]);
  expect(inEachCheck(ann, { ...nobody, ...flaw })).toEqual([reason, reason, UNKNOWN]);
  expect(inEachCheck(nobody, { ...ann, ...flaw })).toEqual([reason, reason, UNKNOWN]);
});

test.each([
  [ann, ann, true],
  [nobody, ann, false],
  [ann, nobody, false],
  [nobody, nobody, false],
])('the owner is verified where both contacts that are checked are hers: %j, then %j: %j', (named, sent, verified) => {
  for (const second of [checkContact, checkOwner]) {
    const request = chatRequest({}, ann);
    const findings: Findings = {};
    expect(checkContact({ ...PAST, ...named } as Contact, request, findings)).toBeUndefined();
    expect(second({ ...PAST, ...sent } as Contact, request, findings)).toBeUndefined();
    expect(findings.ownerVerified).toBe(verified);
  }
});

/** Whom a contact of this subtype names, by its customer id and by its endpoint. */
const contact = (ValueString: string | undefined, CustomerId: string, Address: string) => ({
  CustomerId,
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address },
  SegmentAttributes: ValueString === undefined ? undefined : { 'connect:Subtype': { ValueString } },
});

describe('with AUTO', () => {
  const BY_ENDPOINT = ['connect:SMS', 'connect:WhatsApp'];
  const BY_CUSTOMER_ID = ['connect:Chat', 'connect:Unheard-of'];
  const NEITHER = [...BY_CUSTOMER_ID, undefined];
  const unknown = [UNKNOWN, UNKNOWN, UNKNOWN];

  // What comes of each pair of subtypes when all is equal, only the customer ids are, and only the endpoints are.
  test.each([
    ['web chats, and what is neither, by customer id', NEITHER, NEITHER, [true, true, NOT_OWNED]],
    ['SMS and WhatsApp by endpoint', BY_ENDPOINT, [...BY_ENDPOINT, undefined], [true, NOT_OWNED, true]],
    ['one of these and one of those never', BY_ENDPOINT, BY_CUSTOMER_ID, unknown],
    ['one of those and one of these never', NEITHER, BY_ENDPOINT, unknown],
  ])('contacts are compared: %s', (_, ours, theirs, expected) => {
    const pairs = ours.flatMap(our => theirs.map(their => [our, their] as const));
    const found = pairs.map(([our, their]) => {
      const equal = [contact(their, 'ann', '+1'), contact(their, 'ann', '+2'), contact(their, 'bob', '+1')];
      const check = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' } as const;
      return [our, their, equal.map(past => inShort(contact(our, 'ann', '+1'), past, check))];
    });
    expect(found).toEqual(pairs.map(pair => [...pair, expected]));
  });
});

test('two known and different customers never share a chat, whatever identifies them', () => {
  // Visible, and no reference that nobody resolved, so that it is known.
  const text = fc.string().map(text => `x${text}x`);
  const who = fc.oneof(fc.constantFrom('ann', 'Ann', 'ann ', 'ANN', 'a nn'), text);
  const environments = fc.record({
    SOURCE_CONTACT_CHECK: fc.constantFrom('OWNER_IF_KNOWN' as const, 'OWNER_REQUIRED' as const),
    CUSTOMER_IDENTITY: fc.constantFrom(...CUSTOMER_IDENTITIES),
  });
  const subtypes = fc.constantFrom('connect:Chat', 'connect:SMS', 'connect:WhatsApp', 'connect:New');
  const flaws = fc.constantFrom({}, call, active, ofThisSession);
  const property = fc.property(environments, subtypes, who, who, flaws, (environment, subtype, ours, theirs, flaw) => {
    fc.pre(ours.trim() !== theirs.trim());
    const [current, past] = [ours, theirs].map(id => ({ ...contact(subtype, id, id), Attributes: { customerId: id } }));
    const checked = check({ ...current }, { ...past, ...flaw }, environment);
    expect(checked).toEqual({ outcome: NOT_OWNED, ownerVerified: false });
  });
  fc.assert(property, { numRuns: 500 });
});
