import { describe, expect, test } from '@jest/globals';
import { C1, C2, C3, INSTANCE_ID, PAST_SMS } from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const world = blockForEachTest();

const NOTHING = { reason: '', sourceContactId: '', rehydrationType: 'ENTIRE_PAST_SESSION' };

describe('the block', () => {
  test.each([
    ['entire-past-session', 'parameter', { continuedFromContactId: C3, sourceContactId: C1 }],
    ['from-segment', 'parameter', { continuedFromContactId: C2, sourceContactId: C2 }],
    ['last-agent', 'parameter', { continuedFromContactId: C2 }],
    ['source-in-attribute', 'attribute', { continuedFromContactId: C3, sourceContactId: C1 }],
    ['transferred-contact', 'parameter', { continuedFromContactId: C3 }],
    ['sms', 'parameter', { continuedFromContactId: PAST_SMS }],
    ['new-customer', 'none', { associationStatus: 'NO_SOURCE_CONTACT', ...NOTHING }],
    ['voice', undefined, { associationStatus: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED', rehydrationType: '' }],
    ['survey-in-disconnect-flow', undefined, { associationStatus: 'NOT_APPLICABLE', reason: 'DISCONNECT_FLOW' }],
  ])('answers events/%s.json, with the source contact from %s: %j, in strings', async (name, from, expected) => {
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

  test('says which unusable contact was asked for', async () => {
    const { attributes, log } = await world.continueFrom('a b');
    expect(attributes).toMatchObject({ reason: 'SOURCE_CONTACT_ID_INVALID', sourceContactId: 'a b' });
    expect(log).toMatchObject([{ sourceContactIdFrom: 'parameter' }]);
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
