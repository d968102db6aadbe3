import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { C1, CUSTOMER_ID, INSTANCE_ARN, NEW_CHAT } from '../../local/connect/index.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent } from '../support/events.ts';

const OUR_ERRORS = /^(MalformedEvent|InvalidRehydrationType|InvalidTimeLimit|UnknownParameter)Error$/;
const DOCUMENTED = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));
const ASSOCIATE = 'CreatePersistentContactAssociation';
const OPERATIONS = [ASSOCIATE, 'DescribeContact', 'ListAssociatedContacts'];

const world = blockForEachTest({ hasInstance: () => true });

/**
 * Expects the documented shape, or one of our own errors, and never a call with an empty id.
 *
 * @returns the contacts that an association was asked for
 */
async function expectDocumented(event: unknown): Promise<string[]> {
  const { attributes, error } = await world.invoke(event);
  if (error) expect(error.name).toMatch(OUR_ERRORS);
  else {
    expect(Object.keys(attributes)).toEqual(DOCUMENTED);
    for (const value of Object.values(attributes)) expect(typeof value === 'string' && value.isWellFormed()).toBe(true);
    expect(JSON.stringify(attributes).length).toBeLessThan(32_000);
  }
  const calls = world.connect.calls.splice(0);
  const associations = calls.filter(({ operation }) => operation === ASSOCIATE);
  for (const { operation } of calls) expect(OPERATIONS).toContain(operation);
  const ids = calls.flatMap(({ contactId, instanceId }) => [contactId, instanceId]);
  const sources = associations.map(({ body }) => body['SourceContactId']);
  expect([...ids, ...sources].filter(id => !String(id ?? '').trim())).toEqual([]);
  return associations.map(({ contactId }) => contactId);
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
const parameters = fc.record({
  sourceContactId: mostly(C1, 2),
  rehydrationType: mostly('FROM_SEGMENT'),
  timeLimitSeconds: mostly('8'),
});
const instanceArn = anyText.map(id => `arn:aws:connect:us-east-1:111122223333:instance/${id}`);
const OTHER_IDS = ['InitialContactId', 'PreviousContactId', 'RelatedContactId'];
const odd = fc.record({
  Parameters: fc.oneof(parameters, mostly({ sourceContactId: C1 }, 2)),
  ContactId: mostly(NEW_CHAT, 2),
  CustomerId: mostly(CUSTOMER_ID),
  InstanceARN: fc.oneof(mostly(INSTANCE_ARN), instanceArn),
  Attributes: fc.oneof(fc.record({ sourceContactId: anyText, customerId: anyText }), mostly({})),
  CustomerEndpoint: fc.oneof(fc.record({ Type: anyText, Address: anyText }), mostly(null)),
  Channel: mostly('CHAT'),
  ...Object.fromEntries(
    [...OTHER_IDS, 'SegmentAttributes', 'SystemEndpoint', 'Queue'].map(name => [name, mostly(null)]),
  ),
});

test.each(['OWNER_IF_KNOWN', 'OFF'])(
  'any event is answered with the documented attributes or an error of ours, with the source contact check %s',
  async SOURCE_CONTACT_CHECK => {
    world.deploy({ SOURCE_CONTACT_CHECK });
    const event = odd.map(({ Parameters, ...fields }) => chatEvent(Parameters as Record<string, unknown>, fields));
    const associated = new Set<string>();
    for (const any of [fc.jsonValue({ maxDepth: 6 }), event]) {
      const property = fc.asyncProperty<[unknown]>(any, async event => {
        for (const contactId of await expectDocumented(event)) associated.add(contactId);
      });
      await fc.assert(property, { numRuns: 800 });
    }
    // Odd texts have to reach the requests, or this shows nothing.
    expect(associated.size).toBeGreaterThan(10);
  },
  60_000,
);
