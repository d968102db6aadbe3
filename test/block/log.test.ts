import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { C1, C3, INSTANCE_ARN, INSTANCE_ID, NEW_CHAT } from '../../local/connect/index.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
const world = blockForEachTest();

describe('the log', () => {
  test('has one line for an outcome, with the context, the ids, the origin of the source and the outcome', async () => {
    const { log } = await world.invoke(eventFile('source-in-attribute'));
    const context = {
      version: VERSION,
      build: 'sources',
      enabled: 'Yes',
      service: 'persistent-chat',
      function_request_id: expect.any(String),
    };
    const asked = { sourceContactIdFrom: 'attribute', rehydrationType: 'ENTIRE_PAST_SESSION', ownerVerified: true };
    const outcome = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
    const took = { associationAttempts: 1, describeAttempts: 1, durationMs: expect.any(Number) };
    const ids = { contactId: NEW_CHAT, instanceId: INSTANCE_ID };
    expect(log).toMatchObject([{ level: 'INFO', ...context, ...ids, ...asked, ...outcome, ...took }]);
  });

  test('has one line for what takes the Error branch, with its own contact, and no metrics', async () => {
    const { log, metrics } = await world.invoke(eventFile('bad-rehydration-type'));
    const error = { name: 'InvalidRehydrationTypeError' };
    expect(log).toMatchObject([{ level: 'ERROR', version: VERSION, contactId: NEW_CHAT, error }]);
    expect(metrics).toEqual({});
    const next = await world.invoke({});
    expect(next.log).toMatchObject([{ version: VERSION }]);
    expect(next.log[0]).not.toHaveProperty('contactId');
  });
});

describe('nothing of the customer is written', () => {
  const secrets = {
    Attributes: { secret: 'attribute-value', customerId: 'attribute-customer', sourceContactId: C1 },
    CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
    CustomerId: 'customer-secret',
    Name: 'a name',
  };
  const never =
    /attribute-value|attribute-customer|12025550199|customer-secret|a name|parameter-value|late delivery|refund/;
  const loud = { POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOGGER_LOG_EVENT: 'true' };

  test.each<{ what: string; faults: string[]; says: string; remaining?: number }>([
    { what: 'an association', faults: [], says: 'ASSOCIATED' },
    { what: 'a rejection', faults: ['CreatePersistentContactAssociation:error=400'], says: 'REJECTED_BY_CONNECT' },
    {
      what: 'an answer that is cut in a contact',
      faults: ['DescribeContact:truncated'],
      says: 'CHECK_UNAVAILABLE',
      remaining: 900,
    },
    { what: 'a check that is denied', faults: ['DescribeContact:error=403'], says: `${INSTANCE_ARN}/contact/*` },
  ])('about $what, though the whole event is to be logged', async ({ faults, says, remaining = 7_000 }) => {
    world.connect.setFaults(faults);
    const { CustomerId, Attributes } = secrets;
    world.change(C1, { CustomerId, Attributes });
    for (const CUSTOMER_IDENTITY of ['AUTO', 'ATTRIBUTE']) {
      world.deploy({ ...loud, CUSTOMER_IDENTITY });
      const { written } = await world.invoke(chatEvent({}, secrets), { remaining });
      expect(written).toContain(NEW_CHAT);
      expect(written).toContain(says);
      expect(written).not.toMatch(never);
    }
  });

  test('about a parameter that the function does not know', async () => {
    world.deploy(loud);
    const { error, written } = await world.invoke(chatEvent({ unknown: 'parameter-value' }, secrets));
    expect(error?.name).toBe('UnknownParameterError');
    expect(written).not.toMatch(never);
  });
});

describe('the metrics', () => {
  test('are one line for each applicable chat, with the service as their only dimension', async () => {
    const { written, metrics } = await world.continueFrom(C1);
    expect(written.split('\n').filter(line => line.includes('"_aws"'))).toHaveLength(1);
    expect(written).toContain('"Namespace":"PersistentChatBlock","Dimensions":[["service"]]');
    const none = { Failed: 0, RejectedByConnect: 0, NotOwned: 0 };
    expect(metrics).toEqual({ Returning: 1, Continued: 1, ...none, Unverified: 0, AssociationAttempts: 1 });
    // Each invocation has its own.
    const next = await world.invoke(eventFile('new-customer'));
    expect(next.metrics).toEqual({ Returning: 0, Continued: 0, ...none, Unverified: 0 });
    expect((await world.invoke(eventFile('voice'))).metrics).toEqual({});
  });
});
