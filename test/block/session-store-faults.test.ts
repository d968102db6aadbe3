import { expect, test } from '@jest/globals';
import type { Invoked } from '../support/block.ts';
import { type DynamoDbFault, dynamoDbError } from '../support/faulty-dynamodb.ts';
import { keyOf, SECRET, setMinutes, someCustomer, storeWorldForFile } from '../support/session-store.ts';

const world = storeWorldForFile();

const answered = (body: unknown): DynamoDbFault => ({ status: 200, body: JSON.stringify(body) });

/** What passes, or may. What each comes to in virtual time is in outages.test.ts and test/unit/session-store/table.test.ts. */
const UNAVAILABLE: Record<string, DynamoDbFault> = {
  'lost answer': 'lost-answer',
  ThrottlingException: dynamoDbError('ThrottlingException'),
  'malformed JSON': { status: 200, body: '{"Attributes": {"session a": {"N": ' },
};

/** A customer with a past chat that is remembered, and a new one. */
async function comeBack() {
  const customer = someCustomer();
  const past = world.pastChat(-10, customer);
  await world.remember(customer, { [past.Id]: -10 });
  setMinutes(0);
  return { customer, past, current: world.newChat(customer) };
}

/** Long enough for the chat, and the table's quarter of it short enough for many tests. */
const REMAINING = { remaining: 3_000 };

/** Nothing of a customer, their item or the secret may be read by whoever reads the log, the metrics and the errors. */
function expectNothingTold({ written, attributes, error }: Invoked, customer: string): void {
  const cause = error?.cause as Error | undefined;
  const told = [written, JSON.stringify(attributes), error?.stack, cause?.stack, JSON.stringify(cause)].join('\n');
  for (const secret of [customer, keyOf(customer), SECRET]) expect(told).not.toContain(secret);
}

test('while the table answers malformed JSON, a chat goes on without its history, in time, unless its past is named', async () => {
  const { customer, past, current } = await comeBack();
  world.table.setFault(UNAVAILABLE['malformed JSON']);
  const invoked = await world.invoke(current, {}, REMAINING);
  const failed = { associationStatus: 'FAILED', reason: 'SESSION_STORE_UNAVAILABLE', sourceContactId: '' };
  expect(invoked.attributes).toMatchObject(failed);
  const store = { customerKnown: true, storeAttempts: expect.any(Number), storeError: { operation: 'UpdateItem' } };
  expect(invoked.log).toMatchObject([{ level: 'WARN', sourceContactIdFrom: 'none', ...store }]);
  expect(invoked.metrics).toMatchObject({ Returning: 0, Failed: 1, SessionStoreFailed: 1 });
  // A quarter is the table's: to wait for it until the end would take 2,840.
  expect(invoked.milliseconds).toBeLessThan(2_400);
  expect(world.connect.calls).toEqual([]);
  expectNothingTold(invoked, customer);

  const named = await world.invoke(current, { sourceContactId: past.Id }, REMAINING);
  expect(named.attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
  expect(named.log).toMatchObject([{ level: 'WARN', ...store }]);
  expect(named.metrics).toMatchObject({ Continued: 1, Failed: 0, SessionStoreFailed: 1 });
  expectNothingTold(named, customer);
});

test('while the table cannot be used, a chat takes the Error branch at once, unless its past is named', async () => {
  const { customer, past, current } = await comeBack();
  world.table.setFault(dynamoDbError('ResourceNotFoundException'));
  const invoked = await world.invoke(current);
  const error = { name: 'SessionStoreTableError', message: expect.stringContaining(`table "${world.table.table}"`) };
  expect(invoked.error).toMatchObject(error);
  expect(invoked.log).toMatchObject([{ level: 'ERROR', message: 'The flow takes its Error branch' }]);
  // On a busy machine the first attempt may time out; retries would be five or more.
  expect(world.table.requests.length).toBeLessThanOrEqual(2);
  expectNothingTold(invoked, customer);

  const named = await world.invoke(current, { sourceContactId: past.Id });
  expect(named.attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
  expect(named.log).toMatchObject([{ level: 'ERROR', storeError: { operation: 'UpdateItem', ...error } }]);
  expect(named.metrics).toMatchObject({ Continued: 1, SessionStoreFailed: 1 });
  expectNothingTold(named, customer);

  // An operator whose Amazon Connect refuses learns that, not what the table was like.
  world.connect.setFaults(['error=403']);
  const refused = await world.invoke(current, { sourceContactId: past.Id });
  expect(refused.error?.message).toContain('connect:DescribeContact');
});

test.each(Object.keys(UNAVAILABLE))('what the table says the second time counts: %s', async fault => {
  const { customer, past, current } = await comeBack();
  world.table.setFault(UNAVAILABLE[fault], 1);
  const { attributes, log, metrics } = await world.invoke(current);
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
  expect(metrics).toMatchObject({ Continued: 1, SessionStoreFailed: 0 });
  expect(log).toMatchObject([{ level: 'INFO' }]);
  expect(log[0]?.['storeAttempts']).toBeGreaterThan(1);
  expect(await world.sessions(customer)).toEqual({ [past.Id]: -10, [current.Id]: 0 });
});

test('an attribute of another form than a session is none', async () => {
  const { past, current } = await comeBack();
  const at = (minutesAgo: number) => `${Date.now() - minutesAgo * 60_000}`;
  const Attributes = {
    'session -1': { N: at(20) },
    'session -2': { N: 'soon' },
    'session a': { S: at(2) },
    'session b': { N: Number(at(2)) },
    'session c': { L: [{ N: at(2) }] },
    'session d': null,
    'session e': { X: at(2) },
    'another attribute': { N: at(2) },
    [`session ${past.Id}`]: { N: at(10) },
  };
  world.table.setFault(answered({ Attributes }));
  const { attributes } = await world.invoke(current);
  expect(attributes).toMatchObject({ sourceContactId: past.Id, continuedFromContactId: past.Id });
  expect(world.connect.calls[0]?.contactId).toBe(past.Id);
});
