import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, type Operation, QUOTAS, tokenBucket, type Variant } from '../../local/connect/index.ts';
import { startLocalDynamoDb } from '../../local/dynamodb/index.ts';
import { readModule, toFlow } from '../../local/flow-runner/index.ts';
import type { Result } from '../../scripts/verify/acceptance-test.ts';
import { verifyFlow } from '../../scripts/verify/flow.ts';
import { ASSUMPTIONS } from '../../scripts/verify/rows.ts';
import { promisedBy } from '../../scripts/verify/stack.ts';
import { type Run, runAcceptanceTest } from '../support/acceptance-test.ts';
import { runConnect } from '../support/connect-command.ts';
import type { Way } from '../support/faulty-way.ts';
import { SECRET } from '../support/session-store.ts';
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

/** What it made, and what of that is gone, by the lines of the local Amazon Connect. */
const made = (requests: string) =>
  ['StartChatContact', 'StopContact', 'CreateContactFlow', 'DeleteContactFlow'].map(
    operation => requests.match(new RegExp(`^${operation}( .*)? -> 200$`, 'gm'))?.length ?? 0,
  );

const PAGE = 'See docs/troubleshooting.md#the-acceptance-test.';

describe('npm run verify', () => {
  test('prints a table of 120 columns, whose rows the progress does not repeat, and writes the result', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'verify-'));
    const json = join(folder, 'result.json');
    const { url, said } = await runConnect(['--variant', 'past-messages-for-all', '--fault', 'quota']);
    const { code, stdout, stderr } = await startVerify(url, ['--json', json]).ended;
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
    const { code, stdout, stderr } = await startVerify(url, [], {}).ended;
    const sentence = /^AWS does not accept the credentials, or there are none: .*\n$/;
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(made(said())).toEqual([0, 0, 0, 0]);
  });

  test.each([
    { signal: 'SIGINT', fault: 'GetContactAttributes:hang', after: /^(StartChatContact) / },
    { signal: 'SIGTERM', fault: 'ListContactFlows:error', after: /^(StartChatContact) .*\n(.*\n)*StartChatContact/ },
  ] as const)(
    'after $signal, removes what it made, within seconds, where the local service has the fault $fault',
    async row => {
      const { url, said, heard } = await runConnect(['--fault', row.fault]);
      const { child, ended } = startVerify(url);
      await heard(new RegExp(row.after, 'm'));
      const startedAt = Date.now();
      child.kill(row.signal);
      expect(await ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/Stopped before the end\.\n$/) });
      expect(Date.now() - startedAt).toBeLessThan(15_000);
      const [started, ...others] = made(said());
      expect(others).toEqual([started, 1, 1]);
    },
  );
});

describe('against a stack that keeps all of its promises, an hour of whose time takes a second,', () => {
  let run: Awaited<ReturnType<typeof runAcceptanceTest>>;
  let dynamoDb: Awaited<ReturnType<typeof startLocalDynamoDb>>;
  beforeAll(async () => {
    dynamoDb = await startLocalDynamoDb();
    const { url, table } = dynamoDb;
    const store = { SESSION_STORE_TABLE: table, SESSION_STORE_KEY: SECRET, SESSION_STORE_DAYS: '90' };
    const required = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', AWS_ENDPOINT_URL_DYNAMODB: url };
    run = await runAcceptanceTest({
      connect: { transcriptDelaySeconds: 60 },
      environment: { ...store, ...required },
      parameters: { SessionStore: 'ON', SourceContactCheck: 'OWNER_REQUIRED' },
    });
  });
  afterAll(() => dynamoDb.close());

  test('passes, says what was not tried, and has each assumption of docs/design.md once', () => {
    const { passed, last, failing, rows } = run;
    expect({ passed, last, failing }).toEqual({
      passed: true,
      last: 'Everything that was promised holds.',
      failing: [],
    });
    const ids = Object.keys(ASSUMPTIONS);
    expect(rows.flatMap(({ id }) => id ?? []).toSorted()).toEqual(ids.toSorted());
    const listed = readFileSync('docs/design.md', 'utf8').matchAll(/^\| (A\d+) \|/gm);
    expect(Array.from(listed, ([, id]) => id).toSorted()).toEqual(ids.toSorted());
    const notTried = Object.values(ASSUMPTIONS).filter(assumption => 'needs' in assumption).length;
    expect(rows.filter(({ seen }) => seen.startsWith('not tried: needs ')).length).toBe(notTried);
    expect(rows.filter(({ holds }) => holds === undefined).length).toBe(notTried);
  });

  test('starts 12 chats, removes all, and asks for nothing more often than the quotas allow', () => {
    const { asked, chats, open } = run;
    expect({ chats, open }).toEqual({ chats: 12, open: [] });
    const buckets = new Map<string, () => boolean>();
    let now = 0;
    const beyond = asked.filter(({ operation, at }) => {
      // Those of the clean-up wait for their places at the same time, which this time cannot show.
      if (operation === 'StopContact') return false;
      const rate = QUOTAS[operation as Operation]?.rate;
      // Steadily: the burst is production's.
      const bucket = buckets.get(operation) ?? tokenBucket({ rate, burst: 1.01 }, () => now);
      buckets.set(operation, bucket);
      now = at;
      return !bucket();
    });
    expect(beyond).toEqual([]);
  });
});

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

