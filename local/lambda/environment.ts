import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';

/**
 * Starts a process that runs the built bundle (dist/handler.mjs) as Lambda does: its environment is complete before the
 * bundle is imported. It answers each `{ event }` that it is sent with an `Answer` (lambda-process.ts).
 *
 * It gets the shell's settings, but not its session store, credentials, Region and endpoints: what is run here touches
 * no real table.
 *
 * @param environment what overrides the shell's variables
 * @param output where its log and metric lines go
 * @param whole whether it gets all of the shell's variables, for services that somebody else runs
 */
export function forkFunction(
  environment: Record<string, string>,
  output: 'ignore' | 'pipe' | 2,
  { whole = false } = {},
): ChildProcess {
  const shell = Object.entries(process.env).filter(([name]) => whole || !/^(AWS|SESSION_STORE)_/.test(name));
  const stdio: StdioOptions = ['ignore', output, output, 'ipc'];
  return fork(new URL('./lambda-process.ts', import.meta.url), {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      POWERTOOLS_SERVICE_NAME: 'persistent-chat',
      ...Object.fromEntries(shell),
      ...environment,
    },
    stdio,
  });
}
