import { exec, execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as sample from '../../local/connect/index.ts';
import { runConnect, SCRIPT } from '../support/connect-command.ts';
import * as support from './support.ts';

const { C1, INSTANCE_ID, NEW_CHAT } = sample;
const { ALL_FROM_C1, associate, INVALID_REQUEST, request, SEGMENT_C2 } = support;

describe('npm run connect', () => {
  test('runs until it is stopped, as it says, and exits 0 although answers are due', async () => {
    const { child, heard, url } = await runConnect(['--fault', 'slow=60000*1', '--fault', 'trickle']);
    await heard(/Ctrl\+C stops it/);
    const exited = once(child, 'exit');
    const answers = [1, 2].map(() => {
      const answer = request({ url }, 'GET', `/contacts/${INSTANCE_ID}/${C1}`).then(response => response.text());
      return expect(answer).rejects.toThrow();
    });
    await Promise.all([heard(new RegExp(`DescribeContact ${C1} -> slow\n`)), heard(/-> trickle\n/)]);
    child.kill('SIGTERM');
    await Promise.all(answers);
    expect(await exited).toEqual([0, null]);
  });

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
    await request({ url }, 'GET', `/contacts/${INSTANCE_ID}/${C1}`);
    await heard(/^DescribeContact \S+ -> error ServiceUnavailableException: Injected fault: error=503$/m);
  });

  test('prints a line for the AWS CLI that is ready to paste, and the same environment for more', async () => {
    const { heard, url } = await runConnect([]);
    const line = await heard(/^ {2}(AWS_ENDPOINT_URL_CONNECT=.* aws connect .*)$/m);
    const environment = await heard(/^ {2}export (.*)$/m);
    expect(line.startsWith(environment)).toBe(true);
    // Not every machine has the AWS CLI: a function stands in for it.
    const aws = `aws() { printf '%s\\n' "$AWS_ENDPOINT_URL_CONNECT $AWS_DEFAULT_REGION '$AWS_PAGER'" "$@"; }`;
    const { stdout } = await promisify(exec)(`${aws}; ${line}`, { env: { AWS_PAGER: 'less' } });
    const command = `connect create-persistent-contact-association --instance-id any --initial-contact-id ${NEW_CHAT}`;
    const source = `--source-contact-id ${C1} --rehydration-type ENTIRE_PAST_SESSION`;
    expect(stdout.trim().split('\n')).toEqual([`${url} us-east-1 ''`, ...`${command} ${source}`.split(' ')]);
  });

  test('prints the faults and operations that it knows with --help', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--help']);
    for (const word of [...sample.FAULT_NAMES, ...sample.OPERATIONS]) expect(stdout).toContain(word);
  });

  test.each([
    [['--port', '65536'], '--port is a whole number from 0 to 65535, not "65536".'],
    [['--fault', 'hiccup'], 'Fault "hiccup": "hiccup" is not a fault'],
    [['--source-twice', 'maybe'], '--source-twice is allow or refuse, not "maybe".'],
    [['--speed', '1'], "Unknown option '--speed'."],
  ])('says in one sentence what is wrong with %j, and exits 1', async (args, sentence) => {
    const { code, stdout, stderr } = await failure(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^.+\nnpm run connect -- --help shows the options\.\n$/);
    expect(stderr).toContain(sentence);
  });

  test('says which option to use when it cannot listen, and exits 1', async () => {
    const { port } = await support.start();
    const portSentence = `Port ${port} is in use: choose another one with --port (0: any free one).\n`;
    expect(await failure('--port', `${port}`)).toMatchObject({ code: 1, stderr: portSentence });
    const hostSentence = expect.stringMatching(/^Cannot listen on "192\.0\.2\.1" .*--host\.\n$/);
    expect(await failure('--host', '192.0.2.1')).toMatchObject({ code: 1, stderr: hostSentence });
  });

  /** What the script says and exits with when it does not start. */
  function failure(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return promisify(execFile)(process.execPath, [SCRIPT, ...args], { timeout: 20_000 }).then(
      () => Promise.reject(new Error('The script ended with exit code 0.')),
      error => error,
    );
  }
});
