import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Block, Invoked } from '../support/block.ts';
import { type DynamoDbFault, dynamoDbError, startFaultyDynamoDb } from '../support/faulty-dynamodb.ts';
import {
  askedContacts,
  endChat,
  eventOf,
  keyOf,
  newChat,
  reset,
  SECRET,
  type StoreWorld,
  setMinutes,
  someCustomer,
  startStoreBlock,
  startStoreWorld,
  storedSessions,
  storeSessions,
} from '../support/session-store.ts';

let world: StoreWorld;
/** A block whose table's address refuses every connection. */
let refused: Block;
beforeAll(async () => {
  world = await startStoreWorld();
  const gone = await startFaultyDynamoDb(world.dynamoDb);
  await gone.close();
  refused = await startStoreBlock(world.connect, gone);
});
afterEach(() => reset(world));
afterAll(() => world.close());

const answered = (body: unknown): DynamoDbFault => ({ status: 200, body: JSON.stringify(body) });

/** What passes, or may. */
const UNAVAILABLE: Record<string, DynamoDbFault | 'refused'> = {
  refused: 'refused',
  hang: 'hang',
  reset: 'reset',
  stall: 'stall',
  'lost answer': 'lost-answer',
  ThrottlingException: dynamoDbError('ThrottlingException'),
  ProvisionedThroughputExceededException: dynamoDbError('ProvisionedThroughputExceededException'),
  InternalServerError: dynamoDbError('InternalServerError', 500),
  'an error page': { status: 503, body: '<html>Service Unavailable</html>' },
  'malformed JSON': { status: 200, body: '{"Attributes": {"session a": {"N": ' },
  'no item': answered({}),
  'a text for the item': answered({ Attributes: 'session' }),
  'a list for the item': answered({ Attributes: [{ N: '1' }] }),
};

/** What only an operator can fix. */
const MISCONFIGURED: Record<string, [fault: DynamoDbFault, error: string, says: string]> = {
  AccessDeniedException: [
    dynamoDbError('AccessDeniedException'),
    'MissingPermissionError',
    'may not call dynamodb:UpdateItem',
  ],
  ResourceNotFoundException: [
    dynamoDbError('ResourceNotFoundException'),
    'SessionStoreTableError',
    'environment variable SESSION_STORE_TABLE',
  ],
  ValidationException: [dynamoDbError('ValidationException'), 'SessionStoreTableError', 'partition key "customer"'],
  UnrecognizedClientException: [
    dynamoDbError('UnrecognizedClientException'),
    'CredentialsError',
    "DynamoDB does not accept the function's AWS credentials",
  ],
};

/** A customer with a past chat that is remembered, and a new one. */
async function comeBack() {
  const customer = someCustomer();
  setMinutes(-10);
  const past = newChat(world, customer);
  endChat(past);
  await storeSessions(world, customer, { [past.Id]: -10 });
  setMinutes(0);
  return { customer, past, current: newChat(world, customer) };
}

/** Long enough for the chat, and the table's quarter of it short enough for many tests. */
const REMAINING = 3_000;

/** Nothing of a customer, their item or the secret may be read by whoever reads the log, the metrics and the errors. */
function expectNothingTold({ written, attributes, error }: Invoked, customer: string): void {
  const cause = error?.cause as Error | undefined;
  const told = [written, JSON.stringify(attributes), error?.stack, cause?.stack, JSON.stringify(cause)].join('\n');
  for (const secret of [customer, keyOf(customer), SECRET]) expect(told).not.toContain(secret);
}

