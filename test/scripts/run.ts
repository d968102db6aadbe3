import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, jest } from '@jest/globals';

/** The project's folder, in which npm runs a script. */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

// Processes on a busy machine.
jest.setTimeout(60_000);

/** Runs a command, with nothing of the shell's environment but what npm needs. `child` is its process. */
export function run(
  command: string,
  words: readonly string[],
  { env = {}, input = '', cwd = PROJECT }: { env?: NodeJS.ProcessEnv; input?: string; cwd?: string } = {},
) {
  const { PATH, HOME } = process.env;
  const running = promisify(execFile)(command, words, { cwd, env: { PATH, HOME, ...env } });
  running.child.stdin?.on('error', () => undefined).end(input);
  const ended = running
    .then(written => ({ code: 0, ...written }))
    .catch((error: { code: number; stdout: string; stderr: string }) => error)
    // A bundle that is older than a source is built first, which is said, too.
    .then(({ code, stdout, stderr }) => ({ code, stdout, stderr: stderr.replace(/^Built .*\n/, '') }));
  return Object.assign(ended, { child: running.child });
}

const serving: ChildProcess[] = [];
afterEach(() => {
  for (const { pid = 0, spawnfile } of serving.splice(0)) {
    // npm leads a process group of its own, in which the service is.
    spawnSync('kill', ['-9', '--', String(spawnfile === 'npm' ? -pid : pid)]);
  }
});

/** The script of `npm run connect`. */
export const CONNECT = `${PROJECT}scripts/connect.ts`;

/** Runs what `npm run connect` runs, on a free port, until it is ready; `heard` waits for a line on its standard error. */
export async function runConnect(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  [command = '', ...words]: readonly string[] = [process.execPath, CONNECT],
) {
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, ...env }, detached: command === 'npm' };
  const child = spawn(command, [...words, '--port', '0', ...args], options);
  serving.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', chunk => {
    said += chunk;
  });
  const heard = async (line: RegExp) => {
    while (!line.test(said)) await once(child.stderr, 'data');
    return line.exec(said)?.[1] ?? '';
  };
  const url = await heard(/AWS_ENDPOINT_URL_CONNECT=(\S+) /);
  await heard(/starts runs the flow/);
  /** All that it said so far. */
  return { child, heard, url, said: () => said };
}
