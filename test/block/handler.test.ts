import { describe, expect, jest, test } from '@jest/globals';
import { AGENT_A2, C1, C2, C3, INSTANCE_ID, NEW_CHAT, PAST_SMS, QUEUE } from '../../local/connect/index.ts';
import type { Result } from '../../src/result.ts';
import { associationsOf, blockForEachTest, requestsOf, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const world = blockForEachTest();

describe('the block', () => {
  const ASSOCIATED = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
  const LAST_AGENT = { continuedFromContactId: C2, sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
  const NOTHING = {
    associationStatus: 'NO_SOURCE_CONTACT',
    sourceContactId: '',
    rehydrationType: 'ENTIRE_PAST_SESSION',
  };
  const notApplicable = (reason: string) => ({ associationStatus: 'NOT_APPLICABLE', reason, rehydrationType: '' });
  test.each<{ name: string; from?: string; expected: Record<string, string> }>([
    { name: 'entire-past-session', from: 'parameter', expected: { sourceContactId: C1 } },
    { name: 'from-segment', from: 'parameter', expected: { continuedFromContactId: C2, sourceContactId: C2 } },
    { name: 'last-agent', from: 'parameter', expected: { ...LAST_AGENT, sourceContactId: C3 } },
    { name: 'source-in-attribute', from: 'attribute', expected: { sourceContactId: C1 } },
    { name: 'transferred-contact', from: 'parameter', expected: {} },
    { name: 'sms', from: 'parameter', expected: { continuedFromContactId: PAST_SMS } },
    { name: 'new-customer', from: 'none', expected: NOTHING },
    { name: 'voice', expected: notApplicable('CHANNEL_NOT_SUPPORTED') },
    { name: 'survey-in-disconnect-flow', expected: notApplicable('DISCONNECT_FLOW') },
  ])('answers events/$name.json in strings', async ({ name, from, expected }) => {
    const answer = { ...ASSOCIATED, reason: '', ...expected };
    const isAssociated = answer.associationStatus === 'ASSOCIATED';
    const event = eventFile(name) as ReturnType<typeof chatEvent>;
    const { attributes, log } = await world.invoke(event);
    expect(attributes).toMatchObject(isAssociated ? answer : { ...answer, continuedFromContactId: '' });
    expect(log.map(({ sourceContactIdFrom }) => sourceContactIdFrom)).toEqual([from]);
    expect(new Set(Object.values(attributes ?? {}).map(value => typeof value))).toEqual(new Set(['string']));
    // The current contact, not the initial one of its session; where there is nothing to continue, nothing is called.
    expect(world.connect.calls.filter(({ instanceId }) => instanceId !== INSTANCE_ID)).toEqual([]);
    const association = `CreatePersistentContactAssociation ${event.Details.ContactData['ContactId']}`;
    expect(requestsOf(world.connect).at(-1)).toBe(isAssociated ? association : undefined);
  });

  test('associates once when Connect invokes it again, and for any contact of the past session', async () => {
    await world.continueFrom(C1);
    world.deploy({ POWERTOOLS_SERVICE_NAME: 'another-environment' });
    for (const sourceContactId of [C1, C2, C3]) {
      const { attributes } = await world.continueFrom(sourceContactId);
      expect(attributes).toMatchObject({ ...ASSOCIATED, sourceContactId });
    }
    const [sent, ...others] = associationsOf(world.connect);
    expect(others).toEqual([sent, sent, sent]);
  });

  test('reports its result where no time is left at all', async () => {
    const { attributes, log } = await world.continueFrom(C1, {}, { remaining: 0 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED' });
    expect(log).toHaveLength(1);
  });
});

test.each([
  { name: 'CredentialsError', variable: 'AWS_ACCESS_KEY_ID', value: undefined },
  { name: 'MissingRegionError', variable: 'AWS_REGION', value: undefined },
  { name: 'MissingRegionError', variable: 'AWS_REGION', value: 'example.com#' },
])(
  'a $name, where $variable is $value, takes the Error branch when something is to be called and not before',
  async ({ name, variable, value }) => {
    world.deploy({ [variable]: value });
    expect((await world.invoke(eventFile('new-customer'))).error).toBeUndefined();
    const { error } = await world.continueFrom(C1);
    expect(error).toMatchObject({ name, message: expect.stringContaining(variable) });
    expect(requestsOf(world.connect)).toEqual([]);
  },
);

// Nothing that Amazon Connect does holds the work this long (test/unit/aws/retry.test.ts): only a fault of our own would.
test("a work that does not settle is TIMED_OUT within the flow's time limit, and its result is not reported later", async () => {
  const work = Promise.withResolvers<Result>();
  jest.unstable_mockModule('../../src/past-contact/continue.ts', () => ({ continueFirst: () => work.promise }));
  const block = await startBlock(undefined);
  const event = chatEvent({ sourceContactId: 'past', timeLimitSeconds: '1' });
  const { attributes, log, metrics, milliseconds } = await block.invoke(event, { remaining: 10_000 });
  const failed = { associationStatus: 'FAILED', reason: 'TIMED_OUT' };
  expect(attributes).toMatchObject({ ...failed, sourceContactId: 'past' });
  expect(log).toMatchObject([{ ...failed, level: 'WARN', contactId: NEW_CHAT, instanceId: INSTANCE_ID }]);
  expect(metrics).toMatchObject({ Returning: 1, Continued: 0, Failed: 1 });
  expect(log[0]?.['durationMs']).toBeGreaterThan(750);
  expect(milliseconds).toBeLessThan(1_000);

  const next = block.invoke(chatEvent({}));
  work.resolve({ outcome: { status: 'ASSOCIATED', continuedFromContactId: 'past' } });
  expect((await next).log).toMatchObject([{ associationStatus: 'NO_SOURCE_CONTACT' }]);
});

test('an environment prepares an association while it starts', async () => {
  const prepared: string[] = [];
  const warmUp = async (command: object) => prepared.push(command.constructor.name);
  const actual = await import('../../src/aws/client.ts');
  jest.unstable_mockModule('../../src/aws/client.ts', () => ({ ...actual, warmUp }));
  await startBlock(undefined);
  expect(prepared).toEqual(['CreatePersistentContactAssociationCommand']);
});
