import { describe, expect, test } from '@jest/globals';
import { currentCustomer, endpointId, identity } from '../../src/customer.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { type CustomerIdentity, readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';
import { contactOf } from './chat-request.ts';

// Which identity of a contact counts, and for whom, is in check.test.ts.

/** Who an event of these fields is of. */
function customerOf(fields: Record<string, unknown>, CUSTOMER_IDENTITY: CustomerIdentity) {
  const settings = readSettings({ CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' });
  return currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settings);
}

describe('an identity', () => {
  test('has no white space at its ends, and is otherwise as it was written', () => {
    const found = ['Ann', ' Ann', 'Ann\u00a0\n', 'ann', 'A nn', 'An.n', 'A\u200bnn'].map(identity);
    expect(found).toEqual(['Ann', 'Ann', 'Ann', 'ann', 'A nn', 'An.n', 'A\u200bnn']);
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
  ])('is not %s: %s', (_, ids) => {
    const all = ids.split(' ').map(id => id.replace('t#O', 't O'));
    expect(all.filter(identity)).toEqual([]);
  });

  test('is nothing that nobody sees, and nothing but text', () => {
    const unseen = ['', '  ', '\u0000', '\u200b', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ud800', '\u202e \u2066'];
    const others = [' undefined ', '\u200enull\u200e', null, undefined, 7, true, {}, ['Ann']];
    expect([...unseen, ...others].filter(identity)).toEqual([]);
  });

  test.each([
    ['a name', 'Nullmann nobody anna-nilsson nan-li jean.nonet 👤 undefined5 annan'],
    ['a number', '00 user-0 customer-10 $.5 null5@example.com'],
    ['what begins like a reference', `\${ann {{ann`],
    ['a random id that ends in a sign', 'V1StGXR8_Z5jdHi6B- 4f90d13a42_'],
    // Of "user:1", of 12345, of 16 random bytes: some have no digit.
    ['in base64', 'dXNlcjox MTIzNDU= QW5uYSBOaWxzc29uMQ== VXNlcjoxMjM= kJtQzVbWnGhXyRfLcPdMsA=='],
  ])('may be %s: %s', (_, ids) => {
    expect(ids.split(' ').map(identity)).toEqual(ids.split(' '));
  });

  test.each(['${', '{{', '#{', '-', 'a-', '-nil'])('of 32 KB, of %j, is judged at once', part => {
    const startedAt = performance.now();
    identity(`${part.repeat(32_000 / part.length)}1`);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

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
  expect([{ Type: 'A', Address: ' ' }, { Type: 'null', Address: 'B' }, { Address: 'B' }].filter(endpointId)).toEqual(
    [],
  );
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
  expect(customerOf({ ...contactOf(who), SystemEndpoint }, identity)?.scope).toBe(scope);
});
