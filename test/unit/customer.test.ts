import type { Contact } from '@aws-sdk/client-connect';
import { describe, expect, test } from '@jest/globals';
import { currentCustomer, ownerOf } from '../../src/customer.ts';
import { parseContactFlowEvent } from '../../src/event.ts';
import { CUSTOMER_IDENTITIES, type CustomerIdentity, readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';

type Fields = Record<string, unknown>;

const settingsFor = (CUSTOMER_IDENTITY: CustomerIdentity, CUSTOMER_ID_ATTRIBUTE = 'crm') =>
  readSettings({ CUSTOMER_IDENTITY, CUSTOMER_ID_ATTRIBUTE });
const customerOf = (fields: Fields, settings: ReturnType<typeof readSettings>) =>
  currentCustomer(parseContactFlowEvent(chatEvent({}, fields)), settings);

/** Whom an event and a contact of the same fields are of. */
function customers(identity: CustomerIdentity, fields: Fields) {
  const customer = customerOf(fields, settingsFor(identity));
  const kind = customer?.kind ?? (identity === 'AUTO' ? 'CUSTOMER_ID' : identity);
  const owner = ownerOf({ Id: 'past', ...fields } as Contact, { kind, scope: '', id: '' }, settingsFor(identity));
  return { customer: customer?.id, owner };
}

const ELSEWHERE = {
  CustomerId: 'elsewhere',
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
  Attributes: { crm: 'elsewhere', customerId: 'elsewhere' },
};
/** The fields of a contact with this identity of one kind, and another one of every other kind. */
const FIELDS: Record<CustomerIdentity, (id: unknown) => Fields> = {
  AUTO: CustomerId => ({ ...ELSEWHERE, CustomerId }),
  CUSTOMER_ID: CustomerId => ({ ...ELSEWHERE, CustomerId }),
  ENDPOINT: Address => ({ ...ELSEWHERE, CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } }),
  ATTRIBUTE: crm => ({ ...ELSEWHERE, Attributes: { crm } }),
};

/** What these ids come to as each kind of identity, beside the kind and the id, so that a failure names them. */
function ofEachKind<T>(ids: unknown[], look: (identity: CustomerIdentity, fields: Fields) => T) {
  return CUSTOMER_IDENTITIES.flatMap(kind => ids.map(id => ({ kind, id, found: look(kind, FIELDS[kind](id)) })));
}

describe('an identity', () => {
  test.each(CUSTOMER_IDENTITIES)('by %s is of this kind, and of no other, of an event and of a contact', identity => {
    const { customer, owner } = customers(identity, FIELDS[identity]('Ann'));
    expect(customer).toContain('Ann');
    expect(owner).toBe(customer);
  });

  test('is compared without the white space at its ends, otherwise exactly', () => {
    const isAnn = (identity: CustomerIdentity, fields: Fields) =>
      customers(identity, fields).customer === customers(identity, FIELDS[identity]('Ann')).customer;
    expect(ofEachKind([' Ann', 'Ann\u00a0\n'], isAnn).filter(({ found }) => !found)).toEqual([]);
    expect(ofEachKind(['ann', 'A nn', 'Ann.', 'A\u200bnn'], isAnn).filter(({ found }) => found)).toEqual([]);
  });

  test('is not what programs write where they have none, nothing invisible, and nothing but text', () => {
    const ids = [
      ...['', '  ', 'null', ' undefined ', '[object Object]', 'NaN', '0', '[object Undefined]'],
      ...['\u0000', '\u200b', '\ufeff', '\u00ad', '\u2800', '\u3164', '\ud800', '\u202e \u2066'],
      ...['None', 'NULL', 'Null', 'nan', 'nil', '<nil>', '(null)', 'True', 'false', '{}', '[]', '""', '"null"'],
      ...['00000000-0000-0000-0000-000000000000', '$.Attributes.customerId', `\${customerId}`, '{{customerId}}'],
      ...[null, undefined, 7, true, {}, ['Ann']],
    ];
    expect(ofEachKind(ids, customers).filter(({ found }) => found.customer ?? found.owner)).toEqual([]);
  });

  test('may look much like one that is none', () => {
    const found = ofEachKind(['Nullmann', '00', 'nobody', `\${ann`, '{{ann', '$.5', '👤'], customers);
    expect(found.filter(({ id, found }) => !found.customer?.includes(String(id)))).toEqual([]);
  });
});

test('an attribute of a contact that is linked to another one may be a copy, and says nothing', () => {
  const found = [null, ' ', 'past'].map(RelatedContactId =>
    customerOf({ Attributes: { crm: 'Ann' }, RelatedContactId }, settingsFor('ATTRIBUTE')),
  );
  expect(found.map(customer => customer?.id)).toEqual(['Ann', 'Ann', undefined]);
});

describe('an endpoint', () => {
  const of = (CustomerEndpoint: unknown) => customers('ENDPOINT', { CustomerEndpoint });

  test('is its type and its address, in a form that no other pair has', () => {
    const seen = [of({ Type: 'A', Address: 'B' }), of({ Type: 'B', Address: 'A' })];
    for (const comma of [',', '","', ' ']) {
      seen.push(of({ Type: `A${comma}B`, Address: 'C' }), of({ Type: 'A', Address: `B${comma}C` }));
    }
    expect(new Set(seen.map(({ owner }) => owner)).size).toBe(seen.length);
  });

  test.each([
    { Type: 'A', Address: '' },
    { Type: '', Address: 'B' },
    { Address: 'B' },
    null,
    undefined,
    '+12025550143',
  ])('is an object with both: nobody is %j', endpoint => expect(of(endpoint)).toEqual({}));
});

test('an attribute that every object has is nobody', () => {
  const settings = settingsFor('ATTRIBUTE', 'constructor');
  expect(customerOf({}, settings)).toBeUndefined();
  expect(ownerOf({}, { kind: 'ATTRIBUTE', scope: '', id: '' }, settings)).toBeUndefined();
});
