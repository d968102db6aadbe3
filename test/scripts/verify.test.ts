import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, type Operation, QUOTAS, type Variant } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { readModule, toFlow } from '../../local/flow-runner/index.ts';
import type { Result } from '../../scripts/verify/acceptance-test.ts';
import { verifyFlow } from '../../scripts/verify/flow.ts';
import { ASSUMPTIONS } from '../../scripts/verify/rows.ts';
import { type Run, runAcceptanceTest } from '../support/acceptance-test.ts';
import type { Way } from '../support/faulty-way.ts';
import { SECRET } from '../support/session-store.ts';
import { run, runConnect } from './run.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };

/** Starts what `npm run verify` starts. */
function startVerify(url: string, words: readonly string[] = [], environment: NodeJS.ProcessEnv = CREDENTIALS) {
  const env = { AWS_ENDPOINT_URL_CONNECT: url, AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  return run(process.execPath, ['scripts/verify.ts', '--instance-arn', INSTANCE_ARN, ...words], { env });
}

/** What it made, and what of that is gone, by the lines of the local Amazon Connect. */
const made = (requests: string) =>
  MADE.map(operation => requests.match(new RegExp(`^${operation}( .*)? -> 200$`, 'gm'))?.length ?? 0);
const MADE = ['StartChatContact', 'StopContact', 'CreateContactFlow', 'DeleteContactFlow'];

const PAGE = 'See docs/troubleshooting.md#the-acceptance-test.';

describe('npm run verify', () => {
  test('prints a table of 120 columns, whose rows the progress does not repeat, and writes the result', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'verify-'));
    const json = join(folder, 'result.json');
    const { url, said } = await runConnect(['--variant', 'past-messages-for-all', '--fault', 'quota']);
    const { code, stdout, stderr } = await startVerify(url, ['--json', json]);
    const { passed, rows }: Result = JSON.parse(await readFile(json, 'utf8'));
    await rm(folder, { recursive: true });
    expect([code, passed]).toEqual([1, false]);
    expect(said()).not.toContain('-> quota');
    const last = `FAILS: C sees of A's messages; D sees of A's messages. ${PAGE}`;
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`Not everything that was promised holds. ${last}`);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^ +What +Expected +Seen +Result$/);
    expect(lines.filter(line => line.length > 120)).toEqual([]);
    const begin = rows.map(({ id = '', what }) => `${id.padEnd(3)}  ${what.slice(0, 20)}`);
    expect(begin.filter(each => !lines.some(line => line.startsWith(each)))).toEqual([]);
    expect(rows.filter(({ seen }) => stderr.includes(seen))).toEqual([]);
  });

  test('without credentials, ends in one sentence, and has made nothing', async () => {
    const { url, said } = await runConnect([]);
    const stderr = expect.stringMatching(/^AWS does not accept the credentials, or there are none: .*\n$/);
    expect(await startVerify(url, [], {})).toEqual({ code: 1, stdout: '', stderr });
    expect(made(said())).toEqual([0, 0, 0, 0]);
  });

  test.each([
    { signal: 'SIGINT', fault: 'GetContactAttributes:hang', after: /^(StartChatContact) /m },
    { signal: 'SIGTERM', fault: 'ListContactFlows:error', after: /^(StartChatContact) .*\n(.*\n)*StartChatContact/m },
  ] as const)('after $signal, removes what it made within seconds, despite the fault $fault', async row => {
    const { url, said, heard } = await runConnect(['--fault', row.fault]);
    const ended = startVerify(url);
    await heard(row.after);
    const startedAt = Date.now();
    ended.child.kill(row.signal);
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/Stopped before the end\.\n$/) });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    const [started, ...others] = made(said());
    expect(others).toEqual([started, 1, 1]);
  });
});

