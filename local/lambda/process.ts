import { fork } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Answer, Invocation } from './child.ts';
import { type FromShell, lambdaEnvironment } from './environment.ts';

export type { Answer } from './child.ts';

/** A process in which a function runs. */
export type LambdaProcess = ReturnType<typeof startLambdaProcess>;

/** How a process is started. */
export interface ProcessOptions {
  /** The function's environment variables, besides those that Lambda sets. */
  environment?: Readonly<Record<string, string>>;
  /** Default `settings`. */
  fromShell?: FromShell;
  /** Where log and metric lines go; 2 is standard error. Default: nowhere. */
  output?: 'ignore' | 'pipe' | 2;
}

/**
 * Starts a process that runs a handler as Lambda does: its environment is complete before the handler's file is imported.
 *
 * @param file the handler's file, an ES module that exports `handler`
 */
export function startLambdaProcess(
  file: string,
  { environment = {}, fromShell = 'settings', output = 'ignore' }: ProcessOptions = {},
) {
  const child = fork(new URL('./child.ts', import.meta.url), [pathToFileURL(file).href], {
    env: lambdaEnvironment(environment, fromShell),
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
    /**
     * Invokes the function; an error is an answer, too, and so is the end of the process.
     *
     * @param copy each has modules and clients of its own, as a Lambda environment has
     */
    invoke(event: unknown, copy = 0): Promise<Answer> {
      const invocation: Invocation = { id: sent++, event, copy };
      const { promise, resolve } = Promise.withResolvers<Answer>();
      due.set(invocation.id, resolve);
      child.send(invocation);
      return promise;
    },
  };
}
