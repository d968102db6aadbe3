import { expect, test } from '@jest/globals';
import type { DescribedContact } from '../../../src/aws/answers.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { checkOwner } from '../../../src/past-contact/check.ts';
import type { CustomerIdentity } from '../../../src/settings.ts';
import { chatRequest, contactOf } from '../../support/chat-request.ts';

// What else is checked, and what comes before what, is in test/block/precedence.test.ts.

const [NOT_OWNED, CUSTOMER_UNKNOWN] = ['SOURCE_CONTACT_NOT_OWNED', 'CUSTOMER_UNKNOWN'];
const UNKNOWN = 'SOURCE_CONTACT_OWNER_UNKNOWN';

/**
 * What CONTACT, OWNER_IF_KNOWN and OWNER_REQUIRED make of it: why a chat with these fields may not continue a contact with
 * those, else whether its owner is verified.
 */
function inEachCheck(current: object, past: object, CUSTOMER_IDENTITY = 'AUTO') {
  return ['CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'].map(SOURCE_CONTACT_CHECK => {
    const environment = { SOURCE_CONTACT_CHECK, CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' };
    const owner = checkOwner({ Id: 'past', ...past } as DescribedContact, chatRequest({}, current, environment));
    return isFinished(owner) ? reasonOf(owner.outcome) : owner.ownerVerified;
  });
}

const SMS = { subtype: 'connect:SMS' };
const WHATSAPP = { subtype: 'connect:WhatsApp' };
const NEW_SUBTYPE = { subtype: 'connect:Unheard-of' };
const NO_SUBTYPE = { subtype: undefined };
const [NOBODY, ANN, BOB, SIGNED_IN] = [{}, { id: 'ann' }, { id: 'bob' }, { signedIn: 'a' }];
const ANN_SIGNED_IN = { ...ANN, signedIn: 'a' };
const WITH_ADDRESS = { ...ANN, address: '+1' };
const GUEST = 'customer-undefined';
const PHONE = { ...SMS, address: '+1' };
const ANNS_PHONE = { ...PHONE, ...ANN };
const USERNAME = { ...WHATSAPP, address: 'US.1' };
/** What `DeleteContactData` leaves of an endpoint. */
const [SUBJECT, ENDPOINT] = [{ ValueString: 'EMAIL_SUBJECT' }, { ValueString: 'CUSTOMER_ENDPOINT' }];
const REDACTED = { ...SMS, redacted: { ValueString: 'EMAIL_SUBJECT,\nCUSTOMER_ENDPOINT' } };
const OTHERS = [{ ValueList: [SUBJECT] }, { ValueString: 'OLD_CUSTOMER_ENDPOINT' }, null];
const OTHERS_REDACTED = OTHERS.map(redacted => ({ ...SMS, redacted }));
const TYPE_ALONE = { ...SMS, endpoint: { Type: 'TELEPHONE_NUMBER', Address: ' ' } };

const VERDICTS = {
  theirs: [undefined, true, true],
  "another's": [undefined, NOT_OWNED, NOT_OWNED],
  'not comparable': [undefined, UNKNOWN, UNKNOWN],
  'for a known customer': [undefined, CUSTOMER_UNKNOWN, CUSTOMER_UNKNOWN],
  "nobody's": [undefined, false, UNKNOWN],
  'as unknown': [undefined, false, CUSTOMER_UNKNOWN],
};

type Who = Parameters<typeof contactOf>[0];

interface Row {
  current: Who;
  pasts: Who[];
  is: keyof typeof VERDICTS;
}

const CUSTOMERS: Record<CustomerIdentity, Row[]> = {
  AUTO: [
    { current: ANN, pasts: [ANN, { ...ANN, signedIn: GUEST }, { ...ANN, ...NO_SUBTYPE }], is: 'theirs' },
    { current: ANN, pasts: [BOB, { id: 'Ann' }, { id: 'a\u00a0nn' }], is: "another's" },
    { current: ANN, pasts: [PHONE, ANNS_PHONE, { ...SMS, ...ANN }, SIGNED_IN], is: 'not comparable' },
    { current: ANN, pasts: [NOBODY, { crm: 'ann' }, { id: 'null' }, SMS], is: "nobody's" },
    { current: ANN_SIGNED_IN, pasts: [{ ...ANN, signedIn: 'b' }], is: 'theirs' },
    { current: ANN_SIGNED_IN, pasts: [{ ...BOB, signedIn: 'a' }], is: "another's" },
    { current: ANN_SIGNED_IN, pasts: [SIGNED_IN], is: 'not comparable' },
    { current: { ...WITH_ADDRESS, ...NEW_SUBTYPE }, pasts: [ANN], is: 'theirs' },
    { current: { ...WITH_ADDRESS, ...NEW_SUBTYPE }, pasts: [ANNS_PHONE], is: 'not comparable' },
    { current: SIGNED_IN, pasts: [SIGNED_IN], is: 'theirs' },
    { current: SIGNED_IN, pasts: [{ signedIn: 'b' }], is: "another's" },
    { current: SIGNED_IN, pasts: [{ id: 'a' }, { ...SMS, address: 'a' }], is: 'not comparable' },
    { current: SIGNED_IN, pasts: [{ ...SIGNED_IN, status: 'authenticated' }], is: "nobody's" },
    { current: PHONE, pasts: [PHONE, { ...PHONE, ...NO_SUBTYPE }, { ...PHONE, ...WHATSAPP, id: GUEST }], is: 'theirs' },
    // A contact that is linked to a redacted one has a copy of its segment attributes.
    { current: PHONE, pasts: [{ ...REDACTED, ...PHONE }], is: 'theirs' },
    { current: PHONE, pasts: [{ ...SMS, address: '+2' }], is: "another's" },
    { current: PHONE, pasts: [{ id: '+1' }, { address: '+1' }], is: 'not comparable' },
    { current: PHONE, pasts: [NOBODY, { signedIn: 'null' }, WHATSAPP, TYPE_ALONE], is: "nobody's" },
    { current: PHONE, pasts: OTHERS_REDACTED, is: "nobody's" },
    { current: ANNS_PHONE, pasts: [{ ...PHONE, ...BOB }], is: 'theirs' },
    { current: ANNS_PHONE, pasts: [{ ...SMS, ...ANN, address: '+2' }], is: "another's" },
    { current: ANNS_PHONE, pasts: [ANN, USERNAME], is: 'not comparable' },
    { current: USERNAME, pasts: [USERNAME], is: 'theirs' },
    { current: USERNAME, pasts: [{ ...SMS, address: 'us.1' }], is: "another's" },
    { current: USERNAME, pasts: [PHONE, { ...SMS, address: '1' }], is: 'not comparable' },
    { current: NOBODY, pasts: [ANN, PHONE, SIGNED_IN], is: 'for a known customer' },
    { current: { ...SMS, ...ANN }, pasts: [ANN, { ...SMS, ...ANN }], is: 'for a known customer' },
    { current: { id: 'null' }, pasts: [NOBODY, { crm: 'ann' }], is: 'as unknown' },
  ],
  CUSTOMER_ID: [
    { current: ANN, pasts: [ANNS_PHONE], is: 'theirs' },
    { current: ANN, pasts: [{ ...PHONE, ...BOB }], is: "another's" },
    { current: ANN, pasts: [PHONE, SIGNED_IN, REDACTED, { ...SMS, address: 'unknown' }], is: "nobody's" },
  ],
  ENDPOINT: [
    { current: WITH_ADDRESS, pasts: [{ ...PHONE, ...BOB }], is: 'theirs' },
    { current: WITH_ADDRESS, pasts: [{ ...ANN, address: '+2' }], is: "another's" },
    { current: WITH_ADDRESS, pasts: [{ ...SMS, address: 'a' }], is: 'not comparable' },
    { current: WITH_ADDRESS, pasts: [ANN, SIGNED_IN], is: "nobody's" },
  ],
  ATTRIBUTE: [
    { current: { crm: 'ann', id: 'a' }, pasts: [{ crm: 'ann', id: GUEST }], is: 'theirs' },
    { current: { crm: 'ann', id: 'a' }, pasts: [{ crm: 'bob', id: 'a' }], is: "another's" },
    { current: { crm: 'ann', id: 'a' }, pasts: [{ id: 'a' }, PHONE], is: "nobody's" },
    { current: ANN, pasts: [{ crm: 'ann' }], is: 'for a known customer' },
  ],
  AUTHENTICATED: [
    { current: { ...SIGNED_IN, id: 'b' }, pasts: [{ ...SIGNED_IN, id: 'c' }], is: 'theirs' },
    { current: { ...SIGNED_IN, id: 'b' }, pasts: [{ signedIn: 'A' }], is: "another's" },
    { current: SIGNED_IN, pasts: [{ id: 'a' }, { signedIn: 'a', status: 'FAILED' }], is: "nobody's" },
  ],
};
test.each(Object.entries(CUSTOMERS).flatMap(([identity, rows]) => rows.map(row => ({ identity, ...row }))))(
  'with $identity, past chats are $is, for a customer of $current',
  ({ identity, current, pasts, is }) => {
    const found = pasts.map(past => ({ past, verdict: inEachCheck(contactOf(current), contactOf(past), identity) }));
    expect(found).toEqual(pasts.map(past => ({ past, verdict: VERDICTS[is] })));
  },
);

test.each<{ identity: CustomerIdentity; known: Who; doubtful: Who }>([
  { identity: 'CUSTOMER_ID', known: ANN, doubtful: { id: GUEST } },
  { identity: 'ATTRIBUTE', known: { crm: 'ann' }, doubtful: { crm: GUEST, id: 'ann' } },
  { identity: 'AUTHENTICATED', known: SIGNED_IN, doubtful: { signedIn: GUEST, id: 'ann' } },
  { identity: 'ENDPOINT', known: { address: '+1' }, doubtful: { address: 'anonymous', id: 'ann' } },
  { identity: 'AUTO', known: ANN, doubtful: { id: GUEST } },
  { identity: 'AUTO', known: PHONE, doubtful: { ...SMS, address: 'unknown' } },
  { identity: 'AUTO', known: SIGNED_IN, doubtful: { signedIn: GUEST } },
  // A doubtful customer id hides a sign-in, of either contact.
  { identity: 'AUTO', known: SIGNED_IN, doubtful: { ...SIGNED_IN, id: GUEST } },
  { identity: 'AUTO', known: ANN, doubtful: { ...SMS, ...ANN, address: 'unknown' } },
  ...[{ Address: '+1' }, { Type: 'null', Address: '+1' }, { Type: 'unknown', Address: '+1' }, { Type: 'unknown' }].map(
    endpoint => ({ identity: 'AUTO' as const, known: PHONE, doubtful: { ...SMS, endpoint } }),
  ),
  { identity: 'AUTO', known: PHONE, doubtful: { ...SMS, redacted: { ValueList: [SUBJECT, ENDPOINT] } } },
  { identity: 'AUTO', known: PHONE, doubtful: { ...REDACTED, ...ANN } },
  { identity: 'AUTO', known: ANN, doubtful: REDACTED },
])('with $identity, $doubtful is no known customer, and its chat is not for $known, itself or nobody', row => {
  const { identity, known, doubtful } = row;
  const found = [known, doubtful, {}].map(who => inEachCheck(contactOf(who), contactOf(doubtful), identity));
  const hidden = VERDICTS['for a known customer'];
  expect(found).toEqual([VERDICTS['not comparable'], hidden, hidden]);
});
