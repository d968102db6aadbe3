import { expect, jest, test } from '@jest/globals';
import {
  AGENT_A1,
  AGENT_A2,
  C1,
  C2,
  C3,
  CUSTOMER_ID,
  INSTANCE_ARN,
  INSTANCE_ID,
  NEW_CHAT,
  OTHER_CUSTOMERS_CHAT,
  PAST_SMS,
  QUEUE,
} from '../../local/connect/index.ts';
import type { Result } from '../../src/result.ts';
import { VERSION } from '../../src/version.ts';
import { associationsOf, blockForEachTest, requestsOf, startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import { storeAt } from '../support/session-store.ts';

const world = blockForEachTest();

const ASSOCIATED = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
const LAST_AGENT = { continuedFromContactId: C2, sourceAgentId: AGENT_A2.Id, sourceQueueId: QUEUE.Id };
const NOTHING = { associationStatus: 'NO_SOURCE_CONTACT', sourceContactId: '' };
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
])('the block answers events/$name.json in strings', async ({ name, from, expected }) => {
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

test('the block associates once when Connect invokes it again, and for any contact of the past session', async () => {
  await world.continueFrom(C1);
  world.deploy({ POWERTOOLS_SERVICE_NAME: 'another-environment' });
  for (const sourceContactId of [C1, C2, C3]) {
    const { attributes } = await world.continueFrom(sourceContactId);
    expect(attributes).toMatchObject({ ...ASSOCIATED, sourceContactId });
  }
  const [sent, ...others] = associationsOf(world.connect);
  expect(others).toEqual([sent, sent, sent]);
});

test.each([
  { type: 'ENTIRE_PAST_SESSION', sent: C1, continued: C3, agent: AGENT_A1 },
  { type: 'FROM_SEGMENT', sent: C1, continued: C1, agent: AGENT_A1 },
  { type: 'FROM_LAST_AGENT_SEGMENT', sent: C2, continued: C2, agent: AGENT_A2 },
])('a chat that is found is continued by the next invocation: $type', async ({ type, sent, continued, agent }) => {
  const invoke = async (mode = '') => {
    world.connect.calls.length = 0;
    const invoked = await world.continueFrom(C1, { rehydrationType: type, mode });
    return { ...invoked, requests: requestsOf(world.connect), associations: associationsOf(world.connect) };
  };

  const found = await invoke(' find ');
  const sourceEndedSecondsAgo = expect.stringMatching(/^\d+$/);
  expect(found.attributes).toEqual({
    ...{ associationStatus: 'FOUND', reason: '', continuedFromContactId: '', retryAfterSeconds: '' },
    ...{ rehydrationType: type, sourceContactId: C1, sourceAgentId: agent.Id, sourceQueueId: QUEUE.Id },
    sourceEndedSecondsAgo,
  });
  expect(found.log).toMatchObject([{ level: 'INFO', associationStatus: 'FOUND', mode: 'FIND', ownerVerified: true }]);
  expect([found.associations, found.metrics]).toEqual([[], {}]);

  // Amazon Connect refuses the association once: the next invocation sends the same, although FIND came between.
  world.connect.setFaults(['CreatePersistentContactAssociation:error=400*1']);
  const refused = await invoke();
  expect(refused.attributes).toMatchObject({ associationStatus: 'REJECTED' });
  // What found the last agent explains the refusal, too: the list's quota is the smallest.
  expect(refused.log).toMatchObject([{ listAttempts: 1 }]);
  expect((await invoke('FIND')).attributes).toEqual({ ...found.attributes, sourceEndedSecondsAgo });
  const associated = await invoke('CONTINUE');
  const status = { associationStatus: 'ASSOCIATED', continuedFromContactId: continued };
  expect(associated.attributes).toEqual({ ...found.attributes, ...status, sourceEndedSecondsAgo });
  expect(associated.associations).toMatchObject([{ SourceContactId: sent, ClientToken: expect.any(String) }]);
  expect(refused.associations).toEqual(associated.associations);
  expect(associated.requests).toEqual([...found.requests, `CreatePersistentContactAssociation ${NEW_CHAT}`]);
  expect(associated.metrics).toMatchObject({ Returning: 1, Continued: 1, AssociationAttempts: 1 });

  // The flow's event shows the link now.
  world.connect.calls.length = 0;
  const fields = { CustomerId: CUSTOMER_ID, RelatedContactId: continued };
  const again = await world.invoke(chatEvent({ sourceContactId: C1, mode: 'FIND' }, fields));
  expect(again.attributes).toMatchObject({
    associationStatus: 'ALREADY_PERSISTENT',
    continuedFromContactId: continued,
  });
  expect(requestsOf(world.connect)).toEqual([`DescribeContact ${NEW_CHAT}`, `DescribeContact ${continued}`]);
  expect(again.metrics).toMatchObject({ Returning: 1, Continued: 1 });
});

test('an outcome is one line of the log, with context, ids, origin and outcome, and one of metrics of the service', async () => {
  const { log, metrics, written } = await world.continueFrom(C1);
  const context = { version: VERSION, build: 'sources', enabled: 'Yes', service: 'persistent-chat' };
  const request = { function_request_id: expect.any(String), contactId: NEW_CHAT, instanceId: INSTANCE_ID };
  const asked = { sourceContactIdFrom: 'parameter', rehydrationType: 'ENTIRE_PAST_SESSION', ownerVerified: true };
  const outcome = { associationStatus: 'ASSOCIATED', continuedFromContactId: C3 };
  const took = { associationAttempts: 1, describeAttempts: 1, durationMs: expect.any(Number) };
  expect(log).toMatchObject([{ level: 'INFO', ...context, ...request, ...asked, ...outcome, ...took }]);
  expect(written.split('\n').filter(line => line.includes('"_aws"'))).toHaveLength(1);
  expect(written).toContain('"Namespace":"PersistentChatBlock","Dimensions":[["service"]]');
  const none = { Failed: 0, RejectedByConnect: 0, NotOwned: 0, Unverified: 0 };
  expect(metrics).toEqual({ Returning: 1, Continued: 1, ...none, AssociationAttempts: 1 });
  // Each invocation has its own.
  const anothers = await world.continueFrom(OTHER_CUSTOMERS_CHAT, { mode: 'FIND' });
  expect(anothers.metrics).toEqual({ Returning: 1, Continued: 0, ...none, NotOwned: 1 });
  world.deploy({ ENABLED: 'No' });
  const off = await world.continueFrom(C1);
  expect(off.log).toMatchObject([{ level: 'INFO', enabled: 'No', reason: 'SWITCHED_OFF' }]);
  expect(off.metrics).toEqual({});
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

// These environments come last, because their variables are those of the process.
test.each([
  { name: 'CredentialsError', variable: 'AWS_ACCESS_KEY_ID', value: undefined },
  { name: 'MissingRegionError', variable: 'AWS_REGION', value: undefined },
  { name: 'MissingRegionError', variable: 'AWS_REGION', value: 'example.com#' },
])('$name takes the Error branch once something is called: $variable is $value', async ({ name, variable, value }) => {
  world.deploy({ [variable]: value });
  expect((await world.invoke(eventFile('new-customer'))).error).toBeUndefined();
  const { error } = await world.continueFrom(C1);
  expect(error).toMatchObject({ name, message: expect.stringContaining(variable) });
  expect(requestsOf(world.connect)).toEqual([]);
});

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

test('an environment prepares its first requests while it starts', async () => {
  let prepared: string[] = [];
  const warmUp = async (command: object) => prepared.push(command.constructor.name);
  const actual = await import('../../src/aws/client.ts');
  jest.unstable_mockModule('../../src/aws/client.ts', () => ({ ...actual, warmUp }));
  await startBlock(undefined);
  expect(prepared).toEqual(['CreatePersistentContactAssociationCommand']);
  prepared = [];
  await startBlock(undefined, storeAt('http://localhost'));
  expect(prepared).toEqual(['UpdateItemCommand', 'CreatePersistentContactAssociationCommand']);
});
