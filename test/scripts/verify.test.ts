import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, QUOTAS, VARIANTS } from '../../local/connect/index.ts';
import { readModule, toFlow } from '../../local/flow-runner/index.ts';
import { verifyFlow } from '../../scripts/verify/flow.ts';
import { Instance } from '../../scripts/verify/instance.ts';
import { ASSUMPTIONS, type Row, resultOf } from '../../scripts/verify/rows.ts';
import { promisedBy } from '../../scripts/verify/stack.ts';
import { rowsUnder } from '../docs/markdown.ts';
import { runConnect } from '../support/connect-command.ts';
import { startServer } from '../support/server.ts';
import { PROJECT } from './run.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };

/** Starts `npm run verify` as its own process. */
function startVerify(url: string, words: readonly string[] = [], environment: NodeJS.ProcessEnv = CREDENTIALS) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, AWS_ENDPOINT_URL_CONNECT: url, AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const args = ['scripts/verify.ts', '--instance-arn', INSTANCE_ARN, ...words];
  const child = spawn(process.execPath, args, { cwd: PROJECT, env });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { child, ended: ended.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })) };
}

const folder = await mkdtemp(join(tmpdir(), 'verify-'));
afterAll(() => rm(folder, { recursive: true }));

/** A whole run against a local Amazon Connect with these options. */
async function verify(options: string[], settings = {}, environment = {}) {
  const connect = await runConnect(options, { ...process.env, ...settings });
  await connect.heard(/Ctrl\+C stops it/);
  const json = join(folder, `${new URL(connect.url).port}.json`);
  const ended = await startVerify(connect.url, ['--json', json], { ...CREDENTIALS, ...environment }).ended;
  const { rows, passed } = JSON.parse(await readFile(json, 'utf8')) as { rows: Row[]; passed: boolean };
  const failing = rows.filter(row => resultOf(row) === 'FAILS').map(({ id, what, seen }) => `${id ?? what}: ${seen}`);
  return { ...ended, rows, passed, failing, made: made(connect.said()), requests: connect.said() };
}

/** What it made, and what of that is gone, by the lines of the local Amazon Connect. */
const made = (requests: string) =>
  ['StartChatContact', 'StopContact', 'CreateContactFlow', 'DeleteContactFlow'].map(
    operation => requests.match(new RegExp(`^${operation}( .*)? -> 200$`, 'gm'))?.length ?? 0,
  );

/** CloudFormation's answer to `DescribeStacks`. */
const parameter = (key: string, value: string) =>
  `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`;
const PARAMETERS = `${parameter('SourceContactCheck', 'CONTACT')}${parameter('InstanceArn', INSTANCE_ARN)}`;
const STACKS = `<Stacks><member><Parameters>${PARAMETERS}</Parameters></member></Stacks>`;
const ANSWER = `<DescribeStacksResponse><DescribeStacksResult>${STACKS}</DescribeStacksResult></DescribeStacksResponse>`;

