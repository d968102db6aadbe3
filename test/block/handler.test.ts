import { describe, expect, test } from '@jest/globals';
import { C1, C2, C3, INSTANCE_ID, PAST_SMS, TRANSFERRED_CHAT } from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const world = blockForEachTest();

describe('the block', () => {
  test.each([
    ['entire-past-session', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId: C1 }],
    ['from-segment', { associationStatus: 'ASSOCIATED', continuedFromContactId: C2, sourceContactId: C2 }],
    ['last-agent', { associationStatus: 'ASSOCIATED', continuedFromContactId: C2 }],
    ['source-in-attribute', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3, sourceContactId: C1 }],
    ['transferred-contact', { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 }],
    ['sms', { associationStatus: 'ASSOCIATED', continuedFromContactId: PAST_SMS }],
    ['new-customer', { associationStatus: 'NO_SOURCE_CONTACT', reason: '', sourceContactId: '' }],
    ['voice', { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED', rehydrationType: '' }],
    ['survey-in-disconnect-flow', { associationStatus: 'NOT_APPLICABLE', reason: 'DISCONNECT_FLOW' }],
  ])('answers events/%s.json with %j, in strings', async (name, expected) => {
    const { attributes } = await world.invoke(eventFile(name));
    expect(attributes).toMatchObject(expected);
    expect(new Set(Object.values(attributes ?? {}).map(value => typeof value))).toEqual(new Set(['string']));
    expect(world.associations()).toHaveLength(expected.associationStatus === 'ASSOCIATED' ? 1 : 0);
    if (name === 'new-customer') expect(world.requests()).toEqual([]);
  });

  test('sends the current contact, not the initial one of its session', async () => {
    await world.invoke(eventFile('transferred-contact'));
    expect(world.connect.calls.at(-1)).toMatchObject({ contactId: TRANSFERRED_CHAT, instanceId: INSTANCE_ID });
  });

  test('associates once when Connect invokes it again, and answers the same', async () => {
    const first = await world.continueFrom(C1);
    world.deploy({ POWERTOOLS_SERVICE_NAME: 'another-environment' });
    expect((await world.continueFrom(C1)).attributes).toEqual(first.attributes);
    expect(new Set(world.associations().map(({ ClientToken }) => ClientToken)).size).toBe(1);
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
  ['CredentialsError', 'AWS_ACCESS_KEY_ID', undefined],
  ['MissingRegionError', 'AWS_REGION', undefined],
  ['MissingRegionError', 'AWS_REGION', 'example.com#'],
])(
  'the Error branch is taken by a %s, where %s is %j, when something is to be called and not before',
  async (...row) => {
    const [name, variable, value] = row;
    world.deploy({ [variable]: value });
    expect((await world.invoke(eventFile('new-customer'))).error).toBeUndefined();
    const { error } = await world.invoke(chatEvent({ sourceContactId: C1 }));
    expect(error).toMatchObject({ name, message: expect.stringContaining(variable) });
    expect(world.requests()).toEqual([]);
  },
);
