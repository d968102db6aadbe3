import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../scripts/run.ts';

// Runs the commands of docs/operations.md, "Go back", in a repository with a history like this one's.
const HISTORY = [
  { title: 'The block works', version: '1.0.0' },
  { title: 'The last change of 1.0.0', version: '1.0.0' },
  { title: 'Version 2.0.0: whose chat it is', version: '2.0.0' },
  { title: 'A change on the way, after Version 2.0.0', version: '2.0.0' },
  { title: 'Release 2.1.0', version: '2.1.0' },
  { title: 'The next version', version: '2.2.0-dev' },
  { title: 'Release 2.1.0 is mentioned', version: '2.2.0-dev' },
];
let folder: string;
let block = '';
const shell = (command: string, cwd = join(folder, 'checkout')) => run('sh', ['-c', command], { cwd });
const goBack = (version: string) =>
  shell(`sam() { :; }; REGION=eu-central-1; ${block.replace(/^VERSION=.*/, `VERSION=${version}`)}
    git log -1 --format=%s; grep -o '[0-9].*-*[0-9a-z]' package.json; pwd`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-back-'));
  const page = await readFile('docs/operations.md', 'utf8');
  [, block = ''] = /^## Go back[\s\S]*?^```sh\n(VERSION=[\s\S]*?)^```/m.exec(page) ?? [];
  await shell('git init -q checkout', folder);
  for (const { title, version } of HISTORY) {
    await writeFile(join(folder, 'checkout/package.json'), `{\n  "version": "${version}"\n}\n`);
    const who = '-c user.name=A -c user.email=a@example.com -c commit.gpgsign=false';
    expect(await shell(`git add . && git ${who} commit -q --allow-empty -m '${title}'`)).toMatchObject({ code: 0 });
  }
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  { version: '1.0.0', title: 'The last change of 1.0.0' },
  { version: '2.0.0', title: 'Version 2.0.0: whose chat it is' },
  { version: '2.1.0', title: 'Release 2.1.0' },
])('going back to $version deploys "$title" from a folder of its own', async ({ version, title }) => {
  const { stdout } = await goBack(version);
  expect(stdout).toMatch(new RegExp(`${title}\n${version}\n.*/persistent-chat-${version}\n$`));
});

test.each(['3.0.0', '2.2.0-dev', ''])('going back to "%s", which is no release, says so', async version => {
  const { stdout } = await goBack(version);
  expect(stdout).toMatch(/^There is no release .*\nRelease 2\.1\.0 is mentioned\n2\.2\.0-dev\n.*\/checkout\n$/);
});

test('going back to the release that is checked out says so', async () => {
  await shell('git checkout -q --detach HEAD~2');
  const { stdout } = await goBack('2.1.0');
  expect(stdout).toMatch(/^This checkout is version 2\.1\.0: .*\nRelease 2\.1\.0\n2\.1\.0\n.*\/checkout\n$/);
});
