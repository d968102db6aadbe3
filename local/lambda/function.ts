import { setTimeout as sleep } from 'node:timers/promises';
import { TIMEOUT_MS } from './context.ts';
import { type LambdaProcess, type ProcessOptions, startLambdaProcess } from './process.ts';

/** A function on this machine. */
export interface LocalFunction {
  /** Invokes it once; rejects if it fails, or has not answered within `timeLimitMs`. */
  invoke(event: unknown, timeLimitMs: number): Promise<unknown>;
  /** Ends its processes; invocations under way fail. */
  close(): void;
}

/**
 * Runs a function as Lambda does: one process for each invocation under way, which is kept warm for the next one, and ended
 * when the function's timeout is over.
 *
 * @param file the handler's file
 * @example startFunction('dist/handler.mjs', { environment: { AWS_ENDPOINT_URL_CONNECT: connect.url } })
 */
export function startFunction(file: string, options: ProcessOptions): LocalFunction {
  const running = new Set<LambdaProcess>();
  const idle = new Set<LambdaProcess>();
  let closed = false;

  function start(): LambdaProcess {
    const started = startLambdaProcess(file, options);
    running.add(started);
    started.child.once('exit', () => {
      running.delete(started);
      idle.delete(started);
    });
    return started;
  }

  async function answerOf(event: unknown) {
    const [environment = start()] = idle;
    idle.delete(environment);
    const timeout = setTimeout(() => environment.child.kill(), TIMEOUT_MS);
    const answer = await environment.invoke(event);
    clearTimeout(timeout);
    if (running.has(environment)) idle.add(environment);
    return answer;
  }

  return {
    async invoke(event, timeLimitMs) {
      if (closed) throw new Error('The function was stopped.');
      const late = { error: { name: 'TimeoutError', message: `No answer within ${timeLimitMs} ms.` } };
      const answer = await Promise.race([answerOf(event), sleep(timeLimitMs, late, { ref: false })]);
      if ('returned' in answer) return answer.returned;
      throw new Error(`${answer.error.name}: ${answer.error.message}`);
    },
    close() {
      closed = true;
      for (const { child } of running) child.kill();
    },
  };
}