describe('fails, or says what is false, in just these rows', () => {
  const CONTACT = { SOURCE_CONTACT_CHECK: 'CONTACT' };
  const variants = Object.entries(NOTICED).map(([variant, failing]) => {
    return { name: `in the variant ${variant}`, connect: { variant: variant as Variant }, failing };
  });
  const others: (Run & { name: string; failing: (string | RegExp)[]; says?: string })[] = [
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
      environment: CONTACT,
      failing: [
        'C, another customer, names A: Continued: ASSOCIATED from A (FAILS)',
        "C sees of A's messages: 2 of 2 (FAILS)",
        'D, no customer, names A: Continued: ASSOCIATED from A (FAILS)',
        "D sees of A's messages: 2 of 2 (FAILS)",
      ],
    },
    {
      name: 'but in none where the stack does not promise to compare customers',
      environment: CONTACT,
      parameters: { SourceContactCheck: 'CONTACT' },
      failing: [],
      says: 'SourceContactCheck=CONTACT: nobody is refused for being another customer.',
    },
    {
      name: 'but in none where the source contact check is off',
      environment: { SOURCE_CONTACT_CHECK: 'OFF' },
      parameters: { SourceContactCheck: 'OFF' },
      failing: [],
      says: 'SourceContactCheck=OFF: nobody is refused for being another customer.',
    },
  ];
  test.each([...variants, ...others])('$name', async ({ name: _, failing, ...run }) => {
    const { says = '', ...how } = { says: '', ...run };
    const result = await runAcceptanceTest(how);
    const isRequired = failing.some(row => String(row).endsWith('(FAILS)'));
    const rows = failing.map(row => (typeof row === 'string' ? row : expect.stringMatching(row)));
    expect({ ...result, rows: [] }).toMatchObject({ failing: rows, passed: !isRequired, open: [] });
    expect(result.last).toMatch(
      isRequired ? /^Not everything that was promised holds\. FAILS: .* See docs\// : /^Every/,
    );
    expect(result.said.join('\n')).toContain(says);
  });
});

describe('cannot continue, says so in one sentence, and leaves nothing behind', () => {
  const only = (operation: string, way: Way) => ({
    way: (_: number, asked: string) => (asked === operation ? way : undefined),
  });
  const cases: { name: string; run: Run; sentence: RegExp; chats: number }[] = [
    {
      name: 'without the flow module',
      run: { connect: { variant: 'no-module' } },
      sentence: /^The instance has no flow module "Persistent chat \(persistent-chat\)".* --stack\.$/,
      chats: 0,
    },
    {
      name: 'where the block is turned off, which the stack does not say',
      run: { environment: { ENABLED: 'No' } },
      sentence: /^The block is turned off \(SWITCHED_OFF, Enabled=No\): there is nothing to verify\.$/,
      chats: 1,
    },
    {
      name: 'where no past chat is continued',
      run: only('CreatePersistentContactAssociation', 'refused'),
      sentence: /^Amazon Connect does not continue chat P: does the instance store chat transcripts/,
      chats: 6,
    },
    {
      name: 'where it is throttled',
      run: only('CreatePersistentContactAssociation', 'throttled'),
      sentence: /^Amazon Connect throttles CreatePersistentContactAssociation: (?!.*transcript)/,
      chats: 5,
    },
    {
      name: 'without a permission',
      run: only('StartChatContact', 'denied'),
      sentence: /^Missing permission: connect:StartChatContact; --help has what is needed\./,
      chats: 0,
    },
    {
      name: 'with a wrong instance',
      run: { connect: { faults: ['ListContactFlowModules:error=404'] } },
      sentence: /^There is no such instance in this account and Region: check --instance-arn\./,
      chats: 0,
    },
  ];
  test.each(cases)('$name', async ({ run, sentence, chats }) => {
    const result = await runAcceptanceTest(run);
    expect(result.last).toMatch(sentence);
    const nothingLeft = { passed: false, rows: chats > 1 ? expect.anything() : [], chats, left: [], open: [] };
    expect(result).toMatchObject(nothingLeft);
  });
});

