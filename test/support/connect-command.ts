import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from '@jest/globals';

const serving: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of serving.splice(0)) child.kill('SIGKILL');
});

/** The script of `npm run connect`. */
export const SCRIPT = new URL('../../scripts/connect.ts', import.meta.url).pathname;

/** Runs what `npm run connect` runs, on a free port; `heard` waits for a line on its standard error. */
export async function runConnect(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  [command = '', ...words]: readonly string[] = [process.execPath, SCRIPT],
) {
  const child = spawn(command, [...words, '--port', '0', ...args], { env, detached: command === 'npm' });
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
