/**
 * Types the commands of the pages as a newcomer would: from a checkout after `npm ci`, with an empty home and nothing in
 * the environment but `PATH`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { startLocalConnect } from '../../local/connect/index.ts';

const PAGES = ['README.md', 'examples/README.md', 'docs/local-development.md'];
/** What is not typed here, and why. */
const LEFT_OUT: { command: RegExp; why: string }[] = [
  { command: /\b(aws|sam|terraform) |npm run verify|\$\{?(MODULE|QUEUE)_ARN/, why: 'it needs AWS' },
  { command: /^(git clone|cd) /, why: 'this is a checkout' },
  { command: /^npm (ci|test|run test:page)$/, why: 'it takes minutes, and .ci/run types it' },
  { command: /\b(URL|FILE|NAME)\b/, why: 'it has a placeholder' },
  { command: /check:flow.*\$FLOW/, why: 'the file is made from what AWS answers' },
];
/** Commands that run until they are stopped, and the line that shows that they work. */
const SERVERS: { command: RegExp; says: RegExp }[] = [
  { command: /^npm run connect.* --page/, says: /^Open the chat page.*\n +http/m },
  { command: /^npm run connect/, says: /starts runs the flow/ },
  { command: /chat-page\/server\.ts/, says: /^http/m },
];
const KEYS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' };

jest.setTimeout(120_000);
const HOME = mkdtempSync(join(tmpdir(), 'home-'));
afterAll(() => rmSync(HOME, { recursive: true }));

/** Types a command, and stops it once it says what it should. */
async function type(command: string, says?: RegExp, env: NodeJS.ProcessEnv = {}) {
  const PATH = (process.env['PATH'] ?? '').split(delimiter).filter(path => !path.includes('node_modules'));
  // A group of its own, as of a terminal, so that Ctrl+C reaches what the shell runs.
  const shell = spawn('sh', ['-c', command], { detached: true, env: { PATH: PATH.join(delimiter), HOME, ...env } });
  const kill = (signal: NodeJS.Signals) => process.kill(-(shell.pid ?? 0), signal);
  const late = setTimeout(kill, 100_000, 'SIGKILL');
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.on('data', chunk => {
      const before = says?.test(said);
      said += chunk;
      if (says?.test(said) && !before) kill('SIGINT');
    });
  }
  const [code] = await once(shell, 'close');
  clearTimeout(late);
  return { code, said };
}

/** A page's shell commands: those of its fenced blocks, part by part, and those of npm in the text. */
function commandsIn(page: string): string[] {
  const text = readFileSync(page, 'utf8').replaceAll(/\\\n */g, '');
  const blocks = Array.from(text.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block = '']) => block);
  const spans = Array.from(text.matchAll(/`((?:\w+=\S+ )*np[mx] [^`]+)`/g), ([, span = '']) => span.replace('\n', ' '));
  return [...blocks.flatMap(block => block.trim().split('\n')), ...spans].flatMap(line => line.split(' && '));
}

const commands = PAGES.flatMap(page => commandsIn(page).map(command => ({ page, command })))
  .filter(({ command }, n, all) => all.findIndex(other => other.command === command) === n)
  .map(named => ({ ...named, why: LEFT_OUT.find(left => left.command.test(named.command))?.why ?? '' }));

test.skip.each(commands.filter(({ why }) => why))('$page: $command: $why', () => undefined);

test.each(commands.filter(({ why }) => !why))('$page: $command', async ({ command }) => {
  const says = SERVERS.find(server => server.command.test(command))?.says;
  if (says === undefined) return expect(await type(command)).toMatchObject({ code: 0 });
  const isConnect = command.startsWith('npm run connect');
  const connect = isConnect ? undefined : await startLocalConnect();
  // Another one may be running on the usual port.
  const port = isConnect ? `${command.includes(' -- ') ? '' : ' --'} --port 0` : '';
  const url = connect?.url;
  // As npm run connect prints them to export.
  const exported = url && { ...KEYS, AWS_ENDPOINT_URL_CONNECT: url, AWS_ENDPOINT_URL_CONNECTPARTICIPANT: url };
  const { said } = await type(command + port, says, exported || {});
  await connect?.close();
  expect(said).toMatch(says);
});
