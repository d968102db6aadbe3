import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';

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
