import { expect, test } from '@jest/globals';
import type { DescribedContact } from '../../../src/aws/answers.ts';
import { isFinished, reasonOf } from '../../../src/outcome.ts';
import { checkContact, checkOwner } from '../../../src/past-contact/check.ts';
import type { CustomerIdentity } from '../../../src/settings.ts';
import { chatRequest, contactOf } from '../../support/chat-request.ts';

const CURRENT_SESSION = 'c0c0c0c0-0000-4000-8000-000000000000';
const PAST = { Id: 'past', InitialContactId: 'first', Channel: 'CHAT', DisconnectTimestamp: new Date(0) };

const [NOT_CHAT, ACTIVE] = ['SOURCE_CONTACT_NOT_CHAT', 'SOURCE_CONTACT_STILL_ACTIVE'];
const [CURRENT, NOT_OWNED] = ['SOURCE_CONTACT_IN_CURRENT_SESSION', 'SOURCE_CONTACT_NOT_OWNED'];
const [UNKNOWN, CUSTOMER_UNKNOWN] = ['SOURCE_CONTACT_OWNER_UNKNOWN', 'CUSTOMER_UNKNOWN'];

/**
 * What CONTACT, OWNER_IF_KNOWN and OWNER_REQUIRED make of it: why a chat with these fields may not continue a contact with
 * those, else whether its owner is verified.
 */
