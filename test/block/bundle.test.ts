import { expect, test } from '@jest/globals';
import { C1, C2 } from '../../local/connect/index.ts';
import { bundle } from '../../scripts/build-bundle.ts';
import { startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import {
  endAt,
  eventOf,
  newChat,
  setMinutes,
  someCustomer,
  startStoreBlock,
  storeWorldForFile,
} from '../support/session-store.ts';

// A few only: that the bundle does what the sources do, where bundling could have broken it.

const world = storeWorldForFile();
const start = (environment = {}) => startBlock(world.connect, environment, 'bundle');

test('the bundle calls all operations, retries, and says so in one line of the log and one of metrics', async () => {
  const faults = ['throttle*1', 'reset*1'].map(fault => `CreatePersistentContactAssociation:${fault}`);
  world.connect.setFaults(faults);
  const { attributes, log, metrics } = await (await start()).invoke(eventFile('last-agent'));
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C2 });
  const { build } = await bundle();
  expect(log).toMatchObject([{ build, associationAttempts: 3, listAttempts: 1, ownerVerified: true }]);
  expect(metrics).toMatchObject({ Continued: 1, AssociationAttempts: 3 });
});

test('the bundle throws errors by their names, where the sources do', async () => {
  const block = await start();
  const thrownFor = async (event: unknown, { invoke } = block) => (await invoke(event)).error?.name;
  expect(await thrownFor(eventFile('bad-rehydration-type'))).toBe('InvalidRehydrationTypeError');
  world.connect.setFaults(['error=403']);
  const event = chatEvent({ sourceContactId: C1 });
  expect(await thrownFor(event)).toBe('MissingPermissionError');
  expect(await thrownFor(event, await start({ AWS_ACCESS_KEY_ID: undefined }))).toBe('CredentialsError');
  const atStart = start({ SOURCE_CONTACT_CHECK: 'ON' });
  await expect(atStart).rejects.toMatchObject({ name: 'InvalidEnvironmentError' });
});

test("the bundle continues a customer's first chat with their second, in another environment, from the store", async () => {
  const customer = someCustomer();
  const chatAt = async (minutes: number) => {
    setMinutes(minutes);
    const chat = newChat(world, customer);
    const block = await startStoreBlock(world.connect, world.table, {}, 'bundle');
    const invoked = await block.invoke(eventOf(chat));
    endAt(minutes + 5, chat);
    return { id: chat.Id, ...invoked };
  };
  const first = await chatAt(0);
  expect(first.attributes).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  const { attributes, log } = await chatAt(10);
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: first.id });
  expect(log).toMatchObject([{ sourceContactIdFrom: 'store' }]);
});