describe('npm run verify', () => {
  let runs: Record<string, Awaited<ReturnType<typeof verify>>>;
  beforeAll(async () => {
    const { url } = await startServer((_, response) => response.end(ANSWER));
    const contact = { SOURCE_CONTACT_CHECK: 'CONTACT' };
    const all = await Promise.all([
      verify(['--fault', 'quota']).then(result => ['ours', result]),
      verify([], contact, { AWS_ENDPOINT_URL_CLOUDFORMATION: url }).then(result => ['CONTACT', result]),
      ...VARIANTS.map(variant => verify(['--variant', variant]).then(result => [variant, result])),
    ]);
    runs = Object.fromEntries(all);
  }, 180_000);
  const runOf = (name: string) => runs[name] as (typeof runs)[string];

  test('passes, says what was not tried, and has each assumption of docs/design.md once', () => {
    const { code, passed, failing, rows, stdout, stderr } = runOf('ours');
    expect([code, passed, failing]).toEqual([0, true, []]);
    const ids = Object.keys(ASSUMPTIONS);
    expect(rows.flatMap(({ id }) => id ?? []).toSorted()).toEqual(ids.toSorted());
    const listed = (heading: string) => rowsUnder('docs/design.md', heading).map(([id = '']) => id.trim());
    const settled = listed('Settled by public records');
    expect(ids.filter(id => !settled.includes(id))).toEqual(listed('Assumptions'));
    expect(rows.filter(({ seen }) => seen.startsWith('not tried: needs ')).length).toBe(8);
    const table = stdout.trimEnd().split('\n').slice(1);
    expect(rows.filter(({ what, seen }, n) => !table[n]?.includes(what) || !table[n].includes(seen))).toEqual([]);
    for (const { what, seen } of rows) expect(stderr).toContain(`${what}: ${seen}`);
    expect(stderr).toContain('The parameters of the stack "persistent-chat" could not be read');
    expect(stderr).toContain('Everything that was promised holds.');
  });

  test('starts at most 12 chats, stops them, deletes its flow, and stays within the default quotas', () => {
    const { made, requests } = runOf('ours');
    const [started = 0, ...others] = made;
    expect(started).toBeLessThanOrEqual(12);
    expect(others).toEqual([started, 1, 1]);
    expect(requests).not.toContain('-> quota');
  });

  const FAILS = 'Not everything that was promised holds.';
  test.each([
    ['CONTACT', [], 'SourceContactCheck=CONTACT: nobody is refused for being another customer.'],
    ['CONTACT', [], "C sees of A's messages: 2 of 2 (holds)"],
    ['inputs-as-text', [], 'it is "$.Modules.Input.rehydrationType" (false; nothing rests on it)'],
    ['no-past-messages', ["B sees of A's messages: 0 of 2"], FAILS],
    ['past-messages-for-all', ["C sees of A's messages: 2 of 2", "D sees of A's messages: 2 of 2"], FAILS],
    ['empty-attribute-refused', ['A10: an empty attribute value is refused'], FAILS],
  ])('against %s, fails with just these lines: %j; says: %s', (name, lines, says) => {
    const { code, passed, failing, stderr } = runOf(name);
    expect([code, passed]).toEqual(lines.length > 0 ? [1, false] : [0, true]);
    // Where no attribute is written, the lines that read attributes fail as well.
    expect(failing.filter(line => name !== 'empty-attribute-refused' || /^A\d/.test(line))).toEqual(lines);
    expect(stderr).toContain(says);
  });

  test('ends in one sentence in the variant no-module, and has made nothing', () => {
    const { code, stderr, stdout, made } = runOf('no-module');
    const sentence = /^The instance has no flow module "Persistent chat \(persistent-chat\)".* --stack\.\n$/;
    expect({ code, stderr, stdout }).toEqual({ code: 1, stderr: expect.stringMatching(sentence), stdout: '' });
    expect(made).toEqual([0, 0, 0, 0]);
  });
});

test.each([true, false])('its flow is one that Amazon Connect would take (reads an input: %s)', readsInput => {
  const module = readModule();
  const content = verifyFlow('ID', 'FROM_LAST_AGENT_SEGMENT', readsInput);
  const { warnings } = toFlow(JSON.parse(content), 'verify', { invoked: [module] });
  expect([warnings, content.includes('$.Modules.Input')]).toEqual([[], readsInput]);
});

test.each([
  ['OWNER_IF_KNOWN', 'AUTO', true, undefined],
  ['OWNER_REQUIRED', 'ATTRIBUTE', true, undefined],
  ['OWNER_IF_KNOWN', 'ENDPOINT', false, 'CustomerIdentity=ENDPOINT: a chat that a program starts has no such'],
  ['CONTACT', 'CUSTOMER_ID', false, 'SourceContactCheck=CONTACT: nobody is refused'],
  ['OFF', 'AUTO', false, 'SourceContactCheck=OFF: nobody is refused'],
])('with %s and %s, it is promised that others are refused: %j', (check, CustomerIdentity, refuses, said) => {
  const parameters = { SourceContactCheck: check, CustomerIdentity, CustomerIdAttribute: 'crm' };
  const { identify, ...promised } = promisedBy(parameters, INSTANCE_ARN);
  expect(promised).toEqual({ refuses, note: said && expect.stringContaining(said) });
  const Attributes = CustomerIdentity === 'ATTRIBUTE' ? { crm: '42' } : {};
  expect(identify('42')).toEqual({ CustomerId: '42', Attributes });
});

