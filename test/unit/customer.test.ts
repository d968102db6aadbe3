import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { currentCustomer, ownerOf } from '../../src/customer.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { CUSTOMER_IDENTITIES, type CustomerIdentity, readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';
import { contactOf } from './chat-request.ts';

type Fields = Record<string, unknown>;

const settingsFor = (CUSTOMER_IDENTITY: CustomerIdentity, CUSTOMER_ID_ATTRIBUTE = 'crm') =>
  readSettings({ CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE });
const customerOf = (fields: Fields, settings: ReturnType<typeof readSettings>) =>
  currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settings);

/** Whom an event of these fields is of, and whose a past contact is to that customer: of the same fields, or of others. */
function customers(identity: CustomerIdentity, fields: Fields, past: Fields = fields) {
  const settings = settingsFor(identity);
  const customer = customerOf(fields, settings);
  return { customer: customer?.id, owner: ownerOf({ Id: 'past', ...past } as Contact, customer, settings) };
}

const ELSEWHERE = { id: 'elsewhere', address: '+12025550199', crm: 'elsewhere', signedIn: 'elsewhere' };
/** The fields of a contact with this identity of one kind, and another one of every other kind. */
const FIELDS: Record<CustomerIdentity, (id: unknown) => Fields> = {
  // A chat without a customer id, but with another identity, is asked for that one.
  AUTO: id => contactOf({ id, crm: 'elsewhere' }),
  CUSTOMER_ID: id => contactOf({ ...ELSEWHERE, id }),
  ENDPOINT: address => contactOf({ ...ELSEWHERE, address }),
  ATTRIBUTE: crm => contactOf({ ...ELSEWHERE, crm }),
  AUTHENTICATED: signedIn => contactOf({ ...ELSEWHERE, signedIn }),
};

/** What these ids come to as each kind of identity, beside the kind and the id, so that a failure names them. */
function ofEachKind<T>(ids: unknown[], look: (identity: CustomerIdentity, fields: Fields) => T) {
  return CUSTOMER_IDENTITIES.flatMap(kind => ids.map(id => ({ kind, id, found: look(kind, FIELDS[kind](id)) })));
}

