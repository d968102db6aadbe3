import { expect, test } from '@jest/globals';
import { C1, C3, INSTANCE_ARN, INSTANCE_ID, NEW_CHAT, OTHER_CUSTOMERS_CHAT } from '../../local/connect/index.ts';
import { VERSION } from '../../src/version.ts';
import { blockForEachTest } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';

const world = blockForEachTest();

test('the log has one line for an outcome, with the context, the ids, the origin of the source and the outcome', async () => {
  const { log } = await world.invoke(eventFile('source-in-attribute'));
  const context = { version: VERSION, build: 'sources', enabled: 'Yes', service: 'persistent-chat' };
  const request = { function_request_id: expect.any(String), contactId: NEW_CHAT, instanceId: INSTANCE_ID };
  const asked = { sourceContactIdFrom: 'attribute', rehydrationType: 'ENTIRE_PAST_SESSION', ownerVerified: true };
  const outcome = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
  const took = { associationAttempts: 1, describeAttempts: 1, durationMs: expect.any(Number) };
  expect(log).toMatchObject([{ level: 'INFO', ...context, ...request, ...asked, ...outcome, ...took }]);
  world.deploy({ ENABLED: 'No' });
  const off = await world.invoke(eventFile('source-in-attribute'));
  expect(off.log).toMatchObject([{ level: 'INFO', enabled: 'No', reason: 'SWITCHED_OFF' }]);
});

test('the log has one line for what takes the Error branch, with its own contact, and no metrics', async () => {
  const { log, metrics } = await world.invoke(eventFile('bad-rehydration-type'));
  const error = { name: 'InvalidRehydrationTypeError' };
  expect(log).toMatchObject([{ level: 'ERROR', version: VERSION, contactId: NEW_CHAT, error }]);
  expect(metrics).toEqual({});
  const next = await world.invoke({});
  expect(next.log).toMatchObject([{ version: VERSION }]);
  expect(next.log[0]).not.toHaveProperty('contactId');
});

const SECRETS = {
  Attributes: { secret: 'secret attribute', customerId: 'secret customer', sourceContactId: C1 },
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+12025550199' },
  CustomerId: 'secret id',
  Name: 'secret name',
};
const CUT = ['DescribeContact:truncated'];
test.each<{ what: string; faults: string[]; says: string; parameters?: object; remaining?: number }>([
  { what: 'an association', faults: [], says: 'ASSOCIATED' },
  { what: 'a rejection', faults: ['CreatePersistentContactAssociation:error=400'], says: 'REJECTED_BY_CONNECT' },
  { what: 'an answer that is cut in a contact', faults: CUT, says: 'CHECK_UNAVAILABLE', remaining: 900 },
  { what: 'a check that is denied', faults: ['DescribeContact:error=403'], says: `${INSTANCE_ARN}/contact/*` },
  { what: 'an unknown parameter', faults: [], says: 'UnknownParameterError', parameters: { other: 'secret text' } },
])('nothing of the customer is written about $what, though the whole event is to be logged', async row => {
  const { faults, says, parameters = {}, remaining } = row;
  world.connect.setFaults(faults);
  const { CustomerId, Attributes } = SECRETS;
  Object.assign(world.connect.contacts.get(C1) ?? {}, { CustomerId, Attributes });
  for (const CUSTOMER_IDENTITY of ['AUTO', 'ATTRIBUTE']) {
    world.deploy({ POWERTOOLS_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOGGER_LOG_EVENT: 'true', CUSTOMER_IDENTITY });
    const { written } = await world.invoke(chatEvent({ ...parameters }, SECRETS), { remaining });
    expect(written).toContain(NEW_CHAT);
    expect(written).toContain(says);
    expect(written).not.toMatch(/secret|12025550199/);
  }
});

test('the metrics are one line for each applicable chat, with the service as their only dimension', async () => {
  const { written, metrics } = await world.continueFrom(C1);
  expect(written.split('\n').filter(line => line.includes('"_aws"'))).toHaveLength(1);
  expect(written).toContain('"Namespace":"PersistentChatBlock","Dimensions":[["service"]]');
  const none = { Failed: 0, RejectedByConnect: 0, NotOwned: 0, Unverified: 0 };
  expect(metrics).toEqual({ Returning: 1, Continued: 1, ...none, AssociationAttempts: 1 });
  // Each invocation has its own, and so has one that finds nothing.
  const next = await world.invoke(eventFile('new-customer'));
  expect(next.metrics).toEqual({ Returning: 0, Continued: 0, ...none });
  const anothers = await world.continueFrom(OTHER_CUSTOMERS_CHAT, { mode: 'FIND' });
  expect(anothers.metrics).toEqual({ Returning: 1, Continued: 0, ...none, NotOwned: 1 });
  expect((await world.invoke(eventFile('voice'))).metrics).toEqual({});
});
