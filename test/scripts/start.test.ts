import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as connect from '../../local/connect/index.ts';
import { EVENTS, readEvent, sampleEvent } from '../../scripts/start/events.ts';
import { eventFile } from '../support/events.ts';
import { run } from './run.ts';

const folder = await mkdtemp(join(tmpdir(), 'start-'));
afterAll(() => rm(folder, { recursive: true }));

/** Runs what `npm start -- …` runs, as from another folder. */
function start(words: readonly string[] = [], environment: Record<string, string> = {}) {
  return run(process.execPath, ['scripts/start.ts', ...words], { env: { INIT_CWD: folder, ...environment } });
}

/** What the quick start of README quotes: of `npm start` two parts, of `npm start -- --all` one row. */
const readme = readFileSync('README.md', 'utf8');
const quickStart = /^## Quick start$.*?```sh$.*?^```\n```\n(.*?\n)```$/ms.exec(readme)?.[1]?.split('…\n') ?? [];
const [, page, otherCustomer, row] = quickStart;

describe('npm start', () => {
  test('shows the past chat, and then in under 30 lines in all what README quotes', async () => {
    // The function does not get the table, with which it would fail.
    const { code, stdout, stderr } = await start([], { SESSION_STORE_TABLE: 'real' });
    expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: connect.C3 });
    const gap = ' '.repeat(44);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `A past chat, which has ended:
  C1  ${connect.C1}  Jane: My order has not arrived.
${gap}Agent a1: I am sorry. My colleague for refunds will take over.
  C2  ${connect.C2}  Agent a2: You get your money back today.
${gap}Jane: Thank you!
  C3  ${connect.C3}  System: How content were you, from 1 to 5?
${gap}Jane: 5
The customer ${connect.CUSTOMER_ID} is in NEW_CHAT (${connect.NEW_CHAT}). The flow names the past contact C1.
${page}${otherCustomer}`,
    });
    expect(`${stdout}${stderr}`.split('\n').length).toBeLessThan(30);
  });

  const OTHERS = 'events/another-customers-chat.json';
  const CONTACT = { SOURCE_CONTACT_CHECK: 'CONTACT' };
  test.each<[string, Record<string, string>, RegExp]>([
    ['events/from-segment.json', {}, /shows:\n {2}C1 .*\n {2}C1 .*\n {2}C2 .*\n {2}C2 .*\n$/],
    [
      'events/find-first.json',
      {},
      /C2 -> 200\nThe .* branch: FOUND; the owner is verified\.\nReq.* without mode: ASSOC.* from C2\. The .* shows:\n {2}C1 /s,
    ],
    [OTHERS, CONTACT, /from OTHER_.*; the owner is not verified\..*\n {2}OTHER_.* John: My/],
    [
      '',
      { SOURCE_CONTACT_CHECK: 'OFF' },
      /Kim, tries to continue C1, too: ASSOCIATED, continued from C3\..*\n {2}C1 +Jane: My/,
    ],
    ['events/just-ended.json --transcript-delay 0', {}, /: ASSOCIATED/],
    ['--fault throttle*3', {}, / C1 -> fault throttle Thr.*exceeded \(3 times\)\n {2}DescribeContact C1 -> 200$/ms],
    ['--verbose', {}, /^\{.*"describeAttempts":1.*"CloudWatchMetrics".*DescribeContact C1 -> 200.*Kim,/s],
    ['--store', {}, /names no past .* The session store records .* store remembers the past contact C1\..*: ASSOC/s],
  ])('shows what a setting or an option changes: %s %j', async (words, environment, account) => {
    const { code, stdout, stderr } = await start(words.split(' ').filter(Boolean), environment);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { associationStatus: 'ASSOCIATED' }]);
    expect(stderr).toMatch(account);
  });

  test('has no agent who welcomes back a customer without history', async () => {
    const { stderr } = await start([], { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', CUSTOMER_IDENTITY: 'ENDPOINT' });
    expect(stderr).toMatch(/: REJECTED, CUSTOMER_UNKNOWN\. The customer's page shows no message\.\n/);
    expect(stderr).not.toContain('Welcome back');
  });

  test.each([
    ['events/bad-rehydration-type.json', 'No request to Amazon Connect.', 'InvalidRehydrationTypeError: .*"LAST.*'],
    ['package.json', 'The event names no contact.', 'MalformedEventError: .*'],
  ])('ends with 2, and what is wrong, where the flow would take its Error branch: %s', async (event, line, error) => {
    const stderr = new RegExp(`^${line}\\n(No request .*\\n)?The flow takes its Error branch\\. ${error}\\n$`, 'm');
    expect(await start([event])).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});

describe('npm start -- --all', () => {
  test('prints a row for every event: what it shows, and its result', async () => {
    const { code, stdout, stderr } = await start(['--all']);
    expect([code, stderr]).toEqual([0, '']);
    const [header, ...rows] = stdout.trimEnd().split('\n');
    expect(rows).toContain(row?.trimEnd());
    expect(header).toMatch(/^Event +What it shows +Result$/);
    const cells = rows.map(row => row.split(/ {2,}/));
    expect(cells.filter(row => row.length !== 3)).toEqual([]);
    expect(cells.map(([file]) => file).sort()).toEqual(readdirSync('events').sort());
    expect(Object.fromEntries(cells.map(([file, , came]) => [file, came]))).toEqual({
      'already-persistent.json': 'ALREADY_PERSISTENT, continued from C3',
      'another-customers-chat.json': 'REJECTED, SOURCE_CONTACT_NOT_OWNED',
      'bad-rehydration-type.json': 'Error branch, InvalidRehydrationTypeError',
      'entire-past-session.json': 'ASSOCIATED, continued from C3',
      'find-first.json': 'FOUND, then ASSOCIATED, continued from C2',
      'from-segment.json': 'ASSOCIATED, continued from C2',
      'just-ended.json': 'REJECTED, SOURCE_CONTACT_JUST_ENDED',
      'last-agent.json': 'ASSOCIATED, continued from C2',
      'new-customer.json': 'NO_SOURCE_CONTACT',
      'not-found.json': 'REJECTED, SOURCE_CONTACT_NOT_FOUND',
      'sms.json': 'ASSOCIATED, continued from PAST_SMS',
      'source-in-attribute.json': 'ASSOCIATED, continued from C3',
      'still-active.json': 'REJECTED, SOURCE_CONTACT_STILL_ACTIVE',
      'survey-in-disconnect-flow.json': 'NOT_APPLICABLE, DISCONNECT_FLOW',
      'transferred-contact.json': 'ASSOCIATED, continued from C3',
      'unknown-parameter.json': 'Error branch, UnknownParameterError',
      'voice.json': 'NOT_APPLICABLE, CHANNEL_NOT_SUPPORTED',
    });
  });

  test("ends with 2 and the function's sentence, without a table, where a setting is wrong", async () => {
    const stderr = expect.stringMatching(/^The environment variable SOURCE_CONTACT_CHECK is "owner".*\n$/);
    expect(await start(['--all'], { SOURCE_CONTACT_CHECK: 'owner' })).toEqual({ code: 2, stdout: '', stderr });
  });
});

type FlowEvent = { Details: { ContactData: Record<string, unknown>; Parameters: Record<string, string> } };

test("npm start takes a file of the caller's folder, with a byte order mark and the event of any instance", async () => {
  const event = eventFile('entire-past-session') as FlowEvent;
  Object.assign(event.Details.ContactData, { InstanceARN: `${connect.INSTANCE_ARN}0` });
  await writeFile(join(folder, 'own.json'), `\ufeff${JSON.stringify(event)}`);
  const { stdout } = await start(['own.json']);
  expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED' });
});

test('npm start -- --endpoint uses the Amazon Connect that runs there, and says where the connection was refused', async () => {
  const local = await connect.startLocalConnect();
  const { stdout, stderr } = await start(['--endpoint', local.url]);
  // Its services run elsewhere, so the function gets all of the shell's variables.
  const withTable = await start(['--endpoint', local.url], { SESSION_STORE_TABLE: 'real' });
  expect(withTable).toMatchObject({ code: 2, stderr: expect.stringContaining('SESSION_STORE_KEY') });
  await local.close();
  expect(JSON.parse(stdout)).toMatchObject({ continuedFromContactId: connect.C3 });
  expect(local.contacts.get(connect.NEW_CHAT)).toMatchObject({ persistent: true });
  expect(stderr).toContain(': ASSOCIATED, continued from C3; the owner is verified.\n');

  const event = eventFile('entire-past-session') as FlowEvent;
  Object.assign(event.Details.Parameters, { timeLimitSeconds: '1' });
  await writeFile(join(folder, 'hurried.json'), JSON.stringify(event));
  const refused = await start(['hurried.json', '--endpoint', local.url]);
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([0, { reason: 'CHECK_UNAVAILABLE' }]);
  expect(refused.stderr).toMatch(
    new RegExp(`^DescribeContact failed: .* ECONNREFUSED 127.0.0.1:${local.port}. Does it run`, 'm'),
  );
});

describe('a wrong npm start command ends with 1 and says why', () => {
  test.each([
    ['--fault earthquake', 'Fault "earthquake": "earthquake" is not a fault (valid: '],
    ['--fault StopContact:throttle', 'The function makes no request StopContact: only CreatePersistent'],
    ['--transcript-delay long', '--transcript-delay is a whole number from 0 to 86400, not "long".'],
    ['--transcript-delay -5', "Option '--transcript-delay' argument is ambiguous.\n"],
    ['--endpoint localhost:8075', '--endpoint is a URL, for example http://127.0.0.1:8075, not "localhost:8075".'],
    ['--endpoint http://localhost:8075 --all', 'With --endpoint there is no --all,'],
    ['--all events/sms.json', 'Name one event file, or --all or --store without one.'],
    ['', 'Name one event file, or --all or --store without one.'],
    ['events/nothing.json', 'Cannot read the event file events/nothing.json: there is no such file.\n'],
    ['last-agent.json', 'last-agent.json: there is no such file. Did you mean events/last-agent.json?\n'],
    ['events', 'Cannot read the event file events: it is a folder.\n'],
    ['README.md', 'The event file README.md is not JSON: '],
  ])('for %j', async (words, sentence) => {
    const { code, stdout, stderr } = await start(words.split(' '));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^(--|$)/.test(words) ? /^.+\nnpm start -- --help shows the options\.\n$/ : /^.+\n$/);
  });
});

const onLinux = existsSync('/dev/full') ? test : test.skip;
onLinux('npm start says that its output could not be written', async () => {
  const command = '"$0" scripts/start.ts events/voice.json >/dev/full';
  const stderr = expect.stringMatching(/^The output could not be written: ENOSPC.*\.$/m);
  expect(await run('sh', ['-c', command, process.execPath])).toMatchObject({ code: 1, stderr });
});

test.each(Object.keys(EVENTS))('events/%s is what Amazon Connect sends for a contact of the sample data', file => {
  const event = readEvent(`events/${file}`) as FlowEvent;
  // A flow may set attributes; the sample data has neither names, queues nor system endpoints.
  const { ContactId, Attributes, Name, Queue, SystemEndpoint } = event.Details.ContactData;
  const expected = sampleEvent(`${ContactId}`, event.Details.Parameters) as FlowEvent;
  Object.assign(expected.Details.ContactData, { Attributes, Name, Queue, SystemEndpoint });
  expect(event).toEqual(expected);
});
