import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';

/**
 * Starts a process that runs the built bundle (dist/handler.mjs) as Lambda does: its environment is complete before the
 * bundle is imported. It answers each `{ event }` that it is sent with an `Answer` (lambda-process.ts).
 *
 * @param environment what overrides the shell's variables
 * @param output where its log and metric lines go
 */
export function forkFunction(environment: Record<string, string>, output: 'ignore' | 'pipe' | 2): ChildProcess {
  const stdio: StdioOptions = ['ignore', output, output, 'ipc'];
  return fork(new URL('./lambda-process.ts', import.meta.url), {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      POWERTOOLS_SERVICE_NAME: 'persistent-chat',
      ...process.env,
      ...environment,
    },
    stdio,
  });
}