describe('names with its id what it could not remove, or else by its name', () => {
  const from = (operation: string, way: Way): NonNullable<Run['way']> => {
    let begun = false;
    return (_, asked) => {
      begun ||= asked === operation;
      return begun ? way : undefined;
    };
  };
  const once = (way: Way, ...operations: string[]): NonNullable<Run['way']> => {
    const left = new Set(operations);
    return (_, asked) => (left.delete(asked) ? way : undefined);
  };
  const FLOW = /^The flow persistent-chat-verify-\S+ \((?<id>\S+)\) could not be deleted: look in the admin website, /;
  const MAYBE_FLOW = /^The flow persistent-chat-verify-\S+ may exist: look in the admin website, /;
  const CHAT = /^Chat \w \((?<id>\S+)\) could not be stopped; it ends by itself within 15 minutes\. /;
  const MAYBE_CHAT = /^Chat A may have started; it ends by itself within 15 minutes\. /;
  const cases: (Run & { name: string; left: RegExp[]; named: number; passed?: boolean })[] = [
    {
      name: 'one request of each kind lost',
      way: once('lost', 'CreateContactFlow', 'StartChatContact', 'StopContact', 'DeleteContactFlow'),
      left: [],
      named: 0,
      passed: true,
    },
    {
      name: 'every CreateContactFlow lost',
      way: (_, asked) => (asked === 'CreateContactFlow' ? 'lost' : undefined),
      left: [],
      named: 0,
    },
    { name: 'lost from CreateContactFlow on', way: from('CreateContactFlow', 'lost'), left: [MAYBE_FLOW], named: 0 },
    {
      name: 'dead from StartChatContact on',
      way: from('StartChatContact', 'dead'),
      left: [MAYBE_CHAT, FLOW],
      named: 1,
    },
    { name: 'no connection after CreateContactFlow', way: once('last', 'CreateContactFlow'), left: [FLOW], named: 1 },
    {
      name: 'hanging from SendMessage on',
      way: from('SendMessage', 'hanging'),
      left: [CHAT, FLOW],
      named: 2,
      attemptMs: 200,
    },
    {
      name: 'denied from GetContactAttributes on',
      way: from('GetContactAttributes', 'denied'),
      left: [CHAT, FLOW],
      named: 2,
    },
    { name: 'one refused DeleteContactFlow', way: once('refused', 'DeleteContactFlow'), left: [FLOW], named: 1 },
    // The third request starts chat A, the sixth reads its attributes.
    {
      name: 'Ctrl+C before a lost request is sent again',
      way: once('lost', 'StartChatContact'),
      stopAt: 3,
      left: [],
      named: 0,
    },
    {
      name: 'Ctrl+C while a request hangs',
      way: once('hanging', 'GetContactAttributes'),
      stopAt: 6,
      attemptMs: 90_000,
      left: [],
      named: 0,
    },
  ];
  test.each(cases)('$name', async ({ name: _, left, named, passed = false, ...run }) => {
    const result = await runAcceptanceTest(run);
    expect(result).toMatchObject({ passed, left: left.map(sentence => expect.stringMatching(sentence)) });
    const ids = result.left.flatMap((sentence, n) => left[n]?.exec(sentence)?.groups?.['id'] ?? []);
    expect(ids.length).toBe(named);
    const unnamed = result.open.filter(id => !ids.includes(id));
    // What was made by a request whose answer never came has no id that is known here.
    expect(unnamed.length).toBeLessThanOrEqual(left.length - named);
    if (left.length > 0 && !result.problem)
      expect(result.last).toMatch(/^Everything holds, but not everything was removed\./);
  });
});

test.each([true, false])('its flow is one that Amazon Connect would take (reads an input: %s)', readsInput => {
  const module = readModule('template.yaml');
  const content = verifyFlow('ID', 'FROM_LAST_AGENT_SEGMENT', readsInput);
  const { warnings } = toFlow(JSON.parse(content), 'verify', { invoked: [module] });
  expect([warnings, content.includes('$.Modules.Input')]).toEqual([[], readsInput]);
});

test.each([
  { SourceContactCheck: 'OWNER_IF_KNOWN', CustomerIdentity: 'AUTO', refuses: true },
  { SourceContactCheck: 'OWNER_REQUIRED', CustomerIdentity: 'ATTRIBUTE', refuses: true },
  {
    SourceContactCheck: 'OWNER_IF_KNOWN',
    CustomerIdentity: 'ENDPOINT',
    refuses: false,
    note: 'CustomerIdentity=ENDPOINT: a',
  },
  {
    SourceContactCheck: 'CONTACT',
    CustomerIdentity: 'CUSTOMER_ID',
    refuses: false,
    note: 'SourceContactCheck=CONTACT: n',
  },
])('$SourceContactCheck and $CustomerIdentity promise that others are refused: $refuses', row => {
  const { refuses, note, ...settings } = row;
  const { identify, ...promised } = promisedBy({ ...settings, CustomerIdAttribute: 'crm' }, INSTANCE_ARN);
  expect(promised).toEqual({ refuses, note: note && expect.stringContaining(note) });
  const Attributes = row.CustomerIdentity === 'ATTRIBUTE' ? { crm: '42' } : {};
  expect(identify('42')).toEqual({ CustomerId: '42', Attributes });
});

test.each([
  { parameters: { Enabled: 'No' }, sentence: 'The stack is turned off (Enabled=No)' },
  { parameters: { Enabled: 'FALSE' }, sentence: 'The stack is turned off (Enabled=No)' },
  { parameters: { InstanceArn: `${INSTANCE_ARN}0` }, sentence: 'The stack is for another instance' },
  {
    parameters: { SourceContactCheck: 'OWNER_REQUIRED', CustomerIdentity: 'ENDPOINT' },
    sentence: 'no chat that a program starts can be',
  },
])('a stack cannot be tested: $sentence', ({ parameters, sentence }) => {
  expect(() => promisedBy(parameters, INSTANCE_ARN)).toThrow(sentence);
});
