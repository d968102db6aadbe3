import { expect, test } from '@jest/globals';
import type { CustomerIdentity } from '../../src/settings.ts';
import { chatRequest, contactOf } from '../support/chat-request.ts';

// Which identity of a contact counts, and for whom, is in past-contact/check.test.ts; which text is one, in identity.test.ts.

const TO_100 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550100' } };
const TO_111 = { SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550111' } };
const TO_NOBODY = { SystemEndpoint: { Type: 'A', Address: '' } };
const LINKED = { RelatedContactId: 'past' };
const PHONE = { address: '+1' };
const SMS = { ...PHONE, subtype: 'connect:SMS' };
test.each<{ scope: string | undefined; identity: CustomerIdentity; who: object; fields?: object }>([
  { scope: 'CUSTOMER_ID', identity: 'AUTO', who: { id: 'Ann' }, fields: { ...TO_100, ...LINKED } },
  { scope: 'AUTHENTICATED', identity: 'AUTO', who: { signedIn: 'Ann' }, fields: TO_100 },
  { scope: 'ATTRIBUTE crm', identity: 'ATTRIBUTE', who: { crm: 'Ann' }, fields: { ...TO_100, RelatedContactId: ' ' } },
  // An attribute of a contact that is linked to another one may be a copy, and says nothing.
  { scope: undefined, identity: 'ATTRIBUTE', who: { crm: 'Ann' }, fields: LINKED },
  { scope: 'ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550100"]', identity: 'AUTO', who: SMS, fields: TO_100 },
  { scope: 'ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550111"]', identity: 'AUTO', who: SMS, fields: TO_111 },
  { scope: 'ENDPOINT connect:WhatsApp', identity: 'AUTO', who: { ...SMS, subtype: 'connect:WhatsApp' } },
  { scope: 'ENDPOINT connect:SMS', identity: 'AUTO', who: { ...SMS, subtype: 'connect:sms' } },
  { scope: 'ENDPOINT connect:Chat', identity: 'ENDPOINT', who: { ...PHONE, subtype: 'CONNECT:CHAT' } },
  { scope: 'ENDPOINT connect:Unheard-OF', identity: 'ENDPOINT', who: { ...PHONE, subtype: 'connect:Unheard-OF' } },
  { scope: 'ENDPOINT connect:Chat', identity: 'ENDPOINT', who: PHONE, fields: TO_NOBODY },
])('the scope of a customer has what tells two of the same id apart: $scope ($#)', row => {
  const { scope, identity: CUSTOMER_IDENTITY, who, fields } = row;
  const environment = { CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' };
  expect(chatRequest({}, { ...contactOf({ ...who }), ...fields }, environment).customer?.scope).toBe(scope);
});
