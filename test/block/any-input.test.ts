import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { C1, CUSTOMER_ID, INSTANCE_ID, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import {
  ASSOCIATED_REASONS,
  ASSOCIATION_STATUSES,
  FAILED_REASONS,
  NOT_APPLICABLE_REASONS,
  REJECTED_REASONS,
} from '../../src/outcome.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const OUR_ERRORS = /^(MalformedEvent|InvalidRehydrationType|InvalidTimeLimit|UnknownParameter)Error$/;
const DOCUMENTED = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));
const DONE = ['', 'ALREADY_PERSISTENT', ...ASSOCIATED_REASONS, ...NOT_APPLICABLE_REASONS];
const REASONS = [...DONE, ...REJECTED_REASONS, ...FAILED_REASONS];

const connect = await startLocalConnect();
let block: Block;
/** The contacts that each operation was called for, in one test. */
const called = new Map<string, Set<string>>();
beforeEach(() => called.clear());
afterAll(() => connect.close());

/** The only rule: the documented shape, or one of our own errors; and never a call with an empty id. */
async function expectDocumented(event: unknown): Promise<void> {
  const { attributes = {} as Record<string, string>, error } = await block.invoke(event);
  if (error) expect(error.name).toMatch(OUR_ERRORS);
  else {
    expect(Object.keys(attributes)).toEqual(DOCUMENTED);
    for (const value of Object.values(attributes)) expect(typeof value === 'string' && value.isWellFormed()).toBe(true);
    expect(ASSOCIATION_STATUSES).toContain(attributes['associationStatus']);
    expect(REASONS).toContain(attributes['reason']);
    expect(JSON.stringify(attributes).length).toBeLessThan(32_000);
  }
  for (const { operation, contactId, instanceId, body } of connect.calls) {
    called.set(operation, (called.get(operation) ?? new Set()).add(contactId));
    expect(['CreatePersistentContactAssociation', 'DescribeContact', 'ListAssociatedContacts']).toContain(operation);
    const { SourceContactId = operation.startsWith('Create') ? '' : C1 } = body;
    for (const id of [contactId, instanceId, SourceContactId]) expect(String(id).trim()).not.toBe('');
  }
  connect.calls.length = 0;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  // Any UTF-16 code units, lone surrogates among them.
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 300 }).map(units => String.fromCharCode(...units)),
  fc.constantFrom('', ' ', '.', '..', '/', '%', '%2e%2e', '\ud800', 'a\u0000b', 'x'.repeat(257), '__proto__'),
);

/** Any JSON value in any place of an event: one at a time, so that the rest lets the request through, and several. */
function anyJson() {
  const place = fc.constantFrom(
    ...['Attributes', 'ContactId', 'InitialContactId', 'PreviousContactId', 'CustomerEndpoint', 'CustomerId'],
    ...['Queue', 'SegmentAttributes', 'InstanceARN', 'Channel', 'RelatedContactId', 'SystemEndpoint'],
  );
  const contactData = fc.oneof(
    fc.tuple(place, fc.jsonValue()).map(([name, value]) => ({ [name]: value })),
    fc.dictionary(place, fc.jsonValue()),
  );
  const name = fc.constantFrom('sourceContactId', 'rehydrationType', 'timeLimitSeconds');
  const parameters = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ sourceContactId: C1 }) },
    fc.dictionary(name, fc.jsonValue()),
    fc.jsonValue(),
  );
  const event = (given: unknown, fields: object) =>
    chatEvent(given as Record<string, unknown>, { CustomerId: CUSTOMER_ID, ...fields });
  return fc.tuple(parameters, contactData).map(([given, fields]) => event(given, fields));
}

/** Any texts as parameters, ids and attributes. */
function anyTexts() {
  const mostly = (value: string, weight = 5) => fc.oneof({ weight, arbitrary: fc.constant(value) }, anyText);
  const parameters = fc.record({
    sourceContactId: mostly(C1, 2),
    rehydrationType: mostly('FROM_SEGMENT'),
    timeLimitSeconds: mostly('8'),
  });
  const ids = fc.record({ ContactId: mostly(NEW_CHAT, 1), CustomerId: mostly(CUSTOMER_ID) });
  return fc.tuple(parameters, ids, mostly(INSTANCE_ID), anyText).map(([given, ids, instance, attribute]) =>
    chatEvent(given, {
      ...ids,
      InstanceARN: `arn:aws:connect:us-east-1:111122223333:instance/${instance}`,
      Attributes: { sourceContactId: attribute, customerId: attribute },
      CustomerEndpoint: { Type: attribute, Address: ids.CustomerId },
    }),
  );
}

test.each([
  ['on', {}],
  ['off', { SOURCE_CONTACT_CHECK: 'OFF' }],
])(
  'any event is answered as documented, with the source contact check %s',
  async (_, environment) => {
    block = await startBlock(connect, environment);
    for (const event of [fc.jsonValue({ maxDepth: 6 }), anyJson(), anyTexts()]) {
      await fc.assert(fc.asyncProperty<[unknown]>(event, expectDocumented), { numRuns: 250 });
    }
    // Odd texts have to reach the requests, or this shows nothing.
    expect(called.get('CreatePersistentContactAssociation')?.size).toBeGreaterThan(20);
  },
  60_000,
);
