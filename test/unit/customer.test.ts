import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { currentCustomer, ownerOf } from '../../src/customer.ts';
import { CUSTOMER_IDENTITIES, type CustomerIdentity, readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';

const settingsFor = (CUSTOMER_IDENTITY: CustomerIdentity) =>
  readSettings({ CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE: 'crm' });

/** Whom an event and a contact of the same fields are of. */
function customers(identity: CustomerIdentity, fields: Record<string, unknown>) {
  const customer = currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settingsFor(identity));
  const place = customer?.place ?? (identity === 'AUTO' ? 'CUSTOMER_ID' : identity);
  const owner = ownerOf({ Id: 'past', ...fields } as Contact, { place, kind: '', id: '' }, settingsFor(identity));
  return { customer: customer?.id, owner };
}

/** The fields of a contact with this identity at one place, and another one everywhere else. */
const PLACES: Record<CustomerIdentity, (id: unknown) => Record<string, unknown>> = {
  AUTO: CustomerId => ({ ...ELSEWHERE, CustomerId }),
  CUSTOMER_ID: CustomerId => ({ ...ELSEWHERE, CustomerId }),
  ENDPOINT: Address => ({ ...ELSEWHERE, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } }),
  ATTRIBUTE: crm => ({ ...ELSEWHERE, Attributes: { crm } }),
};
const ELSEWHERE = {
  CustomerId: 'elsewhere',
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
  Attributes: { crm: 'elsewhere', customerId: 'elsewhere' },
};

/** What these ids come to at each place, beside the place and the id, so that a failure names them. */
function everywhere<T>(ids: unknown[], look: (identity: CustomerIdentity, fields: Record<string, unknown>) => T) {
  return CUSTOMER_IDENTITIES.flatMap(place => ids.map(id => ({ place, id, found: look(place, PLACES[place](id)) })));
}

describe('an identity', () => {
  test.each(CUSTOMER_IDENTITIES)(
    'by %s is the one at its place, and no other, of an event and of a contact',
    identity => {
      const { customer, owner } = customers(identity, PLACES[identity]('Ann'));
      expect(customer).toContain('Ann');
      expect(owner).toBe(customer);
    },
  );

  test('is compared without the white space at its ends, otherwise exactly', () => {
    const same = (identity: CustomerIdentity, fields: Record<string, unknown>) =>
      customers(identity, fields).customer === customers(identity, PLACES[identity]('Ann')).customer;
    const ann = everywhere([' Ann', 'Ann\u00a0\n'], same);
    expect(ann.filter(({ found }) => !found)).toEqual([]);
    const others = everywhere(['ann', 'A nn', 'Ann.', 'A\u200bnn'], same);
    expect(others.filter(({ found }) => found)).toEqual([]);
  });

  test('is not what programs write where they have none, and nothing invisible', () => {
    const ids = [
      ...['', '  ', 'null', ' undefined ', '[object Object]', 'NaN', '0'],
      ...['\u0000', '\u200b', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ud800', '\u202e \u2066'],
      ...['None', 'NULL', 'Null', 'nan', 'nil', '<nil>', '(null)', 'True', 'false', '{}', '[]', '""', '"null"'],
      '[object Undefined]',
      ...['00000000-0000-0000-0000-000000000000', '$.Attributes.customerId', `\${customerId}`, '{{customerId}}'],
      ...[null, undefined],
    ];
    const known = everywhere(ids, customers).filter(({ found }) => found.customer ?? found.owner);
    expect(known).toEqual([]);
  });

  test('is text: anything else is nobody', () => {
    const found = everywhere([7, true, {}, ['Ann']], (identity, fields) =>
      currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settingsFor(identity)),
    );
    expect(found.filter(({ found }) => found)).toEqual([]);
  });

  test('may look much like one that is none', () => {
    const found = everywhere(['Nullmann', '00', 'nobody', `\${ann`, '{{ann', '$.5', '👤'], customers);
    expect(found.filter(({ id, found }) => !found.customer?.includes(String(id)))).toEqual([]);
  });
});

test('an attribute of a contact that is linked to another one may be a copy, and says nothing', () => {
  const customerOf = (fields: Record<string, unknown>) =>
    currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settingsFor('ATTRIBUTE'));
  const own = { Attributes: { [settingsFor('ATTRIBUTE').customerIdAttribute]: 'Ann' } };
  expect(customerOf(own)?.id).toBe('Ann');
  expect(customerOf({ ...own, RelatedContactId: ' ' })?.id).toBe('Ann');
  expect(customerOf({ ...own, RelatedContactId: 'past' })).toBeUndefined();
});

describe('an endpoint', () => {
  test('is its type and its address, in a form that no other pair has', () => {
    const of = (Type: unknown, Address: unknown) =>
      customers('ENDPOINT', { CustomerEndpoint: { Type, Address } }).owner;
    const pairs = [of('A', 'B'), of('B', 'A')];
    for (const comma of [',', '","', ' ']) pairs.push(of(`A${comma}B`, 'C'), of('A', `B${comma}C`));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect([of('A', ''), of('', 'B'), of(undefined, 'B')]).toEqual([undefined, undefined, undefined]);
  });

  test('is an object', () => {
    for (const CustomerEndpoint of [null, undefined, '+12025550143']) {
      const event = parseContactFlowEvent(chatEvent({}, { CustomerEndpoint }));
      expect(currentCustomer(event, settingsFor('ENDPOINT'))).toBeUndefined();
    }
  });
});

test('an attribute that every object has is nobody', () => {
  const settings = readSettings({ CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'constructor' });
  expect(currentCustomer(parseContactFlowEvent(chatEvent({})), settings)).toBeUndefined();
  expect(ownerOf({}, { place: 'ATTRIBUTE', kind: '', id: '' }, settings)).toBeUndefined();
});
