import { exec } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StartChatContactResponse } from '@aws-sdk/client-connect';
import { ConnectParticipant } from '@aws-sdk/client-connectparticipant';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as sample from '../../local/connect/index.ts';
import * as support from '../../local/connect/test-support.ts';
import { moduleOf, RETURN } from '../../local/flow-language/test-support.ts';
import { CONNECT, run, runConnect } from './run.ts';

const { C1, NEW_CHAT, OTHER_CUSTOMERS_CHAT } = sample;
const { ALL_FROM_C1, associate, describeContact, INVALID_REQUEST, SEGMENT_C2 } = support;
const EXAMPLE = 'examples/returning-customer-flow.json';

/** Runs it, for chats that name another customer's chat. The function does not get the table, with which it would fail. */
async function start(args: string[] = [], environment: Record<string, string> = {}) {
  const server = await runConnect(args, { SESSION_STORE_TABLE: 'real', ...environment });
  const startChat = (CustomerId?: string) =>
    support.startChat(server, { CustomerId, Attributes: { sourceContactId: OTHER_CUSTOMERS_CHAT } });
  return { ...server, startChat };
}

describe('npm run connect', () => {
  test("lists the sample data's contacts, applies its options, prints each request with its result", async () => {
    const args = ['--transcript-delay', '3600', '--source-twice', 'refuse', '--fault', 'DescribeContact:error=503'];
    const { heard, url } = await runConnect(args);
    await heard(new RegExp(`PAST_VOICE_CALL +${sample.PAST_VOICE_CALL} `));
    const justEnded = { ...SEGMENT_C2, SourceContactId: sample.JUST_ENDED_CHAT };
    expect(await associate({ url }, NEW_CHAT, justEnded)).toEqual(INVALID_REQUEST);
    expect(await associate({ url }, NEW_CHAT, SEGMENT_C2)).toEqual(support.continuedFrom(sample.C2));
    await heard(/^Create\w+ \S+ FROM_SEGMENT \S+ -> 200$/m);
    expect(await associate({ url }, sample.TRANSFERRED_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
    await associate({ url }, sample.TRANSFERRED_CHAT, { ...ALL_FROM_C1, SourceContactId: sample.ACTIVE_CHAT });
    await heard(/^Create\w+ \S+ ENTIRE_PAST_SESSION \S+ -> 400 InvalidRequestException: .+ has not ended\.$/m);
    await describeContact({ url }, C1);
    await heard(/^DescribeContact \S+ -> error ServiceUnavailableException: Injected fault: error=503$/m);
  });

  test('prints a line for the AWS CLI that is ready to paste, and the same environment for more', async () => {
    const { heard, url } = await runConnect([]);
    const line = await heard(/^ {2}(AWS_ENDPOINT_URL_CONNECT=.* aws connect .*)$/m);
    const environment = await heard(/^ {2}export (.*)$/m);
    expect(line.startsWith(environment)).toBe(true);
    // Not every machine has the AWS CLI: a function stands in for it.
    const aws = `aws() { printf '%s\\n' "$AWS_ENDPOINT_URL_CONNECT $AWS_REGION $AWS_DEFAULT_REGION '$AWS_PAGER'" "$@"; }`;
    const { stdout } = await promisify(exec)(`${aws}; ${line}`, { env: { AWS_PAGER: 'less' } });
    const command = `connect create-persistent-contact-association --instance-id any --initial-contact-id ${NEW_CHAT}`;
    const source = `--source-contact-id ${C1} --rehydration-type ENTIRE_PAST_SESSION`;
    expect(stdout.trim().split('\n')).toEqual([`${url} us-east-1 us-east-1 ''`, ...`${command} ${source}`.split(' ')]);
  });

  test('with --page, serves the chat page, whose chat the block continues from C1 and an agent joins, until it ends', async () => {
    const { child, heard, url, said } = await runConnect(['--page']);
    // Nothing comes after the address, which stands alone.
    const page = await heard(/\n\n.*chat page.* C1 .*:\n {2}(http:\S+)\n$/);
    const chat = await fetch(new URL('chat', page), { method: 'POST' });
    const { ContactId, ParticipantToken = '' } = (await chat.json()) as StartChatContactResponse;
    await heard(new RegExp(`^Flow persistent-chat ${ContactId} -> ASSOCIATED, ended with "Return Continued"$`, 'm'));
    expect(said()).not.toContain('{"');
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const participant = new ConnectParticipant({ endpoint: url, region: 'us-east-1', credentials });
    const connection = { ParticipantToken, Type: ['CONNECTION_CREDENTIALS' as const] };
    const { ConnectionCredentials } = await participant.createParticipantConnection(connection);
    const { Transcript } = await participant.getTranscript({ ConnectionToken: ConnectionCredentials?.ConnectionToken });
    const greeting = { DisplayName: 'Agent a1', ParticipantRole: 'AGENT', Content: 'Welcome back, Jane.' };
    expect(Transcript).toContainEqual(expect.objectContaining(greeting));
    child.kill();
    await once(child, 'exit');
    await expect(fetch(page)).rejects.toThrow();
  });

  test('ends at once although answers are due', async () => {
    // With --verbose the function holds the standard error as well, so "close" waits for the end of both.
    const faults = ['--fault', 'DescribeContact:slow=60000*1', '--fault', 'DescribeContact:trickle'];
    const { child, heard, url, startChat } = await start(['--verbose', ...faults]);
    await startChat();
    await heard(/DescribeContact \S+ -> slow\n/);
    const answer = expect(describeContact({ url }, C1)).rejects.toThrow();
    await heard(/DescribeContact \S+ -> trickle\n/);
    const closed = once(child, 'close', { signal: AbortSignal.timeout(1_000) });
    child.kill();
    await answer;
    expect(await closed).toEqual([0, null]);
  });

  // npm passes SIGINT and SIGTERM on to its child, which has to be the service and no shell.
  test.each([
    { how: 'kill', group: false, signal: 'SIGTERM' },
    { how: 'an interrupt of npm alone', group: false, signal: 'SIGINT' },
    { how: 'Ctrl+C, which npm and the service both get', group: true, signal: 'SIGINT' },
  ])('ends with npm by $how', async ({ group, signal }) => {
    const { child, said } = await runConnect([], {}, ['npm', 'run', 'connect', '--']);
    process.kill(Number(child.pid) * (group ? -1 : 1), signal);
    // "close" waits for whoever holds the standard error: the service, too.
    expect(await once(child, 'close', { signal: AbortSignal.timeout(3_000) })).toEqual([0, null]);
    expect(said().match(/^Stopped\.$/gm)).toHaveLength(1);
  });

  const NAMED = ['--flow', EXAMPLE, '--module', 'template.yaml'];
  const ASKED = ['--flow', 'examples/ask-first-flow.json', '--intent', 'Yes'];
  test.each<[string[], Record<string, string>, RegExp]>([
    [NAMED, {}, /^Flow returning-customer-flow \S+ -> REJECTED SOURCE_\w+, ended with "Transfer to default queue"$/m],
    [
      ASKED,
      { SOURCE_CONTACT_CHECK: 'CONTACT' },
      /^Flow ask-first-flow \S+ -> ASSOCIATED, ended with "Transfer to queue"$/m,
    ],
    [[], { SOURCE_CONTACT_CHECK: 'MAYBE' }, /-> FAILED ERROR_BRANCH, /],
    [['--verbose'], { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' }, /^(\{"level"(.*\n)*.*-> REJECTED CUSTOMER_UNKNOWN, )/m],
  ])('runs the flow, the module and the settings that are named, or their Error branch: %j %j', async (...row) => {
    const [args, environment, line] = row;
    const { heard, startChat } = await start(args, environment);
    await startChat(args === NAMED ? 'somebody' : undefined);
    await heard(line);
  });
});

describe('npm run connect, where it does not start,', () => {
  /** A module without a branch. */
  const module = join(mkdtempSync(join(tmpdir(), 'module-')), 'module.json');
  const answer = { ContactFlowModule: { Content: JSON.stringify(moduleOf(RETURN)), Settings: '{}' } };
  writeFileSync(module, JSON.stringify(answer));
  afterAll(() => rmSync(dirname(module), { recursive: true }));

  test('prints the faults and operations that it knows with --help', async () => {
    const { stdout } = await run(process.execPath, [CONNECT, '--help']);
    for (const word of [...sample.FAULT_NAMES, ...sample.OPERATIONS]) expect(stdout).toContain(word);
  });

  const HINT = 'npm run connect -- --help shows the options\\.\\n$';
  test.each([
    [['--port', '65536'], `^--port is a whole number from 0 to 65535, not "65536"\\.\\n${HINT}`],
    [['--fault', 'hiccup'], `^Fault "hiccup": "hiccup" is not a fault .*\\n${HINT}`],
    [['--source-twice', 'maybe'], `^--source-twice is allow or refuse, not "maybe"\\.\\n${HINT}`],
    [['--port', 'IN_USE'], '^Port \\d+ is in use: choose another one with --port \\(0: any free one\\)\\.\\n$'],
    [['--host', '192.0.2.1'], '^Cannot listen on "192\\.0\\.2\\.1" .*--host\\.\\n$'],
    [['--flow', 'no-such-file.json'], '^There is no file \\S+no-such-file\\.json\\.\\n$'],
    [['--module', EXAMPLE], '^Amazon Connect would refuse \\S+json:\\n  Actions: .* a flow module, no flow\\n$'],
    [['--flow', EXAMPLE, '--module', module], 'flow\\.json:\\n( {2}.*a branch that the module declares\\n)+$'],
  ])('says why it cannot run %j, and exits 1', async (args, sentence) => {
    const { port } = await support.start();
    const given = args.map(each => each.replace('IN_USE', `${port}`));
    const stderr = expect.stringMatching(sentence);
    expect(await run(process.execPath, [CONNECT, ...given])).toEqual({ code: 1, stdout: '', stderr });
  });
});
