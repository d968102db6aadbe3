import { afterEach, describe, expect, test } from '@jest/globals';
import { C3, INSTANCE_ARN, startLocalConnect } from '../../local/connect/index.ts';
import { contactFlowEvent, type LocalFunction, startFunction } from '../../local/flow-runner/index.ts';
import { eventFile } from '../support/events.ts';
import { sampleContact } from './support.ts';

const ending: (() => unknown)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** The bundle against a local Connect with these faults. */
async function start(...faults: string[]): Promise<LocalFunction> {
  const connect = await startLocalConnect({ faults });
  const lambda = startFunction(connect.url);
  ending.push(
    () => lambda.close(),
    () => connect.close(),
  );
  return lambda;
}

const NO_SOURCE = contactFlowEvent(sampleContact(), INSTANCE_ARN, {});

describe('the built function on this machine', () => {
  test('asks the local Amazon Connect, whatever the shell says', async () => {
    process.env['AWS_ENDPOINT_URL_CONNECT'] = 'http://127.0.0.1:9';
    ending.push(() => delete process.env['AWS_ENDPOINT_URL_CONNECT']);
    const { invoke } = await start();
    const returned = await invoke(eventFile('entire-past-session'), 8_000);
    expect(returned).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
  });

  test('has the settings of the shell', async () => {
    process.env['DEFAULT_REHYDRATION_TYPE'] = 'FROM_SEGMENT';
    ending.push(() => delete process.env['DEFAULT_REHYDRATION_TYPE']);
    const { invoke } = await start();
    expect(await invoke(NO_SOURCE, 8_000)).toMatchObject({ rehydrationType: 'FROM_SEGMENT' });
  });

  test('fails with the name and the message of its error', async () => {
    const { invoke } = await start();
    await expect(invoke(eventFile('bad-rehydration-type'), 8_000)).rejects.toThrow(/^InvalidRehydrationTypeError: /);
  });

  test('fails when the time limit is over, and answers again later', async () => {
    const { invoke } = await start('DescribeContact:slow=60000*1');
    await expect(invoke(eventFile('entire-past-session'), 300)).rejects.toThrow('No answer within 300 ms.');
    expect(await invoke(NO_SOURCE, 8_000)).toMatchObject({ associationStatus: 'NO_SOURCE_CONTACT' });
  });

  test('runs invocations at the same time, and fails once it was stopped', async () => {
    const lambda = await start();
    const both = await Promise.all([lambda.invoke(NO_SOURCE, 8_000), lambda.invoke(NO_SOURCE, 8_000)]);
    expect(both).toHaveLength(2);
    lambda.close();
    await expect(lambda.invoke(NO_SOURCE, 8_000)).rejects.toThrow('The function was stopped.');
  });
});
