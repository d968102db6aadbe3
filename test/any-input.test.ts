import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LocalConnect, startLocalConnect } from '../local-connect/index.ts';
import { ASSOCIATION_STATUSES, FAILED_REASONS, NOT_APPLICABLE_REASONS, REJECTED_REASONS } from '../src/outcome.ts';
import { type Block, type Invoked, startBlock } from './support/block.ts';
import { chatEvent } from './support/events.ts';

const OUR_ERRORS = [
  'MalformedEventError',
  'InvalidRehydrationTypeError',
  'InvalidTimeLimitError',
  'CustomerIdNotCheckedError',
];
const REASONS = ['', 'ALREADY_PERSISTENT', ...NOT_APPLICABLE_REASONS, ...REJECTED_REASONS, ...FAILED_REASONS];

let connect: LocalConnect;
beforeAll(async () => {
  connect = await startLocalConnect();
});
afterAll(() => connect.close());

/** The only rule: the documented shape, or one of our own errors; and never a call with an empty id. */
function expectDocumented({ attributes, error }: Invoked): void {
  if (error) expect(OUR_ERRORS).toContain(error.name);
  else {
    expect(Object.keys(attributes ?? {})).toEqual([
      'associationStatus',
      'reason',
      'continuedFromContactId',
      'rehydrationType',
      'sourceContactId',
      'retryAfterSeconds',
    ]);
    expect(Object.values(attributes ?? {}).every(value => typeof value === 'string' && value.isWellFormed())).toBe(
      true,
    );
    expect(ASSOCIATION_STATUSES).toContain(attributes?.associationStatus);
    expect(REASONS).toContain(attributes?.reason);
    expect(JSON.stringify(attributes).length).toBeLessThan(32_000);
  }
  for (const { operation, contactId, instanceId, body } of connect.calls) {
    expect(['CreatePersistentContactAssociation', 'DescribeContact']).toContain(operation);
    expect(contactId.trim()).not.toBe('');
    expect(instanceId.trim()).not.toBe('');
    if (operation === 'CreatePersistentContactAssociation')
      expect(String(body.SourceContactId ?? '').trim()).not.toBe('');
  }
  connect.calls.length = 0;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  // Any UTF-16 code units, lone surrogates among them.
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 300 }).map(units => String.fromCharCode(...units)),
  fc.constantFrom('', ' ', '.', '..', '/', '%', '%2e%2e', '\ud800', 'a\u0000b', 'x'.repeat(257), '__proto__'),
);

describe.each([
  ['both checks on', {}],
  ['the checks off', { SOURCE_CONTACT_CHECK: 'OFF' }],
])('with %s', (_, environment) => {
  let block: Block;
  beforeAll(async () => {
    block = await startBlock(connect, environment, 'bundle');
  });

  test('any JSON value as event is answered as documented', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async event => expectDocumented(await block.invoke(event))),
      { numRuns: 200 },
    );
  });

  test('any JSON value in any place of an event is answered as documented', async () => {
    const field = fc.constantFrom(
      'Attributes',
      'ContactId',
      'InitialContactId',
      'PreviousContactId',
      'InstanceARN',
      'Channel',
      'CustomerEndpoint',
      'CustomerId',
      'Queue',
      'SegmentAttributes',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(field, fc.jsonValue()),
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(fc.constantFrom('sourceContactId', 'rehydrationType', 'x'), fc.jsonValue()),
        ),
        async (contactData, parameters) =>
          expectDocumented(await block.invoke(chatEvent(parameters as Record<string, unknown>, contactData))),
      ),
      { numRuns: 200 },
    );
  });

  test('any texts as parameters, ids and attributes are answered as documented', async () => {
    const texts = fc.record({
      source: anyText,
      attribute: anyText,
      contact: anyText,
      instance: anyText,
      type: fc.oneof(anyText, fc.constant('FROM_SEGMENT')),
      limit: fc.oneof(anyText, fc.constant('8')),
      customer: anyText,
    });
    await fc.assert(
      fc.asyncProperty(texts, async ({ source, attribute, contact, instance, type, limit, customer }) => {
        const parameters = {
          sourceContactId: source,
          rehydrationType: type,
          timeLimitSeconds: limit,
          customerId: customer,
        };
        const contactData = {
          ContactId: contact,
          InstanceARN: `arn:aws:connect:us-east-1:111122223333:instance/${instance}`,
          Attributes: { sourceContactId: attribute, customerId: attribute },
          CustomerEndpoint: { Type: attribute, Address: customer },
        };
        expectDocumented(await block.invoke(chatEvent(parameters, contactData)));
      }),
      { numRuns: 300 },
    );
  });
});
