import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, VARIANTS } from '../../local/connect/index.ts';
import { readModule, toFlow } from '../../local/flow-runner/index.ts';
import { verifyFlow } from '../../scripts/verify/flow.ts';
import { ASSUMPTIONS, type Row, resultOf } from '../../scripts/verify/rows.ts';
import { promisedBy } from '../../scripts/verify/stack.ts';
import { rowsUnder } from '../docs/markdown.ts';
import { runConnect } from '../support/connect-command.ts';
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

interface Result {
  code: number;
  stdout: string;
  stderr: string;
  rows: Row[];
  passed: boolean;
  /** Lines of the local Amazon Connect. */
  requests: string;
}

/** A whole run against a local Amazon Connect with these options. */
async function verify(options: string[], settings = {}, environment = {}): Promise<Result> {
  const connect = await runConnect(options, { ...process.env, ...settings });
  await connect.heard(/Ctrl\+C stops it/);
  const json = join(await mkdtemp(join(tmpdir(), 'verify-')), 'verify.json');
  const ended = await startVerify(connect.url, ['--json', json], { ...CREDENTIALS, ...environment }).ended;
  return { ...ended, ...JSON.parse(await readFile(json, 'utf8')), requests: connect.said() };
}

const failing = ({ rows }: Result) =>
  rows.filter(row => resultOf(row) === 'FAILS').map(({ id, what, seen }) => `${id ?? what}: ${seen}`);
const count = (requests: string, operation: string) =>
  requests.match(new RegExp(`^${operation}( .*)? -> 200$`, 'gm'))?.length ?? 0;
/** What it made, and what of that is gone. */
const made = (requests: string) =>
  ['StartChatContact', 'StopContact', 'CreateContactFlow', 'DeleteContactFlow'].map(each => count(requests, each));