test('passes a stack that keeps all promises: with 12 chats, within the quotas, each assumption of docs/design.md once', async () => {
  const { url, table, close } = await startLocalDynamoDb();
  const store = { SESSION_STORE_TABLE: table, SESSION_STORE_KEY: SECRET, SESSION_STORE_DAYS: '90' };
  const run = await runAcceptanceTest({
    connect: { transcriptDelaySeconds: 60 },
    environment: { ...store, SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', AWS_ENDPOINT_URL_DYNAMODB: url },
    parameters: { SessionStore: 'ON', SourceContactCheck: 'OWNER_REQUIRED' },
  });
  await close();
  const { passed, last, failing, chats, open, rows } = run;
  const holds = { passed: true, last: 'Everything that was promised holds.', failing: [], chats: 12, open: [] };
  expect({ passed, last, failing, chats, open }).toEqual(holds);
  const listed = Array.from(readFileSync('docs/design.md', 'utf8').matchAll(/^\| (A\d+) \|/gm), ([, id]) => id);
  expect(rows.flatMap(({ id }) => id ?? []).toSorted()).toEqual(listed.toSorted());
  const needs = Object.entries(ASSUMPTIONS).flatMap(([id, assumption]) => ('needs' in assumption ? id : []));
  const undecided = rows.filter(({ holds, seen }) => holds === undefined && seen.startsWith('not tried: needs '));
  expect(undecided.map(({ id }) => id)).toEqual(needs);
  // Those of the clean-up wait for their places at the same time, which this time cannot show.
  const asked = run.asked.filter(({ operation }) => operation !== 'StopContact');
  const tooSoon = asked.filter(({ operation, at }, n) => {
    const before = asked.slice(0, n).findLast(each => each.operation === operation);
    return before && at - before.at < 1_000 / QUOTAS[operation as Operation].rate - 1;
  });
  expect(tooSoon).toEqual([]);
});

interface Expected {
  name: string;
  /** The rows that do not hold; without any, and without the next two, the test passes. */
  failing?: (string | RegExp)[];
  left?: RegExp[];
  /** How the last sentence begins. */
  last?: string;
  /** A sentence about progress. */
  says?: string;
}

const NOTHING_RESTS = '(false; nothing depends on it)';

/** The rows that do not hold in each variant of the local service. */
const NOTICED: Record<Exclude<Variant, 'no-module'>, (string | RegExp)[]> = {
  'no-past-messages': ["B sees of A's messages: 0 of 2 (FAILS)"],
  'past-messages-for-all': ["C sees of A's messages: 2 of 2 (FAILS)", "D sees of A's messages: 2 of 2 (FAILS)"],
  'empty-attribute-refused': [
    'A, a new customer: NoHistory: NO_SOURCE_CONTACT ATTRIBUTES_NOT_WRITTEN (FAILS)',
    'A10: an empty attribute value is refused (FAILS)',
    `A8: NoHistory: NO_SOURCE_CONTACT ATTRIBUTES_NOT_WRITTEN ${NOTHING_RESTS}`,
    'B, the same customer, names A: Continued: ASSOCIATED from NONE (FAILS)',
    'B, the block once more: Continued: ALREADY_PERSISTENT from NONE (FAILS)',
    'C, another customer, names A: NoHistory: REJECTED ATTRIBUTES_NOT_WRITTEN (FAILS)',
    'D, no customer, names A: NoHistory: REJECTED ATTRIBUTES_NOT_WRITTEN (FAILS)',
  ],
  'continued-twice': ['B, the block once more: Continued: ASSOCIATED from A (FAILS)'],
  'token-used-up': ['A1: another token was accepted, the same was not (FAILS)'],
  'open-is-404': ['A3: while open: 404 ResourceNotFoundException; at its end: accepted (FAILS)'],
  'needs-customer': [`A8: the flow did not get that far ${NOTHING_RESTS}`],
  'needs-message': [/^A7: .*The source contact has no messages\. \(false; /],
  'nothing-copied': [`A15: RelatedContactId is P; attributes not copied, customer id not copied ${NOTHING_RESTS}`],
  'customer-id-copied': ['A15: RelatedContactId is P; attributes copied, customer id copied (FAILS)'],
  'inputs-as-text': [`A11: it is "$.Modules.Input.rehydrationType" ${NOTHING_RESTS}`],
  'no-external': [
    'A, a new customer: NoHistory:  (FAILS)',
    'A9: chatHistoryStatus is "" (FAILS)',
    `A8: NoHistory:  ${NOTHING_RESTS}`,
    'B, the same customer, finds A: it did not (FAILS)',
    'B, the same customer, names A: NoHistory:  (FAILS)',
    "B sees of A's messages: 0 of 2 (FAILS)",
    'B, the block once more: the flow did not get that far (FAILS)',
    'C, another customer, names A: NoHistory:  (FAILS)',
    'D, no customer, names A: NoHistory:  (FAILS)',
    'F names Y, which has just ended: no reason, then NoHistory:  (FAILS)',
  ],
  'message-ends-wait': [`A19: the chat ended ${NOTHING_RESTS}`],
};

type WayOf = NonNullable<Run['way']>;
const always = (way: Way, operation: string): WayOf => {
  return asked => (asked === operation ? way : undefined);
};
const once = (way: Way, ...operations: string[]): WayOf => {
  const left = new Set(operations);
  return asked => (left.delete(asked) ? way : undefined);
};
const from = (way: Way, operation: string): WayOf => {
  let begun = false;
  return asked => {
    begun ||= asked === operation;
    return begun ? way : undefined;
  };
};

const FLOW = /^The flow persistent-chat-verify-\S+ \(\S+\) could not be deleted: look in the admin website, /;
const MAYBE_FLOW = /^The flow persistent-chat-verify-\S+ may exist: look in the admin website, /;
const CHAT = /^Chat \w \(\S+\) could not be stopped; it ends by itself within 15 minutes\. /;
const MAYBE_CHAT = /^Chat A may have started; it ends by itself within 15 minutes\. /;
const STOPPED = 'Stopped before the end.';
const ASSOCIATE = 'CreatePersistentContactAssociation';

test.each<Run & Expected>([
  ...Object.entries(NOTICED).map(([variant, failing]) => {
    return { name: `variant ${variant}`, connect: { variant: variant as Variant }, failing };
  }),
  {
    name: 'where a past chat is continued once, and there is no session store',
    connect: { sourceTwice: 'refuse' },
    parameters: { SessionStore: 'ON' },
    failing: [
      /^A6: .*already continued by another chat\. \(false; /,
      'S, the same customer, names nothing: NoHistory: NO_SOURCE_CONTACT (FAILS)',
      "S sees of A's messages: 0 of 2 (FAILS)",
    ],
  },
  {
    name: 'where the first try is refused for another reason',
    connect: { transcriptDelaySeconds: 60 },
    answer(attributes, { Attributes = {} }) {
      if (Attributes['verifyReason']) Attributes['verifyReason'] = 'THROTTLED';
      return attributes;
    },
    failing: ['F names Y, which has just ended: THROTTLED, then Continued: ASSOCIATED from Y (FAILS)'],
    says: 'Waiting for the transcripts of the past chats: at most 90 seconds.',
  },
  {
    name: 'where the deployed function does not compare customers',
    environment: { SOURCE_CONTACT_CHECK: 'CONTACT' },
    failing: [
      'C, another customer, names A: Continued: ASSOCIATED from A (FAILS)',
      "C sees of A's messages: 2 of 2 (FAILS)",
      'D, no customer, names A: Continued: ASSOCIATED from A (FAILS)',
      "D sees of A's messages: 2 of 2 (FAILS)",
    ],
  },
  {
    name: 'where the stack does not promise to compare customers',
    environment: { SOURCE_CONTACT_CHECK: 'CONTACT' },
    parameters: { SourceContactCheck: 'CONTACT' },
    says: 'SourceContactCheck=CONTACT: nobody is refused for being another customer.',
  },
  {
    name: 'where the source contact check is off',
    environment: { SOURCE_CONTACT_CHECK: 'OFF' },
    parameters: { SourceContactCheck: 'OFF' },
  },
  {
    name: 'where an attribute has the customer id',
    environment: { CUSTOMER_IDENTITY: 'ATTRIBUTE', CUSTOMER_ID_ATTRIBUTE: 'crm' },
    parameters: { CustomerIdentity: 'ATTRIBUTE', CustomerIdAttribute: 'crm' },
  },
  {
    name: 'where the customer is an endpoint',
    environment: { CUSTOMER_IDENTITY: 'ENDPOINT' },
    parameters: { CustomerIdentity: 'ENDPOINT' },
    says: 'CustomerIdentity=ENDPOINT: a chat that a program starts has no such identity, so nobody is refused.',
  },
  {
    name: 'where the customer is an endpoint and must be known',
    parameters: { SourceContactCheck: 'OWNER_REQUIRED', CustomerIdentity: 'ENDPOINT' },
    last: 'With CustomerIdentity=ENDPOINT and SourceContactCheck=OWNER_REQUIRED, no chat that a program starts can be',
  },
  { name: 'where the stack is off', parameters: { Enabled: 'No' }, last: 'The stack is turned off (Enabled=No)' },
  { name: 'where it is FALSE', parameters: { Enabled: 'FALSE' }, last: 'The stack is turned off (Enabled=No)' },
  {
    name: 'where only the block is off',
    environment: { ENABLED: 'No' },
    last: 'The block is turned off (SWITCHED_OFF',
  },
  { name: 'of another instance', parameters: { InstanceArn: 'X' }, last: 'The stack is for another instance, X.' },
  {
    name: 'without the module',
    connect: { variant: 'no-module' },
    last: 'The instance has no flow module "Persistent',
  },
  {
    name: 'in no instance',
    connect: { faults: ['ListContactFlowModules:error=404'] },
    last: 'There is no such instance',
  },
  { name: 'without history', way: always('refused', ASSOCIATE), last: 'Amazon Connect does not continue chat P: does' },
  { name: 'when throttled', way: always('throttled', ASSOCIATE), last: `Amazon Connect throttles ${ASSOCIATE}: run` },
  { name: 'without a permission', way: once('denied', 'StopContact'), last: 'Missing permission: connect:StopContact' },
  { name: 'a refused flow', way: from('denied', 'CreateContactFlow'), last: 'Missing permission: connect:C' },
  { name: 'a refused chat', way: from('denied', 'StartChatContact'), last: 'Missing permission: ', left: [FLOW] },
  { name: 'one request of each kind lost', way: once('lost', ...MADE) },
  { name: 'every flow lost', way: always('lost', 'CreateContactFlow'), last: 'Amazon Connect could not be reached (C' },
  { name: 'all lost from the flow on', way: from('lost', 'CreateContactFlow'), left: [MAYBE_FLOW] },
  { name: 'dead from the first chat on', way: from('dead', 'StartChatContact'), left: [MAYBE_CHAT, FLOW] },
  { name: 'no connection after the flow', way: once('last', 'CreateContactFlow'), left: [FLOW] },
  { name: 'hanging from SendMessage on', way: from('hanging', 'SendMessage'), attemptMs: 200, left: [CHAT, FLOW] },
  { name: 'a flow kept', way: once('refused', 'DeleteContactFlow'), left: [FLOW], last: 'Everything holds, but not' },
  // The third request starts chat A, the sixth reads its attributes.
  { name: 'Ctrl+C after a lost answer', way: once('lost', 'StartChatContact'), stopAt: 3, last: STOPPED },
  {
    name: 'Ctrl+C, one hangs',
    way: once('hanging', 'GetContactAttributes'),
    stopAt: 6,
    attemptMs: 90_000,
    last: STOPPED,
  },
])('says which rows fail, what is left behind, or why it cannot continue: $name', async row => {
  const { name: _, failing = [], left = [], last = '', says = '', ...run } = row;
  const result = await runAcceptanceTest(run);
  const fails = failing.some(each => String(each).endsWith('(FAILS)'));
  const passed = !fails && !last && left.length === 0;
  const like = (each: string | RegExp) => (typeof each === 'string' ? each : expect.stringMatching(each));
  // Its rows would fill pages.
  expect({ ...result, rows: [] }).toMatchObject({ passed, failing: failing.map(like), left: left.map(like) });
  if (passed) expect(result.last).toBe('Everything that was promised holds.');
  if (fails) expect(result.last).toMatch(/^Not everything that was promised holds\. FAILS: .* See docs\//);
  expect(result.last.slice(0, last.length)).toBe(last);
  expect(result.said.join('\n')).toContain(says);
  const unnamed = result.open.filter(id => !result.left.join().includes(id));
  // What a request made whose answer never came has no id that is known here.
  expect(unnamed.length).toBeLessThanOrEqual(left.filter(each => each === MAYBE_FLOW || each === MAYBE_CHAT).length);
});

test.each([true, false])('its flow is one that Amazon Connect would take (reads an input: %s)', readsInput => {
  const content = verifyFlow('ID', 'FROM_LAST_AGENT_SEGMENT', readsInput);
  const { warnings } = toFlow(JSON.parse(content), 'verify', { invoked: [readModule('template.yaml')] });
  expect([warnings, content.includes('$.Modules.Input')]).toEqual([[], readsInput]);
});
