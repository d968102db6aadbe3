import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN } from '../../local/connect/index.ts';
import { runConnect } from '../support/connect-command.ts';
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

test('npm run connect says that it was stopped', async () => {
  const { child, heard } = await runConnect([]);
  child.kill();
  await heard(/^Stopped\.$/m);
});

describe('where it cannot run, each npm script says why', () => {
  const OLDER = "Object.defineProperty(process.versions, 'node', { value: '23.9.0' })";
  const NEEDS = /^This project needs Node\.js 24 or newer, and this is v\S+ \(\/\S+\)\.[^.]* install scripts\. .*\n$/s;

  test.each<{ what: string; installed: boolean; NODE_OPTIONS?: string; stderr: string | RegExp }>([
    { what: 'before npm ci', installed: false, stderr: /^Run npm ci first\.\n$/ },
    {
      what: 'after npm ci without install scripts, under an older Node.js',
      installed: true,
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(OLDER)}"`,
      stderr: NEEDS,
    },
  ])('$what', async ({ installed, stderr, NODE_OPTIONS = '' }) => {
    const clone = await mkdtemp(join(tmpdir(), 'clone-'));
    await mkdir(join(clone, 'scripts'));
    for (const file of ['package.json', 'scripts/installed.mjs']) await copyFile(file, join(clone, file));
    if (installed) {
      await mkdir(join(clone, 'node_modules'));
      await copyFile('node_modules/.package-lock.json', join(clone, 'node_modules/.package-lock.json'));
    }
    for (const name of Object.keys(scripts)) {
      const command = `${scripts[name]}`.split(' && ')[0];
      const result = { name, code: 1, stdout: '', stderr: expect.stringMatching(stderr) };
      expect({ name, ...(await run('sh', ['-c', `${command}`], { cwd: clone, env: { NODE_OPTIONS } })) }).toEqual(
        result,
      );
    }
    await rm(clone, { recursive: true });
  });
});
