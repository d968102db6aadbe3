import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { C1, C2, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { bundle } from '../../scripts/build-bundle.ts';
import { startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import { endChat, eventOf, newChat, setMinutes, someCustomer, startStoreBlock } from '../support/session-store.ts';

// A few only: that the bundle does what the sources do, where bundling could have broken it.
describe('the bundle', () => {
  let connect: LocalConnect;
  const start = (environment = {}) => startBlock(connect, environment, 'bundle');
  beforeEach(async () => {
    connect = await startLocalConnect();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    return connect.close();
  });

  test('calls all operations, retries, and says so in one line of the log and one of metrics', async () => {
    connect.setFaults(['CreatePersistentContactAssociation:throttle*1', 'CreatePersistentContactAssociation:reset*1']);
    const { attributes, log, metrics } = await (await start()).invoke(eventFile('last-agent'));
    expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
    const { build } = await bundle();
    expect(build).toMatch(/^[0-9a-f]{8}$/);
    expect(log).toMatchObject([{ build, associationAttempts: 3, listAttempts: 1, ownerVerified: true }]);
    expect(metrics).toMatchObject({ Continued: 1, AssociationAttempts: 3 });
  });

  test('throws errors by their names, with what an operator needs, where the sources do', async () => {
    const block = await start();
    const thrownFor = async (event: unknown, { invoke } = block) => (await invoke(event)).error?.name;
    expect(await thrownFor(eventFile('bad-rehydration-type'))).toBe('InvalidRehydrationTypeError');
    connect.setFaults(['error=403']);
    const event = chatEvent({ sourceContactId: C1 });
    expect(await thrownFor(event)).toBe('MissingPermissionError');
    expect(await thrownFor(event, await start({ AWS_ACCESS_KEY_ID: undefined }))).toBe('CredentialsError');
    const atStart = start({ SOURCE_CONTACT_CHECK: 'ON' });
    await expect(atStart).rejects.toMatchObject({ name: 'InvalidEnvironmentError' });
  });

  test("continues a customer's first chat with their second, in another environment, from the session store", async () => {
    const dynamoDb = await startLocalDynamoDb();
    const customer = someCustomer();
    const chats = [];
    for (const minutes of [0, 10]) {
      setMinutes(minutes);
      const chat = newChat({ connect }, customer);
      const block = await startStoreBlock(connect, dynamoDb, {}, 'bundle');
      chats.push({ id: chat.Id, ...(await block.invoke(eventOf(chat))) });
      setMinutes(minutes + 5);
      endChat(chat);
    }
    const continued = { associationStatus: 'ASSOCIATED', continuedFromContactId: chats[0]?.id };
    expect(chats).toMatchObject([
      { attributes: { associationStatus: 'NO_SOURCE_CONTACT' } },
      { attributes: continued, log: [{ sourceContactIdFrom: 'store' }] },
    ]);
    await dynamoDb.close();
  });
});
