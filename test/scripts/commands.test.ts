import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT, run } from './run.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(PROJECT, 'package.json'), 'utf8'),
);
const own = Object.keys(scripts).filter(name => scripts[name]?.includes('.ts'));

describe.each(own)('npm run %s', name => {
  test('says how it is used with --help', async () => {
    const result = { code: 0, stdout: expect.stringMatching(/^Usage: npm /), stderr: '' };
    expect(await run('npm', ['run', '--silent', name, '--', '--help'])).toEqual(result);
  });

  test('says in one sentence that it does not know an option, and where they stand', async () => {
    const stderr = /^Unknown option '--speed'\.\nnpm .*\b\S+ -- --help shows the options\.\n$/;
    const result = { code: 1, stdout: '', stderr: expect.stringMatching(stderr) };
    expect(await run('npm', ['run', '--silent', name, '--', '--speed'])).toEqual(result);
  });
});

test('npm run connect refuses an empty host, which would be every address of the machine', async () => {
  const words = ['scripts/connect.ts', '--host', ''];
  const stderr = expect.stringMatching(/^--host is an address of this machine, .*\n/);
  expect(await run(process.execPath, words)).toEqual({ code: 1, stdout: '', stderr });
});

describe('before npm ci', () => {
  let clone: string;
  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'clone-'));
    await mkdir(join(clone, 'scripts'));
    for (const file of ['package.json', 'scripts/installed.mjs'])
      await copyFile(join(PROJECT, file), join(clone, file));
  });
  afterAll(() => rm(clone, { recursive: true }));

  test.each(Object.keys(scripts))('npm run %s says so', async name => {
    const result = { code: 1, stdout: '', stderr: 'Run npm ci first.\n' };
    expect(await run('npm', ['run', '--silent', name], { cwd: clone })).toEqual(result);
  });
});