describe('an identity', () => {
  function expectNobody(ids: unknown[]) {
    const known = ofEachKind(ids, customers).filter(({ found }) => found.customer ?? found.owner !== 'NOBODY');
    expect(known).toEqual([]);
  }

  test.each(CUSTOMER_IDENTITIES)('by %s is of this kind, and of no other, of an event and of a contact', identity => {
    const ann = FIELDS[identity]('Ann');
    expect(customers(identity, ann)).toEqual({ customer: expect.stringContaining('Ann'), owner: 'CUSTOMER' });
    expect(customers(identity, ann, FIELDS[identity]('Bob')).owner).toBe('ANOTHER');
  });

  test('is compared without the white space at its ends, otherwise exactly', () => {
    const owner = (identity: CustomerIdentity, past: Fields) =>
      customers(identity, FIELDS[identity]('Ann'), past).owner;
    expect(ofEachKind([' Ann', 'Ann\u00a0\n'], owner).filter(({ found }) => found !== 'CUSTOMER')).toEqual([]);
    const others = ofEachKind(['ann', 'A nn', 'An.n', 'A\u200bnn'], owner);
    expect(others.filter(({ found }) => found !== 'ANOTHER')).toEqual([]);
  });

  // Divided by spaces.
  test.each<[string, string]>([
    [
      'what programs write for nobody',
      'null NaN 0 None NULL nan nil <nil> (null) 00000000-0000-0000-0000-000000000000',
    ],
    ['what templates write for nobody', '{} [] "" "null" [object#Object] u[object#Object] True false'],
    ['a prefix and no value', 'customer-undefined x_null a:NaN crm/None user#nil c-(null) c:<nil> tenant/[]'],
    ['the same without a sign, or zeros', 'userNaN customerundefined c_00000000-0000-0000-0000-000000000000'],
    ['a suffix and no value', 'undefined@example.com null:web customer-undefined:'],
    ['a prefix with nothing after it', 'tenant/ customer- customerId= id== acme:customer: -'],
    ['a reference that nobody resolved', `$.Attributes.customerId \${id} customer-\${id} {{id}} c-{{id}} #{id}`],
  ])('is not %s: %s', (_, ids) => expectNobody(ids.split(' ').map(id => id.replace('t#O', 't O'))));

  test('is nothing that nobody sees, and nothing but text', () => {
    expectNobody(['', '  ', '\u0000', '\u200b', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ud800', '\u202e \u2066']);
    expectNobody([' undefined ', '\u200enull\u200e', null, undefined, 7, true, {}, ['Ann']]);
  });

  test.each([
    ['a name', 'Nullmann nobody anna-nilsson nan-li jean.nonet 👤 undefined5 annan'],
    ['a number', '00 user-0 customer-10 $.5 null5@example.com'],
    ['what begins like a reference', `\${ann {{ann`],
    ['a random id that ends in a sign', 'V1StGXR8_Z5jdHi6B- 4f90d13a42_'],
    // Of "user:1", of 12345, of 16 random bytes: some have no digit.
    ['in base64', 'dXNlcjox MTIzNDU= QW5uYSBOaWxzc29uMQ== VXNlcjoxMjM= kJtQzVbWnGhXyRfLcPdMsA=='],
  ])('may be %s: %s', (_, ids) => {
    const found = ofEachKind(ids.split(' '), customers);
    const unknown = found.filter(
      ({ id, found }) => found.owner !== 'CUSTOMER' || !found.customer?.includes(String(id)),
    );
    expect(unknown).toEqual([]);
  });
});

test.each(['${', '{{', '#{', '-', 'a-', '-nil'])('a text of 32 KB, of %j, is judged at once', part => {
  const startedAt = performance.now();
  customerOf(contactOf({ id: `${part.repeat(32_000 / part.length)}1` }), settingsFor('AUTO'));
  expect(performance.now() - startedAt).toBeLessThan(200);
});

test("the customer of Connect's own sign-in is known only where that succeeded, and has the form that Connect writes", () => {
  const customer = (SegmentAttributes: unknown) => customerOf({ SegmentAttributes }, settingsFor('AUTHENTICATED'))?.id;
  const status = (status: string) => customer(contactOf({ signedIn: 'Ann', status }).SegmentAttributes);
  expect(['AUTHENTICATED', 'FAILED', 'authenticated', ''].map(status)).toEqual([
    'Ann',
    undefined,
    undefined,
    undefined,
  ]);
  const others = [null, 'Ann', {}, { ValueMap: [] }, { ValueMap: { Status: 'AUTHENTICATED' } }, { ValueString: 'Ann' }];
  expect(others.filter(value => customer({ 'connect:CustomerAuthentication': value }))).toEqual([]);
});

test('an attribute of a contact that is linked to another one may be a copy, and says nothing', () => {
  const found = [null, ' ', 'past'].map(RelatedContactId =>
    customerOf({ Attributes: { crm: 'Ann' }, RelatedContactId }, settingsFor('ATTRIBUTE')),
  );
  expect(found.map(customer => customer?.id)).toEqual(['Ann', 'Ann', undefined]);
});

describe('an endpoint', () => {
  const of = (CustomerEndpoint: unknown) => customers('ENDPOINT', { CustomerEndpoint }).customer;

  test('is its type and its address, in a form that no other pair has', () => {
    const seen = [of({ Type: 'A', Address: 'B' }), of({ Type: 'B', Address: 'A' })];
    for (const comma of [',', '","', ' ']) {
      seen.push(of({ Type: `A${comma}B`, Address: 'C' }), of({ Type: 'A', Address: `B${comma}C` }));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('is an object with both', () => {
    const others = [{ Type: 'A', Address: '' }, { Type: '', Address: 'B' }, { Address: 'B' }, null, '+12025550143'];
    expect(others.filter(of)).toEqual([]);
  });
});

const SMS = { address: '+1', subtype: 'connect:SMS' };
test.each<[string, CustomerIdentity, Parameters<typeof contactOf>[0], string | null]>([
  ['CUSTOMER_ID', 'AUTO', { id: 'Ann' }, '+12025550100'],
  ['AUTHENTICATED', 'AUTO', { signedIn: 'Ann' }, '+12025550100'],
  ['ATTRIBUTE crm', 'ATTRIBUTE', { crm: 'Ann' }, '+12025550100'],
  ['ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550100"]', 'AUTO', SMS, '+12025550100'],
  ['ENDPOINT connect:SMS ["TELEPHONE_NUMBER","+12025550111"]', 'AUTO', SMS, '+12025550111'],
  ['ENDPOINT connect:WhatsApp', 'AUTO', { ...SMS, subtype: 'connect:WhatsApp' }, null],
  ['ENDPOINT connect:Chat', 'ENDPOINT', { address: '+1' }, ''],
])('the scope of a customer, %j, has what tells two of the same id apart', (scope, identity, who, Address) => {
  const SystemEndpoint = Address === null ? null : { Type: 'TELEPHONE_NUMBER', Address };
  expect(customerOf({ ...contactOf(who), SystemEndpoint }, settingsFor(identity))?.scope).toBe(scope);
});

test('an attribute that every object has is nobody', () => {
  const settings = settingsFor('ATTRIBUTE', 'constructor');
  expect(customerOf({}, settings)).toBeUndefined();
  expect(ownerOf({}, undefined, settings)).toBe('NOBODY');
});
