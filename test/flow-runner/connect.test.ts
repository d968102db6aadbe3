import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  ConnectClient,
  GetContactAttributesCommand,
  StartChatContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import { afterAll, describe, expect, test } from '@jest/globals';
import { INSTANCE_ID, OTHER_CUSTOMERS_CHAT } from '../../local/connect/index.ts';
import { runConnect, SCRIPT } from '../support/connect-command.ts';
import { moduleOf, RETURN } from './support.ts';

const EXAMPLE = 'examples/returning-customer-flow.json';
/** A module without a branch. */
const MODULE = join(mkdtempSync(join(tmpdir(), 'module-')), 'module.json');
writeFileSync(
  MODULE,
  JSON.stringify({ ContactFlowModule: { Content: JSON.stringify(moduleOf(RETURN)), Settings: '{}' } }),
);
afterAll(() => rmSync(dirname(MODULE), { recursive: true }));

/** Runs what `npm run connect` runs; `heard` waits for a line on its standard error. */
async function run(args: string[] = [], environment: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], ...environment };
  const { child, heard, said, url: endpoint } = await runConnect(args, env);
  await heard(/starts runs the flow/);
  const client = new ConnectClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const startChat = async (Attributes: Record<string, string> = {}, CustomerId?: string) => {
    const { ContactId = '' } = await client.send(
      new StartChatContactCommand({
        InstanceId: INSTANCE_ID,
        ContactFlowId: 'any',
        ParticipantDetails: { DisplayName: 'Jane' },
        Attributes,
        CustomerId,
      }),
    );
    return ContactId;
  };
  return { child, client, heard, startChat, said };
}

describe('a chat that is started on npm run connect', () => {
  test('continues the chat that was stopped before, as the four aws commands show it', async () => {
    const { client, heard, startChat, said } = await run();
    const first = await startChat();
    await heard(
      new RegExp(`^(Flow persistent-chat ${first} -> NO_SOURCE_CONTACT, ended with "Return NoHistory")$`, 'm'),
    );
    await client.send(new StopContactCommand({ InstanceId: INSTANCE_ID, ContactId: first }));
    const second = await startChat({ sourceContactId: first });
    await heard(new RegExp(`^(Flow persistent-chat ${second} -> ASSOCIATED, ended with "Return Continued")$`, 'm'));
    const { Attributes } = await client.send(
      new GetContactAttributesCommand({ InstanceId: INSTANCE_ID, InitialContactId: second }),
    );
    expect(Attributes).toMatchObject({ chatHistoryStatus: 'ASSOCIATED', chatHistoryContinuedFrom: first });
    expect(said()).not.toContain('{"');
  });

  test('is not shown the chat of another customer, with the settings of the shell', async () => {
    const { heard, startChat } = await run(['--verbose'], { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' });
    await startChat({ sourceContactId: OTHER_CUSTOMERS_CHAT }, 'somebody');
    await heard(/-> REJECTED SOURCE_CONTACT_NOT_OWNED, /);
    await startChat({ sourceContactId: OTHER_CUSTOMERS_CHAT });
    await heard(/-> REJECTED CUSTOMER_UNKNOWN, /);
    await heard(/^(\{"level".*)$/m);
  });

  test('runs the flow that --flow names, with the module that --module names', async () => {
    const { heard, startChat } = await run(['--flow', EXAMPLE, '--module', 'template.yaml']);
    await startChat();
    await heard(/^Flow returning-customer-flow \S+ -> NO_SOURCE_CONTACT, ended with "Transfer to default queue"$/m);
  });

  test('says that the flow took its Error branch where the function fails', async () => {
    const { heard, startChat } = await run([], { SOURCE_CONTACT_CHECK: 'MAYBE' });
    await startChat();
    await heard(/-> FAILED ERROR_BRANCH, /);
  });

  test('ends with its function when it is stopped, also in the middle of an invocation', async () => {
    // With --verbose the function holds the standard error as well, so "close" waits for the end of both.
    const { child, heard, startChat } = await run(['--verbose', '--fault', 'DescribeContact:slow=60000']);
    await startChat({ sourceContactId: OTHER_CUSTOMERS_CHAT });
    await heard(/DescribeContact \S+ -> slow/);
    const closed = once(child, 'close', { signal: AbortSignal.timeout(1_000) });
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
  });

  test.each([
    [['--flow', 'no-such-file.json'], /^There is no file \S+no-such-file\.json\.\n$/],
    [['--module', 'package.json'], /^Amazon Connect would refuse \S+package\.json:\n( {2}.*\n)+$/],
    [
      ['--flow', EXAMPLE, '--module', MODULE],
      /^Amazon Connect would refuse \S+flow\.json:\n( {2}.*a branch that the module declares\n)+$/,
    ],
  ])('cannot run %j', async (args, sentence) => {
    const failure = await promisify(execFile)(process.execPath, [SCRIPT, ...args]).catch(error => error);
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
  });
});