function inEachCheck(current: object, past: object, CUSTOMER_IDENTITY = 'AUTO') {
  return ['CONTACT', 'OWNER_IF_KNOWN', 'OWNER_REQUIRED'].map(SOURCE_CONTACT_CHECK => {
    const environment = { SOURCE_CONTACT_CHECK, CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' };
    const request = chatRequest({}, { ...current, InitialContactId: CURRENT_SESSION }, environment);
    const contact = { ...PAST, ...past } as DescribedContact;
    const owner = checkOwner(contact, request);
    const refused = isFinished(owner) ? owner : checkContact(contact, request);
    return refused ? reasonOf(refused.outcome) : owner.ownerVerified;
  });
}

const SUBTYPES: Record<string, string | undefined> = {
  ...{ sms: 'connect:SMS', wa: 'connect:WhatsApp', new: 'connect:Unheard-of', any: undefined },
};
/** A contact by its fields, in short: "id=ann" is a web chat of Ann, "sms=+1 id=ann" hers by SMS from +1. */
const who = (inWords: string) => {
  const fields = inWords.split(' ').map((word): object => {
    const [name = '', value] = word.split('=');
    return name in SUBTYPES ? { subtype: SUBTYPES[name], address: value } : { [name]: value };
  });
  return contactOf(Object.assign({}, ...fields));
};

// Who comes, and which past contacts are theirs, another's, of somebody who cannot be compared with them, and nobody's.
test.each<[CustomerIdentity, current: string, own: string, another: string, incomparable: string, nobodys: string]>([
  [
    'AUTO',
    'id=ann',
    'id=ann',
    'id=bob, id=Ann, id=a\u00a0nn, id=a\u200bnn',
    'sms=+1, sms=+1 id=ann, sms id=ann, signedIn=ann',
    ', crm=ann, id=null, sms',
  ],
  ['AUTO', 'id=ann signedIn=a', 'id=ann signedIn=b', 'id=bob signedIn=a', 'signedIn=a, id=null signedIn=a', 'id=NaN'],
  ['AUTO', 'id=ann address=+1', 'any=+2 id=ann, new=+2 id=ann', 'any=+1 id=bob, new=+1 id=bob', 'any=+1', 'new'],
  ['AUTO', 'new=+1 id=ann', 'any=+2 id=ann, id=ann', 'any=+1 id=bob, id=bob', 'sms=+1 id=ann, any=+1', 'any'],
  ['AUTO', 'any=+1 id=ann', 'any=+2 id=ann, id=ann', 'any=+1 id=bob, id=bob', 'sms=+1 id=ann, new=+1', 'any'],
  [
    'AUTO',
    'signedIn=a',
    'signedIn=a',
    'signedIn=b',
    'id=a, id=a status=FAILED, sms=a',
    'signedIn=a status=authenticated',
  ],
  ['AUTO', 'sms=+1', 'sms=+1, wa=+1 id=bob, any=+1', 'sms=+2, wa=2', 'id=+1, address=+1', ', signedIn=null, wa'],
  ['AUTO', 'sms=+1 id=ann', 'sms=+1 id=bob', 'sms=+2 id=ann', 'id=ann, sms id=ann, wa=US.1', 'crm=ann, sms=null'],
  ['AUTO', 'wa=12025550143', 'sms=12025550143', 'wa=1202555014', 'wa=US.1, new=+1', 'wa='],
  ['AUTO', 'wa=US.1', 'wa=US.1', 'wa=US.2, wa=us.1', 'wa=+1, wa=1, sms=+1, id=US.1', 'sms'],
  ['CUSTOMER_ID', 'id=ann', 'sms=+1 id=ann', 'sms=+1 id=bob', '-', 'sms=+1, signedIn=ann'],
  ['ENDPOINT', 'address=+1 id=ann', 'sms=+1 id=bob', 'address=+2 id=ann', 'sms=US.1', 'id=ann, signedIn=a'],
  ['ATTRIBUTE', 'crm=ann id=ann', 'crm=ann id=bob', 'crm=bob id=ann, crm=Ann, crm=a\u00a0nn', '-', 'id=ann, sms=+1'],
  [
    'AUTHENTICATED',
    'signedIn=a id=b',
    'signedIn=a id=c',
    'signedIn=c id=b, signedIn=A',
    '-',
    'id=b, signedIn=a status=FAILED',
  ],
  ['AUTO', ', id=null, crm=a, sms id=a, signedIn=a status=', '-', '-', 'id=a, sms=+1, sms id=a, signedIn=a', ', crm=a'],
  ['CUSTOMER_ID', ', sms=+1, signedIn=a', '-', '-', 'id=a, sms=+1 id=a', ', sms=+1, signedIn=a, id=nil'],
  ['ENDPOINT', ', id=a, sms', '-', '-', 'sms=+1, address=a', ', id=a, sms'],
  ['ATTRIBUTE', ', id=a, sms=+1', '-', '-', 'crm=a, crm=a id=b', ', id=a, sms=+1, crm=undefined'],
  ['AUTHENTICATED', ', id=a, signedIn=null', '-', '-', 'signedIn=a, sms=+1 signedIn=a', ', id=a, crm=a'],
])('with %s, %j may continue %j; never %j, nor %j; by mode, %j', (identity, current, own, another, other, nobodys) => {
  const pairs = (past: string, ...made: unknown[]) =>
    past.split(', ').flatMap(to => current.split(', ').map(from => [from, to, undefined, ...made] as const));
  const incomparable = own === '-' ? CUSTOMER_UNKNOWN : UNKNOWN;
  const expected = [
    ...[pairs(own, true, true), pairs(another, NOT_OWNED, NOT_OWNED), pairs(other, incomparable, incomparable)],
    pairs(nobodys, false, UNKNOWN),
  ].flatMap(all => all.filter(([, to]) => to !== '-'));
  const found = expected.map(([from, to]) => [from, to, ...inEachCheck(who(from), who(to), identity)]);
  expect(found).toEqual(expected);
});

// What comes before what is in test/block/precedence.test.ts.
test.each([
  [NOT_CHAT, { Channel: 'VOICE' }],
  [NOT_CHAT, { Channel: undefined }],
  [ACTIVE, { DisconnectTimestamp: undefined }],
  [CURRENT, { InitialContactId: CURRENT_SESSION.toUpperCase() }],
  [CURRENT, { Id: CURRENT_SESSION, InitialContactId: undefined }],
])('%s is said only of what may be known of the contact: %j', (reason, flaw) => {
  const current = { CustomerId: 'ann' };
  expect(inEachCheck(current, { ...current, ...flaw })).toEqual([reason, reason, reason]);
  expect(inEachCheck(current, { CustomerId: 'bob', ...flaw })).toEqual([reason, NOT_OWNED, NOT_OWNED]);
});
