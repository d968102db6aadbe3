import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';

/** The project's folder, in which npm runs a script. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Processes on a busy machine. */
jest.setTimeout(60_000);

/** Runs a command, with nothing of the shell's environment but what npm needs. */
export function run(
  command: string,
  words: readonly string[],
  { env = {}, input = '', cwd = PROJECT }: { env?: NodeJS.ProcessEnv; input?: string; cwd?: string } = {},
) {
  const { PATH, HOME } = process.env;
  return new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
    const child = execFile(command, words, { cwd, env: { PATH, HOME, ...env } }, (error, stdout, stderr) =>
      // A bundle that is older than a source is built first, which is said, too.
      resolve({ code: Number(error?.code ?? 0), stdout, stderr: stderr.replace(/^Built .*\n/, '') }),
    );
    child.stdin?.on('error', () => undefined).end(input);
  });
}
