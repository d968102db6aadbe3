import { describe, expect, jest, test } from '@jest/globals';
import { C1, C2, C3, INSTANCE_ID, PAST_SMS } from '../../local/connect/index.ts';
import { blockForEachTest, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const world = blockForEachTest();

describe('the block', () => {
  const NOTHING = { associationStatus: 'NO_SOURCE_CONTACT', reason: '', sourceContactId: '' };
  const A_CALL = { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED', rehydrationType: '' };
  test.each<{ name: string; from?: string; expected: Record<string, string> }>([
    { name: 'entire-past-session', from: 'parameter', expected: { continuedFromContactId: C3, sourceContactId: C1 } },
    { name: 'from-segment', from: 'parameter', expected: { continuedFromContactId: C2, sourceContactId: C2 } },
    { name: 'last-agent', from: 'parameter', expected: { continuedFromContactId: C2 } },
    { name: 'source-in-attribute', from: 'attribute', expected: { continuedFromContactId: C3, sourceContactId: C1 } },
    { name: 'transferred-contact', from: 'parameter', expected: { continuedFromContactId: C3 } },
    { name: 'sms', from: 'parameter', expected: { continuedFromContactId: PAST_SMS } },
    { name: 'new-customer', from: 'none', expected: { ...NOTHING, rehydrationType: 'ENTIRE_PAST_SESSION' } },
    { name: 'voice', expected: A_CALL },
    { name: 'survey-in-disconnect-flow', expected: { associationStatus: 'NOT_APPLICABLE', reason: 'DISCONNECT_FLOW' } },
  ])('answers events/$name.json in strings', async ({ name, from, expected }) => {
    const answer = { associationStatus: 'ASSOCIATED', ...expected };
    const event = eventFile(name) as ReturnType<typeof chatEvent>;
    const { attributes, log } = await world.invoke(event);
    expect(attributes).toMatchObject(answer);
    expect(log.map(({ sourceContactIdFrom }) => sourceContactIdFrom)).toEqual([from]);
    expect(new Set(Object.values(attributes ?? {}).map(value => typeof value))).toEqual(new Set(['string']));
    // The current contact, not the initial one of its session; where there is nothing to continue, nothing is called.
    expect(world.connect.calls.filter(({ instanceId }) => instanceId !== INSTANCE_ID)).toEqual([]);
    const association = `CreatePersistentContactAssociation ${event.Details.ContactData['ContactId']}`;
    expect(world.requests().at(-1)).toBe(answer.associationStatus === 'ASSOCIATED' ? association : undefined);
  });

  test('associates once when Connect invokes it again, and for any contact of the past session', async () => {
    await world.continueFrom(C1);
    world.deploy({ POWERTOOLS_SERVICE_NAME: 'another-environment' });
    const answer = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
    for (const sourceContactId of [C1, C2, C3]) {
      const { attributes } = await world.continueFrom(sourceContactId);
      expect(attributes).toMatchObject({ ...answer, sourceContactId });
    }
    const [sent, ...others] = world.associations();
    expect(others).toEqual([sent, sent, sent]);
  });

  test('reports its result where no time is left at all', async () => {
    const { attributes, log } = await world.invoke(chatEvent({ sourceContactId: C1 }), { remaining: 0 });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED' });
    expect(log).toHaveLength(1);
  });

  test("has the flow's time limit, where that is shorter than Lambda's", async () => {
    world.connect.setFaults(['CreatePersistentContactAssociation:hang']);
    const { attributes, milliseconds } = await world.continueFrom(C1, { timeLimitSeconds: '2' });
    expect(attributes).toMatchObject({ associationStatus: 'FAILED', reason: 'TIMED_OUT', sourceContactId: C1 });
    // Far from both ends: how exact it is, the unit tests tell.
    expect(milliseconds).toBeGreaterThan(1_400);
    expect(milliseconds).toBeLessThan(5_000);
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
    const { error } = await world.invoke(chatEvent({ sourceContactId: C1 }));
    expect(error).toMatchObject({ name, message: expect.stringContaining(variable) });
    expect(world.requests()).toEqual([]);
  },
);

test('an environment prepares an association while it starts', async () => {
  const prepared: string[] = [];
  const warmUp = async (command: object) => prepared.push(command.constructor.name);
  const actual = await import('../../src/aws/client.ts');
  jest.unstable_mockModule('../../src/aws/client.ts', () => ({ ...actual, warmUp }));
  await startBlock(undefined);
  expect(prepared).toEqual(['CreatePersistentContactAssociationCommand']);
});
