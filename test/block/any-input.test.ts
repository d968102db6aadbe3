import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { C1, CUSTOMER_ID, INSTANCE_ARN, NEW_CHAT, startLocalConnect } from '../../local/connect/index.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { type Block, startBlock } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const OUR_ERRORS = /^(MalformedEvent|InvalidRehydrationType|InvalidTimeLimit|UnknownParameter)Error$/;
const DOCUMENTED = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));

const connect = await startLocalConnect({ hasInstance: () => true });
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
/** What is usual in most of the events, so that the rest lets them through; else any text, or any JSON value. */
const mostly = (usual: unknown, weight = 12) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, anyText, fc.jsonValue());
const attributes = fc.record({ sourceContactId: anyText, customerId: anyText });
const odd = fc.record({
  Parameters: fc.oneof(
    fc.record({
      sourceContactId: mostly(C1, 2),
      rehydrationType: mostly('FROM_SEGMENT'),
      timeLimitSeconds: mostly('8'),
    }),
    mostly({ sourceContactId: C1 }, 2),
  ),
  ContactId: mostly(NEW_CHAT, 2),
  CustomerId: mostly(CUSTOMER_ID),
  InstanceARN: fc.oneof(
    mostly(INSTANCE_ARN),
    anyText.map(id => `arn:aws:connect:us-east-1:111122223333:instance/${id}`),
  ),
  Attributes: fc.oneof(attributes, mostly({})),
  CustomerEndpoint: fc.oneof(fc.record({ Type: anyText, Address: anyText }), mostly(null)),
  Channel: mostly('CHAT'),
  ...Object.fromEntries(
    ['InitialContactId', 'PreviousContactId', 'RelatedContactId', 'SegmentAttributes', 'SystemEndpoint', 'Queue'].map(
      name => [name, mostly(null)],
    ),
  ),
});

test.each(['OWNER_IF_KNOWN', 'OFF'])(
  'any event is answered with the documented attributes or an error of ours, with the source contact check %s',
  async SOURCE_CONTACT_CHECK => {
    block = await startBlock(connect, { SOURCE_CONTACT_CHECK });
    const event = odd.map(({ Parameters, ...fields }) => chatEvent(Parameters as Record<string, unknown>, fields));
    for (const any of [fc.jsonValue({ maxDepth: 6 }), event]) {
      await fc.assert(fc.asyncProperty<[unknown]>(any, expectDocumented), { numRuns: 800 });
    }
    // Odd texts have to reach the requests, or this shows nothing.
    expect(called.get('CreatePersistentContactAssociation')?.size).toBeGreaterThan(10);
  },
  60_000,
);
