import { exec, execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import {
  ACTIVE_CHAT,
  C1,
  C2,
  FAULT_NAMES,
  INSTANCE_ID,
  JUST_ENDED_CHAT,
  NEW_CHAT,
  OPERATIONS,
  PAST_VOICE_CALL,
  TRANSFERRED_CHAT,
} from '../../local/connect/index.ts';
import { runConnect, SCRIPT } from '../support/connect-command.ts';
import { ALL_FROM_C1, associate, continuedFrom, INVALID_REQUEST, request, SEGMENT_C2, start } from './support.ts';

describe('npm run connect', () => {
  const run = (...args: string[]) => runConnect(args);

  test('runs until it is stopped, and exits 0 although answers are due', async () => {
    const { child, heard, url } = await run('--fault', 'slow=60000*1', '--fault', 'trickle');
    const path = `${url}/contacts/${INSTANCE_ID}/${C1}`;
    const exited = once(child, 'exit');
    const answers = [1, 2].map(() => {
      const answer = fetch(path, { headers: { authorization: 'any' } }).then(response => response.text());
      return expect(answer).rejects.toThrow();
    });
    await Promise.all([heard(new RegExp(`DescribeContact ${C1} -> slow\n`)), heard(/-> trickle\n/)]);
    child.kill('SIGTERM');
    await Promise.all(answers);
    expect(await exited).toEqual([0, null]);
  });

  test("lists the sample data's contacts and applies its options", async () => {
    const { heard, url } = await run('--transcript-delay', '3600', '--source-twice', 'refuse');
    await heard(new RegExp(`PAST_VOICE_CALL +${PAST_VOICE_CALL} `));
    const connect = { url };
    const justEnded = { RehydrationType: 'FROM_SEGMENT', SourceContactId: JUST_ENDED_CHAT };
    expect(await associate(connect, NEW_CHAT, justEnded)).toEqual(INVALID_REQUEST);
    expect(await associate(connect, NEW_CHAT, SEGMENT_C2)).toEqual(continuedFrom(C2));
    expect(await associate(connect, TRANSFERRED_CHAT, SEGMENT_C2)).toEqual(INVALID_REQUEST);
  });

  test('prints each request with what came of it', async () => {
    const { heard, url } = await run('--fault', 'DescribeContact:error=503');
    await request({ url }, 'GET', `/contacts/${INSTANCE_ID}/${C1}`);
    await heard(/^DescribeContact \S+ -> error ServiceUnavailableException: Injected fault: error=503$/m);
    await associate({ url }, NEW_CHAT, { ...ALL_FROM_C1, SourceContactId: ACTIVE_CHAT });
    await heard(/^Create\w+ \S+ ENTIRE_PAST_SESSION \S+ -> 400 InvalidRequestException: .+ has not ended\.$/m);
    await associate({ url }, NEW_CHAT, ALL_FROM_C1);
    await heard(/^Create\w+ \S+ ENTIRE_PAST_SESSION \S+ -> 200$/m);
  });

  test('prints a line for the AWS CLI that is ready to paste, and the same environment for more', async () => {
    const { heard, url } = await run();
    const line = await heard(/^ {2}(AWS_ENDPOINT_URL_CONNECT=.* aws connect .*)$/m);
    const environment = await heard(/^ {2}export (.*)$/m);
    expect(line.startsWith(environment)).toBe(true);
    // Not every machine has the AWS CLI: a function stands in for it.
    const aws = `aws() { printf '%s\\n' "$AWS_ENDPOINT_URL_CONNECT $AWS_DEFAULT_REGION '$AWS_PAGER'" "$@"; }`;
    const { stdout } = await promisify(exec)(`${aws}; ${line}`, { env: { AWS_PAGER: 'less' } });
    expect(stdout.trim().split('\n')).toEqual([
      `${url} us-east-1 ''`,
      'connect',
      'create-persistent-contact-association',
      ...['--instance-id', 'any'],
      ...['--initial-contact-id', NEW_CHAT],
      ...['--source-contact-id', C1],
      ...['--rehydration-type', 'ENTIRE_PAST_SESSION'],
    ]);
  });

  test('says how to stop it', async () => {
    const { heard } = await run();
    await heard(/Ctrl\+C stops it/);
  });

  test('prints how it is used on standard output', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--help']);
    const options = ['--host', '--port', '--fault', '--source-twice', '--transcript-delay'];
    for (const word of [...options, ...FAULT_NAMES, ...OPERATIONS]) expect(stdout).toContain(word);
  });

  test.each([
    [['--port', 'http'], '--port is a whole number from 0 to 65535, not "http".'],
    [['--port', '65536'], '--port is a whole number from 0 to 65535, not "65536".'],
    [['--fault', 'hiccup'], 'Fault "hiccup": "hiccup" is not a fault'],
    [['--source-twice', 'maybe'], '--source-twice is allow or refuse, not "maybe".'],
    [['--transcript-delay', '-1s'], '--transcript-delay'],
    [['--speed', '1'], "Unknown option '--speed'."],
  ])('says how it is used, then in one sentence what is wrong with %j, and exits 1', async (args, sentence) => {
    const { code, stdout, stderr } = await failure(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Usage: npm run connect/);
    expect(stderr).toMatch(/\n\n.+\n$/);
    expect(stderr.split('\n').at(-2)).toContain(sentence);
  });

  test('says which option to use when its port is in use, and exits 1', async () => {
    const { port } = await start();
    const sentence = `Port ${port} is in use: choose another one with --port (0: any free one).\n`;
    expect(await failure('--port', `${port}`)).toMatchObject({ code: 1, stderr: sentence });
  });

  test('says which option to use when it cannot listen on its host, and exits 1', async () => {
    const sentence = expect.stringMatching(/^Cannot listen on "192\.0\.2\.1" .*--host\.\n$/);
    expect(await failure('--host', '192.0.2.1')).toMatchObject({ code: 1, stderr: sentence });
  });

  /** What the script says and exits with when it does not start. */
  async function failure(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const run = promisify(execFile)(process.execPath, [SCRIPT, ...args], { timeout: 20_000 });
    return run.then(
      () => Promise.reject(new Error('The script ended with exit code 0.')),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  }
});
