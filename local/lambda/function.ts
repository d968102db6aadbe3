import { setTimeout as sleep } from 'node:timers/promises';
import { TIMEOUT_MS } from './context.ts';
import { type LambdaProcess, type ProcessOptions, startLambdaProcess } from './process.ts';

/**
 * Runs a handler's file as Lambda does: one process for each invocation under way, which is kept warm for the next one, and
 * ended when the function's timeout is over. `invoke` rejects if the function fails, or has not answered within `timeLimitMs`.
 */
export function startFunction(file: string, options: ProcessOptions) {
  const all = new Set<LambdaProcess>();
  const idle = new Set<LambdaProcess>();
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
