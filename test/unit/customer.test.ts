import { expect, test } from '@jest/globals';
import { endpointId } from '../../src/customer.ts';
import type { CustomerIdentity } from '../../src/settings.ts';
import { chatRequest, contactOf } from '../support/chat-request.ts';

// Which identity of a contact counts, and for whom, is in past-contact/check.test.ts; which text is one, in identity.test.ts.

/** Who the customer of a chat with these fields is. */
function customerOf(fields: object, CUSTOMER_IDENTITY: CustomerIdentity) {
  return chatRequest({}, fields, { CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' }).customer;
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

const TO_100 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550100' } };
const TO_111 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550111' } };
const PHONE = { address: '+1' };
const SMS = { ...PHONE, subtype: 'connect:SMS' };
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
])('the scope of a customer has what tells two of the same id apart: $scope ($#)', row => {
  const { scope, identity, who, to } = row;
  expect(customerOf({ ...contactOf({ ...who }), ...to }, identity)?.scope).toBe(scope);
});
