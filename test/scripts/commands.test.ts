import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN } from '../../local/connect/index.ts';
import { run } from './run.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
const own = Object.keys(scripts).filter(name => scripts[name]?.includes('.ts'));

test.each(own)('npm run %s says how it is used, and in one sentence that it does not know an option', async name => {
  const npm = (option: string) => run('npm', ['run', '--silent', name, '--', option]);
  expect(await npm('--help')).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: npm /), stderr: '' });
  const sentence = /^Unknown option '--speed'\.\nnpm .*\b\S+ -- --help shows the options\.\n$/;
  expect(await npm('--speed')).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
});

test.each([
  ['connect', ['--host', '']],
  ['verify', ['--instance-arn', INSTANCE_ARN, '--stack', ' ']],
  ['verify', ['--instance-arn', INSTANCE_ARN.slice(1)]],
])('npm run %s refuses %j', async (name, words) => {
  const stderr = expect.stringMatching(new RegExp(`^${words.at(-2)} (is|must) .*\nnpm run ${name} -- --help .*\n$`));
  expect(await run(process.execPath, [`scripts/${name}.ts`, ...words])).toEqual({ code: 1, stdout: '', stderr });
});

const SKIPPED = 'Skipped: there is no Chromium or Chrome. Install one, or name it in CHROME_PATH.\n';

test.each([
  { env: {}, code: 0, stderr: SKIPPED },
  { env: { CI: 'true' }, code: 1, stderr: SKIPPED },
  { env: { CHROME_PATH: '/x' }, code: 1, stderr: 'CHROME_PATH names no file: /x\n' },
])('npm run test:page without a browser ends with $code, where the environment has $env', async row => {
  const { env, ...expected } = row;
  const ran = await run(process.execPath, ['test/page/test-page.ts'], { env: { PATH: '/nonexistent', ...env } });
  expect(ran).toEqual({ ...expected, stdout: '' });
});

describe('where it cannot run, each npm script says why', () => {
  const OLDER = "Object.defineProperty(process.versions, 'node', { value: '23.9.0' })";
  const NEEDS = /^This project needs Node\.js 24 or newer, and this is v\S+ \(\/\S+\)\.[^.]* install scripts\. .*\n$/s;

  const IMPORT_OLDER = `--import "data:text/javascript,${encodeURIComponent(OLDER)}"`;

  test.each([
    { what: 'before npm ci', installed: [], NODE_OPTIONS: '', says: /^Run npm ci first\.\n$/ },
    {
      what: 'after npm ci without install scripts, under an older Node.js',
      installed: ['node_modules/.package-lock.json'],
      NODE_OPTIONS: IMPORT_OLDER,
      says: NEEDS,
    },
  ])('$what', async ({ installed, says, NODE_OPTIONS }) => {
    const clone = await mkdtemp(join(tmpdir(), 'clone-'));
    for (const file of ['package.json', 'scripts/installed.mjs', ...installed]) await cp(file, join(clone, file));
    for (const [name, script] of Object.entries(scripts)) {
      const [command = ''] = script.split(' && ');
      const ran = await run('sh', ['-c', command], { cwd: clone, env: { NODE_OPTIONS } });
      expect({ name, ...ran }).toEqual({ name, code: 1, stdout: '', stderr: expect.stringMatching(says) });
    }
    await rm(clone, { recursive: true });
  });
});
