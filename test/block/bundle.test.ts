import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { C1, C2, startLocalConnect } from '../../local/connect/index.ts';
import { lambdaEnvironment } from '../../local/lambda/function.ts';
import { bundle } from '../../scripts/build-bundle.ts';
import { startBlock } from '../support/block.ts';
import { chatEvent, eventFile } from '../support/events.ts';
import {
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

test("the bundle continues a customer's past chat from the session store", async () => {
  const customer = someCustomer();
  const past = world.pastChat(0, customer);
  await world.remember(customer, { [past.Id]: 0 });
  setMinutes(10);
  const block = await startStoreBlock(world.connect, world.table, {}, 'bundle');
  const { attributes, log } = await block.invoke(eventOf(newChat(world, customer)));
  expect(attributes).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: past.Id });
  expect(log).toMatchObject([{ sourceContactIdFrom: 'store' }]);
});

test('after a failed invocation, a warm environment is as before: status, memory, timers, sockets', async () => {
  // In the two seconds of an invocation there are two attempts.
  const connect = await startLocalConnect({ faults: ['CreatePersistentContactAssociation:hang*2'] });
  const child = fork(new URL('../support/warm-environment.ts', import.meta.url), {
    execArgv: ['--expose-gc', '--max-semi-space-size=1'],
    env: lambdaEnvironment({ environment: { AWS_ENDPOINT_URL_CONNECT: connect.url }, fromShell: 'nothing' }),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    const [report] = await once(child, 'message');
    expect(report).toMatchObject({ first: 'FAILED', others: ['ASSOCIATED'], warnings: [], timers: [] });
    expect(connect.openSockets()).toBeLessThanOrEqual(1);
    // A thousand invocations that kept a kilobyte each would show.
    expect(report.growth).toBeLessThan(1_000_000);
  } finally {
    child.kill();
    await connect.close();
  }
});
