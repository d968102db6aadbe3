import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  C2,
  C3,
  CUSTOMER_ID,
  FAULT_NAMES,
  JUST_ENDED_CHAT,
  NEW_CHAT,
  startLocalConnect,
} from '../../local/connect/index.ts';
import { eventFile } from '../support/events.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Processes on a busy machine. */
const PATIENCE_MS = 60_000;

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs what `npm start -- …` runs, as from another folder. */
function start(words: readonly string[] = [], environment: Record<string, string> = {}): Promise<Result> {
  const env = { PATH: process.env['PATH'], INIT_CWD: folder, ...environment };
  return run(process.execPath, ['scripts/start.ts', ...words], env);
}

function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  return new Promise(resolve => {
    execFile(command, words, { cwd: PROJECT, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('npm start', () => {
  test(
    '--store continues the first of two chats of one customer, without an id in either',
    async () => {
      const { code, stdout, stderr } = await start(['--store']);
      expect(JSON.parse(stdout)).toMatchObject({
        associationStatus: 'ASSOCIATED',
        continuedFromContactId: JUST_ENDED_CHAT,
      });
      expect(stderr).toMatch(/The flow names no past contact\.\nThe session store records the session\./);
      expect(stderr).toContain('The session store remembers the past contact JUST_ENDED_CHAT.');
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    'prints the flow attributes on standard output and an account on standard error',
    async () => {
      const { code, stdout, stderr } = await start();
      expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED', continuedFromContactId: C3 });
      expect(code).toBe(0);
      // A bundle that is older than a source is built first, which is said, too.
      expect(stderr.replace(/^Built .*\n/, '').replaceAll(/\d+ ms/g, 'N ms')).toBe(
        `events/entire-past-session.json: the new chat continues the whole past session, survey included
Customer ${CUSTOMER_ID} is in NEW_CHAT (chat).
The flow names the past contact C1. Its session, of this customer, ended 1 day ago:
  C1: chat with agent a1
  C2: transferred to agent a2
  C3: survey
Requests to Amazon Connect:
  DescribeContact C1 -> 200, N ms: chat of this customer, ended 1 day ago
  CreatePersistentContactAssociation NEW_CHAT, ENTIRE_PAST_SESSION C1 -> 200, N ms: continues C3
The flow takes its Success branch: ASSOCIATED, continued from C3; the owner is verified.
Customer and agent see the transcripts of C3, C2 and C1.
Flow attributes:
Try next: npm start -- events/last-agent.json (leaves the survey out)
`,
      );
    },
    PATIENCE_MS,
  );

  test(
    'prints the flow attributes between their heading and what to try next',
    async () => {
      const script = '"$0" scripts/start.ts 2>&1';
      const { stdout } = await run('sh', ['-c', script, process.execPath], { PATH: process.env['PATH'] });
      expect(stdout).toMatch(/\nFlow attributes:\n\{\n[^}]*\n\}\nTry next: .*\n$/);
    },
    PATIENCE_MS,
  );

  test(
    'runs the event that it is given, and says which transcripts are left out',
    async () => {
      const { stdout, stderr } = await start(['events/from-segment.json']);
      expect(JSON.parse(stdout)).toMatchObject({ continuedFromContactId: C2 });
      expect(stderr).toContain('\nCustomer and agent see the transcripts of C2 and C1, not of C3.\n');
    },
    PATIENCE_MS,
  );

  test(
    'injects faults, and names them with how often they hit; --verbose adds log and metric lines',
    async () => {
      const { stdout, stderr } = await start(['--fault', 'throttle*3', '--verbose']);
      expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED' });
      expect(stderr).toContain('\nevents/entire-past-session.json with --fault throttle*3\n');
      expect(stderr).toContain(
        '\n  DescribeContact C1 -> fault throttle, 3 times: ThrottlingException: Rate exceeded\n' +
          '  DescribeContact C1 -> 200, ',
      );
      expect(stderr).toContain('"describeAttempts":4');
      expect(stderr).toContain('"CloudWatchMetrics"');
    },
    PATIENCE_MS,
  );

  test(
    'ends with 2, and the name and message of the error, where the flow would take its Error branch',
    async () => {
      const { code, stdout, stderr } = await start(['events/bad-rehydration-type.json']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^No request to Amazon Connect\.$/m);
      expect(stderr).toMatch(/^The flow takes its Error branch\. InvalidRehydrationTypeError: .*"LAST_SEGMENT"/m);
      expect(stderr).toMatch(/^Customer and agent see no past transcript\.\nTry next: .*\n$/m);
      expect(stderr).not.toMatch(/^ +at /m);
    },
    PATIENCE_MS,
  );

  test(
    'takes settings from the shell',
    async () => {
      const environment = { SOURCE_CONTACT_CHECK: 'CONTACT' };
      const { stderr } = await start(['events/another-customers-chat.json'], environment);
      expect(stderr).toContain('events/another-customers-chat.json with SOURCE_CONTACT_CHECK=CONTACT\n');
      expect(stderr).toContain('ASSOCIATED, continued from OTHER_CUSTOMERS_CHAT; the owner is not verified.\n');
    },
    PATIENCE_MS,
  );

  test(
    'has the transcript of a chat that just ended with --transcript-delay 0',
    async () => {
      const { stdout } = await start(['events/just-ended.json', '--transcript-delay', '0']);
      expect(JSON.parse(stdout)).toMatchObject({ associationStatus: 'ASSOCIATED' });
    },
    PATIENCE_MS,
  );
});

describe('npm start -- --all', () => {
  test(
    'prints a row for every event: what it shows, and what came of it',
    async () => {
      const { code, stdout, stderr } = await start(['--all']);
      expect([code, stderr.replace(/^Built .*\n/, '')]).toEqual([0, '']);
      const [header, ...rows] = stdout.trimEnd().split('\n');
      expect(header).toMatch(/^Event +What it shows +What came of it$/);
      const cells = rows.map(row => row.split(/ {2,}/));
      expect(cells.filter(row => row.length !== 3)).toEqual([]);
      expect(Object.fromEntries(cells.map(([file, , came]) => [file, came]))).toEqual({
        'already-persistent.json': 'ALREADY_PERSISTENT, continued from C3',
        'another-customers-chat.json': 'REJECTED, SOURCE_CONTACT_NOT_OWNED',
        'bad-rehydration-type.json': 'Error branch, InvalidRehydrationTypeError',
        'entire-past-session.json': 'ASSOCIATED, continued from C3',
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
      expect(cells.map(([file]) => file).sort()).toEqual((await readdir(join(PROJECT, 'events'))).sort());
    },
    PATIENCE_MS,
  );
});

describe('npm start -- --all with a wrong setting', () => {
  test(
    "ends with 2 and the function's sentence, once and without a table",
    async () => {
      const { code, stdout, stderr } = await start(['--all'], { SOURCE_CONTACT_CHECK: 'owner' });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.replace(/^Built .*\n/, '')).toMatch(
        /^The environment variable SOURCE_CONTACT_CHECK is "owner".*\n$/,
      );
    },
    PATIENCE_MS,
  );
});

describe('npm start -- --endpoint', () => {
  test(
    'uses the Amazon Connect that runs there',
    async () => {
      const connect = await startLocalConnect();
      const { stdout, stderr } = await start(['--endpoint', connect.url]);
      await connect.close();
      expect(JSON.parse(stdout)).toMatchObject({ continuedFromContactId: C3 });
      expect(connect.contacts.get(NEW_CHAT)).toMatchObject({ persistent: true });
      expect(stderr).toContain(
        '\nRequests to Amazon Connect:\n' +
          '  DescribeContact: 1 request\n' +
          '  CreatePersistentContactAssociation: 1 request\n',
      );
      expect(stderr).toContain('\nCustomer and agent see the transcript of C3 and of what came before it.\n');
    },
    PATIENCE_MS,
  );

  test(
    'says where the connection was refused; an event is also found in the folder of the caller',
    async () => {
      const connect = await startLocalConnect();
      await connect.close();
      const event = eventFile('entire-past-session') as { Details: { Parameters: object } };
      Object.assign(event.Details.Parameters, { timeLimitSeconds: '1' });
      // Some editors begin a file with a byte order mark.
      await writeFile(join(folder, 'hurried.json'), `\ufeff${JSON.stringify(event)}`);
      const { code, stderr } = await start(['hurried.json', '--endpoint', connect.url]);
      expect(code).toBe(0);
      expect(stderr).toContain(`\n  DescribeContact failed: connection refused by ${connect.url}.`);
      expect(stderr).toContain('\nThe flow takes its Success branch: FAILED, CHECK_UNAVAILABLE.\n');
    },
    PATIENCE_MS,
  );
});

describe('a wrong npm start command', () => {
  test.each([
    ['is missing', 'events/nothing.json', 'Cannot read the event file events/nothing.json: there is no such file.\n'],
    [
      'is in events/',
      'last-agent.json',
      'Cannot read the event file last-agent.json: there is no such file. Did you mean events/last-agent.json?\n',
    ],
    ['is a folder', 'events', 'Cannot read the event file events: it is a folder.\n'],
  ])(
    'ends with 1 and one clear line for an event file that %s',
    async (_, path, stderr) => {
      expect(await start([path])).toEqual({ code: 1, stdout: '', stderr });
    },
    PATIENCE_MS,
  );

  test(
    'ends with 1 and one clear line for an event file that is not JSON',
    async () => {
      await writeFile(join(folder, 'broken.json'), '{\n  "Name": x\n}\n');
      const { code, stdout, stderr } = await start(['broken.json']);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^The event file broken\.json is not JSON: .*\n$/);
    },
    PATIENCE_MS,
  );

  test.each([
    [['--speed', '1'], "Unknown option '--speed'."],
    [['--fault', 'earthquake'], 'Fault "earthquake": "earthquake" is not a fault'],
    [['--transcript-delay', 'long'], '--transcript-delay is a whole number from 0 to 86400, not "long".'],
    [['--endpoint', 'localhost:8075'], '--endpoint is a URL, http://127.0.0.1:8075 say, not "localhost:8075".'],
    [['--endpoint', 'http://localhost:8075', '--all'], 'With --endpoint there is no --all,'],
    [['--all', 'events/sms.json'], 'Name one event file, or --all or --store without one.'],
  ])(
    'ends with 1, the usage and one sentence: %j',
    async (words, sentence) => {
      const { code, stdout, stderr } = await start(words);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^Usage: npm start/);
      expect(stderr).toMatch(/\n\n.+\n$/);
      expect(stderr.split('\n').at(-2)).toContain(sentence);
    },
    PATIENCE_MS,
  );
});

describe('npm start with options before "--", which npm keeps,', () => {
  const npmStart = (words: readonly string[], environment: Record<string, string> = {}) => {
    const { PATH, HOME } = process.env;
    return run('npm', ['--silent', 'start', ...words], { PATH, HOME, ...environment });
  };

  test.each([
    [['--all'], '--all'],
    [['--store'], '--store'],
    [['--fault', 'throttle*3'], '--fault …'],
    [['--fault=throttle*3', 'events/sms.json'], '--fault …'],
    [['--endpoint=http://127.0.0.1:8075'], '--endpoint …'],
    [['--transcript-delay', '60'], '--transcript-delay …'],
  ])(
    'ends with 1 and one sentence: %j',
    async (words, option) => {
      const stderr = `Write "npm start -- ${option}": npm keeps options before "--" for itself.\n`;
      expect(await npmStart(words)).toEqual({ code: 1, stdout: '', stderr });
    },
    PATIENCE_MS,
  );

  test(
    "runs an event although npm's own option --all is set",
    async () => {
      expect(await npmStart(['events/voice.json'], { npm_config_all: 'true' })).toMatchObject({ code: 0 });
    },
    PATIENCE_MS,
  );
});

describe('npm start -- --help', () => {
  test(
    'lists options, faults, settings and events on standard output',
    async () => {
      const { code, stdout, stderr } = await start(['--help']);
      expect([code, stderr]).toEqual([0, '']);
      const options = ['--all', '--transcript-delay', '--fault', '--endpoint', '--verbose'];
      const events = (await readdir(join(PROJECT, 'events'))).map(file => `events/${file}`);
      for (const word of [...options, ...FAULT_NAMES, 'OWNER_REQUIRED', ...events]) expect(stdout).toContain(word);
    },
    PATIENCE_MS,
  );
});
