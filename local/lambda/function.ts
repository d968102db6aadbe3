import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Answer, Invocation } from './child.ts';
import { TIMEOUT_MS } from './context.ts';

export type { Answer } from './child.ts';

/** The environment variables that Lambda gives a function, and the block's own service name. */
export const LAMBDA_VARIABLES = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  POWERTOOLS_SERVICE_NAME: 'persistent-chat',
};

/** How a process is started. */
interface ProcessOptions {
  /** The function's environment variables, besides those that Lambda sets. */
  environment?: Readonly<Record<string, string>>;
  /**
   * What the function gets of this shell's variables.
   * - `nothing`: no profile, proxy or Node option of a developer changes a measurement.
   * - `settings` (default): all but credentials, Region, endpoints and session store, so that it touches no real table.
   * - `everything`: for services that run elsewhere.
   */
  fromShell?: 'nothing' | 'settings' | 'everything';
  /** Where log and metric lines go; 2 is standard error. Default: nowhere. */
  output?: 'ignore' | 'pipe' | 2;
}

/** The complete environment of a function's process; `environment` overrides the variables of Lambda and of the shell. */
export function lambdaEnvironment({ environment, fromShell = 'settings' }: ProcessOptions): NodeJS.ProcessEnv {
  const isTaken = (name: string) => fromShell === 'everything' || !/^(AWS|SESSION_STORE)_/.test(name);
  const shell = Object.entries(process.env).filter(([name]) => isTaken(name));
  // A home without ~/.aws, as in Lambda.
  const taken = fromShell === 'nothing' ? { HOME: `${tmpdir()}/no-home` } : Object.fromEntries(shell);
  return { ...LAMBDA_VARIABLES, ...taken, ...environment };
}

/** Starts a process for a handler's ES module, with an environment that is complete before the module is imported. */
export function startLambdaProcess(file: string, options: ProcessOptions = {}) {
  const { output = 'ignore' } = options;
  const child = fork(new URL('./child.ts', import.meta.url), [pathToFileURL(file).href], {
    env: lambdaEnvironment(options),
    stdio: ['ignore', output, output, 'ipc'],
  });
  const due = new Map<number, (answer: Answer) => void>();
  let sent = 0;
  child.on('message', message => {
    const { id, answer } = message as { id: number; answer: Answer };
    due.get(id)?.(answer);
    due.delete(id);
  });
  child.once('exit', (code, signal) => {
    const message = `The process of the function ended with ${signal ?? `exit code ${code}`}.`;
    for (const settle of due.values()) settle({ error: { name: 'Runtime.ExitError', message }, milliseconds: 0 });
  });
  return {
    child,
    /** An error and the end of the process are answers, too. Each copy has modules of its own, as an environment has. */
    invoke(event: unknown, copy = 0): Promise<Answer> {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      due.set(sent, resolve);
      child.send({ id: sent++, event, copy } satisfies Invocation);
      return promise;
    },
  };
}

/**
 * Runs a handler's file as Lambda does: one process for each invocation under way, which is kept warm for the next one, and
 * ended when the function's timeout is over. `invoke` rejects if the function fails, or has not answered within `timeLimitMs`.
 */
export function startFunction(file: string, options: ProcessOptions) {
  const all = new Set<ReturnType<typeof startLambdaProcess>>();
  const idle: typeof all = new Set();
  let closed = false;

  async function answerOf(event: unknown) {
    const warm = [...idle].find(({ child }) => child.exitCode === null && child.signalCode === null);
    const environment = warm ?? startLambdaProcess(file, options);
    all.add(environment);
    idle.delete(environment);
    const timeout = setTimeout(() => environment.child.kill(), TIMEOUT_MS);
    const answer = await environment.invoke(event);
    clearTimeout(timeout);
    idle.add(environment);
    return answer;
  }

  return {
    async invoke(event: unknown, timeLimitMs: number): Promise<unknown> {
      if (closed) throw new Error('The function was stopped.');
      const late = { error: { name: 'TimeoutError', message: `No answer within ${timeLimitMs} ms.` } };
      const answer = await Promise.race([answerOf(event), sleep(timeLimitMs, late, { ref: false })]);
      if ('returned' in answer) return answer.returned;
      throw new Error(`${answer.error.name}: ${answer.error.message}`);
    },
    close(): void {
      closed = true;
      for (const { child } of all) child.kill();
    },
  };
}