/** CloudFormation's answer to `DescribeStacks`. */
async function cloudFormation(parameters: Record<string, string>) {
  const members = Object.entries(parameters).map(
    ([key, value]) => `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
  );
  const stack = `<Stacks><member><StackName>persistent-chat</StackName><Parameters>${members.join('')}</Parameters></member></Stacks>`;
  const body = `<DescribeStacksResponse><DescribeStacksResult>${stack}</DescribeStacksResult></DescribeStacksResponse>`;
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('npm run verify', () => {
  let runs: Record<(typeof VARIANTS)[number] | 'ours' | 'CONTACT', Result>;
  beforeAll(async () => {
    const { server, url } = await cloudFormation({ SourceContactCheck: 'CONTACT', InstanceArn: INSTANCE_ARN });
    const contact = { SOURCE_CONTACT_CHECK: 'CONTACT' };
    const all = await Promise.all([
      verify(['--fault', 'quota']).then(result => ['ours', result]),
      verify([], contact, { AWS_ENDPOINT_URL_CLOUDFORMATION: url }).then(result => ['CONTACT', result]),
      ...VARIANTS.map(variant => verify(['--variant', variant]).then(result => [variant, result])),
    ]);
    server.close();
    runs = Object.fromEntries(all);
  }, 180_000);

  test('passes, says what was not tried, and has each assumption of docs/design.md once', () => {
    const { code, passed, rows, stdout, stderr } = runs.ours;
    expect([code, passed, failing(runs.ours)]).toEqual([0, true, []]);
    const ids = Object.keys(ASSUMPTIONS);
    expect(rows.flatMap(({ id }) => id ?? []).toSorted()).toEqual(ids.toSorted());
    expect(rowsUnder('docs/design.md', 'Assumptions').map(([id]) => id?.trim())).toEqual(ids);
    expect(rows.filter(({ seen }) => seen.startsWith('not tried: needs ')).length).toBe(9);
    const table = stdout.split('\n');
    for (const { what, seen } of rows) {
      expect(stderr).toContain(`${what}: ${seen}`);
      expect(table.find(line => line.includes(what) && line.includes(seen))).toBeDefined();
    }
    expect(stderr).toContain('The parameters of the stack "persistent-chat" could not be read');
    expect(stderr).toContain('Everything that was promised holds.');
  });

  test('starts at most 12 chats, stops them, deletes its flow, and stays within the default quotas', () => {
    const [started = 0, ...others] = made(runs.ours.requests);
    expect(started).toBeLessThanOrEqual(12);
    expect(others).toEqual([started, 1, 1]);
    expect(runs.ours.requests).not.toContain('-> quota');
  });

  test("expects what the stack's own parameters promise, and says what they do not", () => {
    const { code, stderr, rows } = runs.CONTACT;
    expect(code).toBe(0);
    expect(stderr).toContain('SourceContactCheck=CONTACT: nobody is refused for being another customer.');
    expect(rows).toContainEqual(
      expect.objectContaining({ what: "C sees of A's messages", seen: '2 of 2', holds: true }),
    );
  });

  test.each<[(typeof VARIANTS)[number], string[]]>([
    ['no-past-messages', ["B sees of A's messages: 0 of 2"]],
    ['past-messages-for-all', ["C sees of A's messages: 2 of 2", "D sees of A's messages: 2 of 2"]],
    ['empty-attribute-refused', ['A10: an empty attribute value is refused']],
  ])('fails in the variant %s with the line that names it', (variant, lines) => {
    expect([runs[variant].code, runs[variant].passed]).toEqual([1, false]);
    const failures = failing(runs[variant]);
    expect(variant === 'empty-attribute-refused' ? failures.filter(line => /^A\d/.test(line)) : failures).toEqual(
      lines,
    );
    expect(runs[variant].stderr).toContain('Not everything that was promised holds.');
  });

  test('ends in one sentence in the variant no-module, and has made nothing', () => {
    const { code, stderr, stdout, requests } = runs['no-module'];
    const sentence = /^The instance has no flow module "Persistent chat \(persistent-chat\)".* --stack\.\n$/;
    expect({ code, stderr, stdout }).toEqual({ code: 1, stderr: expect.stringMatching(sentence), stdout: '' });
    expect(made(requests)).toEqual([0, 0, 0, 0]);
  });

  test('shows inputs that arrive as text as an assumption that is false, and passes', () => {
    const { code, rows } = runs['inputs-as-text'];
    expect(code).toBe(0);
    const seen = 'it is "$.Modules.Input.rehydrationType"';
    expect(rows).toContainEqual(expect.objectContaining({ id: 'A11', seen, holds: false, required: false }));
  });
});

test.each([true, false])('its flow is one that Amazon Connect would take (reads an input: %s)', readsInput => {
  const module = readModule();
  const content = verifyFlow('ID', 'FROM_LAST_AGENT_SEGMENT', readsInput);
  const { warnings } = toFlow(JSON.parse(content), 'verify', { invoked: module.contract });
  expect([warnings, content.includes('$.Modules.Input')]).toEqual([[], readsInput]);
});

const REFUSED = ['SOURCE_CONTACT_NOT_OWNED', 'CUSTOMER_UNKNOWN'];
test.each([
  ['OWNER_IF_KNOWN', 'AUTO', REFUSED, undefined],
  ['OWNER_REQUIRED', 'ATTRIBUTE', REFUSED, undefined],
  ['OWNER_IF_KNOWN', 'ENDPOINT', [], 'CustomerIdentity=ENDPOINT: a chat that a program starts has no such'],
  ['CONTACT', 'CUSTOMER_ID', [], 'SourceContactCheck=CONTACT: nobody is refused'],
  ['OFF', 'AUTO', [], 'SourceContactCheck=OFF: nobody is refused'],
])(
  'with %s and %s, another customer and nobody are promised %j',
  (SourceContactCheck, CustomerIdentity, reasons, said) => {
    const parameters = { SourceContactCheck, CustomerIdentity, CustomerIdAttribute: 'crm' };
    const { reasonFor, note, identify } = promisedBy(parameters, INSTANCE_ARN);
    expect([reasonFor.another, reasonFor.nobody].filter(Boolean)).toEqual(reasons);
    expect(note).toEqual(said && expect.stringContaining(said));
    expect(identify('42').Attributes).toEqual(CustomerIdentity === 'ATTRIBUTE' ? { crm: '42' } : {});
  },
);

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

  test('or says what it could not remove', async () => {
    const denied = ['StartChatContact:error=403', 'DeleteContactFlow:error=403'].flatMap(fault => ['--fault', fault]);
    const { url } = await runConnect(denied);
    const { stderr } = await startVerify(url).ended;
    expect(stderr).toMatch(/The flow persistent-chat-verify-\S+ \(\S+\) could not be deleted\. Missing permission/);
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
