import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { TIMEOUT_MS } from '../../scripts/lambda-context.ts';
import { forkFunction } from './fork-function.ts';
import type { InvokeFunction } from './invoke-function.ts';
import type { Answer } from './lambda-process.ts';

/** The built function on this machine. */
export interface LocalFunction {
  invoke: InvokeFunction;
  /** Ends its processes; invocations under way fail. */
  close(): void;
}

const ENDED: Answer = { error: { name: 'Runtime.ExitError', message: 'The process of the function ended.' } };

/**
 * Runs the built bundle (dist/handler.mjs) as Lambda does: one process for each invocation under way, kept warm for the
 * next one, ended when the function's timeout is over. Its environment is the shell's, so that settings
 * (`SOURCE_CONTACT_CHECK=…`) reach it, with Amazon Connect at `endpoint`.
 *
 * @param options `verbose`: whether its log goes to standard error; otherwise nowhere
 */
export function startFunction(endpoint: string, { verbose = false } = {}): LocalFunction {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let closed = false;

  function start(): ChildProcess {
    const child = forkFunction({ AWS_ENDPOINT_URL_CONNECT: endpoint }, verbose ? 2 : 'ignore');
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      if (idle.includes(child)) idle.splice(idle.indexOf(child), 1);
    });
    return child;
  }

  async function answerOf(event: unknown): Promise<Answer> {
    const child = idle.pop() ?? start();
    const timeout = setTimeout(() => child.kill(), TIMEOUT_MS);
    const ended = new AbortController();
    try {
      child.send({ event });
      const [answer] = await Promise.race([
        once(child, 'message', { signal: ended.signal }),
        once(child, 'exit', { signal: ended.signal }).then(() => [ENDED]),
      ]);
      if (child.connected) idle.push(child);
      return answer as Answer;
    } finally {
      clearTimeout(timeout);
      ended.abort();
    }
  }

  return {
    async invoke(event, timeLimitMs) {
      if (closed) throw new Error('The function was stopped.');
      const ended = new AbortController();
      const error = { name: 'TimeoutError', message: `No answer within ${timeLimitMs} ms.` };
      const late = sleep(timeLimitMs, { error }, { signal: ended.signal });
      late.catch(() => {}); // Aborted once there is an answer.
      const answer = await Promise.race([answerOf(event), late]).finally(() => ended.abort());
      if ('returned' in answer) return answer.returned;
      throw new Error(`${answer.error.name}: ${answer.error.message}`);
    },
    close() {
      closed = true;
      for (const child of all) child.kill();
    },
  };
}
