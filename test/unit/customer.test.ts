import type { Contact } from '@aws-sdk/client-connect';
import { expect, test } from '@jest/globals';
import { currentCustomer, endpointId, fieldsOf, isGuide, ownerOf } from '../../src/customer.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { type CustomerIdentity, readSettings } from '../../src/settings.ts';
import { contactOf } from '../support/chat-request.ts';
import { chatEvent } from '../support/events.ts';

// Which identity of a contact counts, and for whom, is in check.test.ts; which text is one, in identity.test.ts.

const rulesOf = (CUSTOMER_IDENTITY: CustomerIdentity) => {
  return readSettings({ CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' });
};

/** Who an event of these fields is of. */
function customerOf(fields: Record<string, unknown>, identity: CustomerIdentity) {
  return currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), rulesOf(identity));
}

/** Whose a past contact with these fields is, as a current contact with those sees it. */
function ownerFor(current: object, past: object, identity: CustomerIdentity) {
  return ownerOf(past as Contact, customerOf({ ...current }, identity), rulesOf(identity));
}

test('an attribute of a contact that is linked to another one may be a copy, and says nothing', () => {
  const found = [null, ' ', 'past'].map(RelatedContactId => {
    const fields = { Attributes: { crm: 'Ann' }, CustomerId: 'Bob', RelatedContactId };
    return (['ATTRIBUTE', 'AUTO'] as const).map(identity => customerOf(fields, identity)?.id);
  });
  expect(found).toEqual([
    ['Ann', 'Bob'],
    ['Ann', 'Bob'],
    [undefined, 'Bob'],
  ]);
});

test('an endpoint is its type and its address, in a form that no other pair has', () => {
  const pairs = [',', '","', ' '].flatMap(comma => [
    [`A${comma}B`, 'C'],
    ['A', `B${comma}C`],
  ]);
  const seen = [['A', 'B'], ['B', 'A'], ...pairs].map(([Type, Address]) => endpointId({ Type, Address }));
  expect(new Set(seen).size).toBe(seen.length);
});

const SMS = { address: '+1', subtype: 'connect:SMS' };
const GUEST = 'customer-undefined';

test.each<{ identity: CustomerIdentity; known: object; doubtful: object }>([
  { identity: 'CUSTOMER_ID', known: { id: 'ann' }, doubtful: { id: GUEST } },
  { identity: 'ATTRIBUTE', known: { crm: 'ann' }, doubtful: { crm: GUEST, id: 'ann' } },
  { identity: 'AUTHENTICATED', known: { signedIn: 'ann' }, doubtful: { signedIn: GUEST, id: 'ann' } },
  { identity: 'ENDPOINT', known: { address: '+1' }, doubtful: { address: 'anonymous', id: 'ann' } },
  { identity: 'AUTO', known: { id: 'ann' }, doubtful: { id: GUEST } },
  { identity: 'AUTO', known: SMS, doubtful: { ...SMS, address: 'unknown' } },
  { identity: 'AUTO', known: { signedIn: 'ann' }, doubtful: { signedIn: GUEST } },
  // A doubtful customer id hides a sign-in, of either contact.
  { identity: 'AUTO', known: { signedIn: 'ann' }, doubtful: { signedIn: 'ann', id: GUEST } },
  { identity: 'AUTO', known: { id: 'ann' }, doubtful: { ...SMS, address: 'unknown', id: 'ann' } },
])("with $identity, $doubtful is unknown, and its chat is not for $known, nor for itself, nor nobody's", row => {
  const { identity, known, doubtful } = row;
  const fields = contactOf({ ...doubtful });
  expect(customerOf(fields, identity)).toBeUndefined();
  expect(customerOf(contactOf({ ...known }), identity)).toBeDefined();
  const current = [{ ...known }, { ...doubtful }, {}].map(contactOf);
  expect(current.map(each => ownerFor(each, fields, identity))).toEqual(Array(3).fill('OTHER_KIND'));
});

test('a doubtful identity that does not count for a contact changes nothing', () => {
  const found = [
    ownerFor(contactOf(SMS), contactOf({ ...SMS, id: GUEST }), 'AUTO'),
    ownerFor(contactOf({ id: 'ann' }), contactOf({ id: 'ann', signedIn: GUEST }), 'AUTO'),
    ownerFor(contactOf({ crm: 'ann' }), contactOf({ crm: 'ann', id: GUEST }), 'ATTRIBUTE'),
    ownerFor(contactOf({ id: 'ann' }), contactOf({ ...SMS, address: 'unknown' }), 'CUSTOMER_ID'),
  ];
  expect(found).toEqual(['CUSTOMER', 'CUSTOMER', 'CUSTOMER', 'NOBODY']);
});

test.each([
  { what: 'a type alone', endpoint: { Type: 'TELEPHONE_NUMBER', Address: ' ' }, owner: 'NOBODY' },
  { what: 'an address without a type', endpoint: { Address: '+1' }, owner: 'OTHER_KIND' },
  { what: 'an address whose type is no value', endpoint: { Type: 'null', Address: '+1' }, owner: 'OTHER_KIND' },
  { what: 'an address whose type is doubtful', endpoint: { Type: 'unknown', Address: '+1' }, owner: 'OTHER_KIND' },
  { what: 'a doubtful type alone', endpoint: { Type: 'unknown' }, owner: 'OTHER_KIND' },
])('$what is no endpoint that a customer is known by; whose it is: $owner', ({ endpoint: CustomerEndpoint, owner }) => {
  const fields = { ...contactOf({ subtype: 'connect:SMS' }), CustomerEndpoint };
  expect(customerOf(fields, 'AUTO')).toBeUndefined();
  expect([{}, SMS].map(current => ownerFor(contactOf(current), fields, 'AUTO'))).toEqual([owner, owner]);
});