test.each([
  [{ Enabled: 'No' }, 'The stack is turned off (Enabled=No)'],
  [{ InstanceArn: `${INSTANCE_ARN}0` }, 'The stack is for another instance'],
  [{ SourceContactCheck: 'OWNER_REQUIRED', CustomerIdentity: 'ENDPOINT' }, 'no chat that a program starts can be'],
])('a stack with %j cannot be tested', (parameters, sentence) => {
  expect(() => promisedBy(parameters, INSTANCE_ARN)).toThrow(sentence);
});

describe('npm run verify ends in a sentence, and leaves nothing behind:', () => {
  const NO_TRANSCRIPTS = 'Amazon Connect does not continue chat P: does the instance store chat transcripts';
  test.each<[string, string, NodeJS.ProcessEnv, string, number[]]>([
    ['a wrong ARN', 'ListContactFlowModules:error=404', CREDENTIALS, 'There is no such instance', [0, 0, 0, 0]],
    ['no credentials', 'error=500', {}, 'AWS does not accept the credentials, or there are none', [0, 0, 0, 0]],
    ['no permission', 'StartChatContact:error=403', CREDENTIALS, 'permission: connect:StartChatContact;', [0, 0, 1, 1]],
    ['no transcripts', 'CreatePersistentContactAssociation:error=404', CREDENTIALS, NO_TRANSCRIPTS, [6, 6, 1, 1]],
  ])('%s', async (_, fault, environment, sentence, things) => {
    const { url, said } = await runConnect(['--fault', fault]);
    const { code, stderr } = await startVerify(url, [], environment).ended;
    expect([code, stderr.trim().split('\n').at(-1)]).toEqual([1, expect.stringContaining(sentence)]);
    expect(made(said())).toEqual(things);
  });

  const DENIED = ['--fault', 'StartChatContact:error=403', '--fault', 'DeleteContactFlow:error=403'];
  test.each([
    [DENIED, /The flow persistent-chat-verify-\S+ \(\S+\) could not be deleted\. Missing permission/],
    [['--fault', 'CreateContactFlow:lost-answer'], /The flow persistent-chat-verify-\S+ may exist: look /],
    [
      ['--fault', 'StartChatContact:lost-answer'],
      /Chat A may have started: .*\nA chat ends by itself within 15 minutes\./,
    ],
  ])('or says what it could not remove: %j', async (faults, sentence) => {
    const { url } = await runConnect(faults);
    expect((await startVerify(url).ended).stderr).toMatch(sentence);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s', async signal => {
    const { url, said, heard } = await runConnect([]);
    const { child, ended } = startVerify(url);
    await heard(/^(StartChatContact) .*\n(.*\n)*StartChatContact/m);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/Stopped before the end\.\n$/) });
    const [started, ...others] = made(said());
    expect(others).toEqual([started, 1, 1]);
  });
});

test('the SDK repeats no request of it before the default quota allows the next one', async () => {
  const { url, requests } = await startServer((_, response) => response.writeHead(500).end('{}'));
  Object.assign(process.env, { ...CREDENTIALS, AWS_ENDPOINT_URL_CONNECT: url });
  const startedAt = Date.now();
  const instance = new Instance('id', 'us-east-1', new AbortController().signal);
  await expect(instance.moduleId('module')).rejects.toThrow('Amazon Connect refuses ListContactFlowModules');
  expect(Date.now() - startedAt).toBeGreaterThan((990 * (requests.length - 1)) / QUOTAS.ListContactFlowModules.rate);
  expect(requests.length).toBe(3);
});
