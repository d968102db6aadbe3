import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const { PATH, HOME } = process.env;
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(PROJECT, 'package.json'), 'utf8'),
);

/** Processes on a busy machine. */
jest.setTimeout(60_000);

function npmRun(cwd: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    execFile('npm', ['run', '--silent', ...words], { cwd, env: { PATH, HOME } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const own = Object.entries(scripts).filter(([, command]) => command.includes('.ts'));

describe.each(own.map(([name]) => name))('npm run %s', name => {
  test('says how it is used with --help', async () => {
    const { code, stdout, stderr } = await npmRun(PROJECT, name, '--', '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm /);
  });

  test('says how it is used, then in one sentence that it does not know an option, and exits 1', async () => {
    const { code, stdout, stderr } = await npmRun(PROJECT, name, '--', '--speed');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Usage: npm [\s\S]*\n\nUnknown option '--speed'\.\n$/);
  });
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
    expect(await npmRun(clone, name)).toEqual({ code: 1, stdout: '', stderr: 'Run npm ci first.\n' });
  });
});