const CUSTOMER_ENDPOINT = { ValueString: 'CUSTOMER_ENDPOINT' };
const SUBJECT = { ValueString: 'EMAIL_SUBJECT' };
const ANN = { id: 'ann' };
test.each<{
  what: string;
  redacted: unknown;
  current?: object;
  past?: object;
  identity?: CustomerIdentity;
  owner: string;
}>([
  { what: 'in a list', redacted: { ValueList: [SUBJECT, CUSTOMER_ENDPOINT] }, owner: 'OTHER_KIND' },
  { what: 'in a text', redacted: { ValueString: 'EMAIL_SUBJECT,\nCUSTOMER_ENDPOINT' }, owner: 'OTHER_KIND' },
  { what: 'for an unknown customer', redacted: CUSTOMER_ENDPOINT, current: {}, owner: 'OTHER_KIND' },
  { what: 'for a web customer', redacted: CUSTOMER_ENDPOINT, current: ANN, owner: 'OTHER_KIND' },
  { what: 'beside a customer id', redacted: CUSTOMER_ENDPOINT, past: ANN, owner: 'OTHER_KIND' },
  { what: 'with CUSTOMER_ID', redacted: CUSTOMER_ENDPOINT, current: ANN, identity: 'CUSTOMER_ID', owner: 'NOBODY' },
  // A contact that is linked to a redacted one has a copy of its segment attributes.
  { what: 'although there', redacted: CUSTOMER_ENDPOINT, past: SMS, owner: 'CUSTOMER' },
  { what: 'though of another field', redacted: { ValueList: [SUBJECT] }, owner: 'NOBODY' },
  { what: 'though of a longer name', redacted: { ValueString: 'OLD_CUSTOMER_ENDPOINT' }, owner: 'NOBODY' },
  { what: 'though of nothing', redacted: null, owner: 'NOBODY' },
])('whose a chat is whose endpoint was deleted, $what: $owner', row => {
  const { redacted, current = SMS, past = {}, identity = 'AUTO', owner } = row;
  const fields = contactOf({ subtype: 'connect:SMS', ...past });
  const SegmentAttributes = { ...fields.SegmentAttributes, 'connect:RedactedFields': redacted };
  expect(
    ownerFor(
      contactOf({ ...current }),
      { ...fields, CustomerEndpoint: fields.CustomerEndpoint ?? null, SegmentAttributes },
      identity,
    ),
  ).toBe(owner);
});

test.each([
  { what: 'linked, without a customer id', past: { RelatedContactId: 'agent' }, guide: true },
  { what: 'linked, with a blank customer id', past: { RelatedContactId: 'agent', CustomerId: ' ' }, guide: true },
  { what: 'linked, with a customer id', past: { RelatedContactId: 'past', CustomerId: 'ann' }, guide: false },
  { what: 'linked, with a doubtful customer id', past: { RelatedContactId: 'past', CustomerId: GUEST }, guide: false },
  { what: 'not linked', past: {}, guide: false },
])('of subtype connect:Guide, a contact that is $what is a guide: $guide', ({ past, guide }) => {
  const isGuideOf = (ValueString: string) => {
    return isGuide(fieldsOf({ ...past, SegmentAttributes: { 'connect:Subtype': { ValueString } } }));
  };
  expect(['connect:Guide', 'Connect:GUIDE', 'connect:Chat'].map(isGuideOf)).toEqual([guide, guide, false]);
});

const TO_100 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550100' } };
const TO_111 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550111' } };
const PHONE = { address: '+1' };
test.each<{ scope: string; identity: CustomerIdentity; who: object; to?: object }>([
  { scope: 'CUSTOMER_ID', identity: 'AUTO', who: { id: 'Ann' }, to: TO_100 },
  { scope: 'AUTHENTICATED', identity: 'AUTO', who: { signedIn: 'Ann' }, to: TO_100 },
  { scope: 'ATTRIBUTE crm', identity: 'ATTRIBUTE', who: { crm: 'Ann' }, to: TO_100 },
  { scope: 'ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550100"]', identity: 'AUTO', who: SMS, to: TO_100 },
  { scope: 'ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550111"]', identity: 'AUTO', who: SMS, to: TO_111 },
  { scope: 'ENDPOINT connect:WhatsApp', identity: 'AUTO', who: { ...SMS, subtype: 'connect:WhatsApp' } },
  { scope: 'ENDPOINT connect:SMS', identity: 'AUTO', who: { ...SMS, subtype: 'connect:sms' } },
  { scope: 'ENDPOINT connect:Chat', identity: 'ENDPOINT', who: { ...PHONE, subtype: 'CONNECT:CHAT' } },
  { scope: 'ENDPOINT connect:Unheard-OF', identity: 'ENDPOINT', who: { ...PHONE, subtype: 'connect:Unheard-OF' } },
  {
    scope: 'ENDPOINT connect:Chat',
    identity: 'ENDPOINT',
    who: PHONE,
    to: { SystemEndpoint: { Type: 'A', Address: '' } },
  },
])(
  'the scope of a customer has what tells two of the same id apart: $scope ($#)',
  ({ scope, identity, who, to = {} }) => {
    expect(customerOf({ ...contactOf({ ...who }), ...to }, identity)?.scope).toBe(scope);
  },
);