describe.each(Object.entries(UNAVAILABLE))('while the table is unavailable, %s,', (_, fault) => {
  const block = () => (fault === 'refused' ? refused : world.block);

  test('a chat without a named past goes on without its history, in time', async () => {
    const { customer, current } = await comeBack();
    if (fault !== 'refused') world.table.setFault(fault);
    const invoked = await block().invoke(eventOf(current), { remaining: REMAINING });
    expect(invoked.attributes).toMatchObject({
      associationStatus: 'FAILED',
      reason: 'SESSION_STORE_UNAVAILABLE',
      sourceContactId: '',
    });
    expect(invoked.log).toMatchObject([
      {
        level: 'WARN',
        sourceContactIdFrom: 'none',
        customerKnown: true,
        storeAttempts: expect.any(Number),
        storeError: { operation: 'UpdateItem' },
      },
    ]);
    expect(invoked.metrics).toMatchObject({ Returning: 0, Failed: 1 });
    // A quarter is the table's: to wait for it until the end would take 2,840.
    expect(invoked.milliseconds).toBeLessThan(0.8 * REMAINING);
    expect(world.connect.calls).toEqual([]);
    expectNothingTold(invoked, customer);
  });

  test('a chat with a named past continues it, and the log warns', async () => {
    const { customer, past, current } = await comeBack();
    if (fault !== 'refused') world.table.setFault(fault);
    const event = eventOf(current, { sourceContactId: past.Id });
    const invoked = await block().invoke(event, { remaining: REMAINING });
    expect(invoked.attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
    expect(invoked.log).toMatchObject([{ level: 'WARN', storeError: { operation: 'UpdateItem' } }]);
    expect(invoked.metrics).toMatchObject({ Continued: 1, Failed: 0 });
    expect(invoked.milliseconds).toBeLessThan(REMAINING);
    expectNothingTold(invoked, customer);
  });
});

describe.each(Object.entries(MISCONFIGURED))('while the table cannot be used, %s,', (_, [fault, name, says]) => {
  test('a chat without a named past takes the Error branch, with a sentence, without retries', async () => {
    const { customer, current } = await comeBack();
    world.table.setFault(fault);
    const invoked = await world.block.invoke(eventOf(current));
    expect(invoked.attributes).toBeUndefined();
    expect(invoked.error).toMatchObject({ name, message: expect.stringContaining(says) });
    expect(invoked.log).toMatchObject([{ level: 'ERROR', message: 'The flow takes its Error branch' }]);
    // On a busy machine the first attempt may time out; retries would be five or more.
    expect(world.table.requests.length).toBeLessThanOrEqual(2);
    expectNothingTold(invoked, customer);
  });

  test('a chat with a named past continues it, and the log has an error', async () => {
    const { customer, past, current } = await comeBack();
    world.table.setFault(fault);
    const invoked = await world.block.invoke(eventOf(current, { sourceContactId: past.Id }));
    expect(invoked.error).toBeUndefined();
    expect(invoked.attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
    expect(invoked.log).toMatchObject([
      {
        level: 'ERROR',
        storeError: { operation: 'UpdateItem', name, message: expect.stringContaining(says) },
      },
    ]);
    expectNothingTold(invoked, customer);
  });
});

describe('what the table says the second time counts:', () => {
  test.each([
    'reset',
    'lost answer',
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'InternalServerError',
    'malformed JSON',
  ])('%s', async fault => {
    const { customer, past, current } = await comeBack();
    world.table.setFault(UNAVAILABLE[fault] as DynamoDbFault, 1);
    const { attributes, log } = await world.block.invoke(eventOf(current));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
    expect(log).toMatchObject([{ level: 'INFO', storeAttempts: expect.any(Number) }]);
    expect(await storedSessions(world, customer)).toEqual({ [past.Id]: -10, [current.Id]: 0 });
  });
});

describe('an item with attributes of another form', () => {
  const HOUR_AGO = Date.now() - 60 * 60 * 1_000;

  test.each([
    ['a text for a time', { 'session a': { S: `${HOUR_AGO}` } }],
    ['a number that is none', { 'session a': { N: 'soon' } }],
    ['a number for the text of a number', { 'session a': { N: HOUR_AGO } }],
    ['a list', { 'session a': { L: [{ N: `${HOUR_AGO}` }] } }],
    ['nothing', { 'session a': null }],
    ['an unknown type', { 'session a': { X: `${HOUR_AGO}` } }],
    ['no session at all', { customer: { S: 'a' }, a: { N: `${HOUR_AGO}` } }],
  ])('has no session there: %s', async (_, Attributes) => {
    const { customer, current } = await comeBack();
    world.table.setFault(answered({ Attributes }));
    const invoked = await world.block.invoke(eventOf(current), { remaining: REMAINING });
    expect(invoked.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
    expectNothingTold(invoked, customer);
  });

  test('keeps the order of its sessions', async () => {
    const { past, current } = await comeBack();
    const Attributes = {
      'session older': { N: `${HOUR_AGO - 60_000}` },
      'session odd': { N: 'soon' },
      [`session ${past.Id}`]: { N: `${HOUR_AGO}` },
    };
    world.table.setFault(answered({ Attributes }));
    const { attributes } = await world.block.invoke(eventOf(current));
    expect(attributes).toMatchObject({ continuedFromContactId: past.Id });
    expect(askedContacts(world)).not.toContain('older');
  });
});

test('an operator whose Amazon Connect refuses learns that, not what the table was like', async () => {
  const { past, current } = await comeBack();
  world.table.setFault(dynamoDbError('AccessDeniedException'));
  world.connect.setFaults(['error=403']);
  const { error } = await world.block.invoke(eventOf(current, { sourceContactId: past.Id }));
  expect(error?.message).toContain('connect:DescribeContact');
});
