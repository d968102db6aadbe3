import type { ChildProcess } from 'node:child_process';
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
  const idle = new Set<ChildProcess>();
  const busy = new Map<ChildProcess, (answer: Answer) => void>();
  let closed = false;

  function start(): ChildProcess {
    const child = forkFunction({ AWS_ENDPOINT_URL_CONNECT: endpoint }, verbose ? 2 : 'ignore');
    const answered = (answer: Answer) => {
      busy.get(child)?.(answer);
      busy.delete(child);
    };
    child.on('message', answer => {
      answered(answer as Answer);
      idle.add(child);
    });
    child.once('exit', () => {
      answered(ENDED);
      idle.delete(child);
    });
    return child;
  }

  function answerOf(event: unknown): Promise<Answer> {
    const [child = start()] = idle;
    idle.delete(child);
    const timeout = setTimeout(() => child.kill(), TIMEOUT_MS);
    child.send({ event });
    return new Promise<Answer>(resolve => busy.set(child, resolve)).finally(() => clearTimeout(timeout));
  }

  return {
    async invoke(event, timeLimitMs) {
      if (closed) throw new Error('The function was stopped.');
      const late: Answer = { error: { name: 'TimeoutError', message: `No answer within ${timeLimitMs} ms.` } };
      const answer = await Promise.race([answerOf(event), sleep(timeLimitMs, late, { ref: false })]);
      if ('returned' in answer) return answer.returned;
      throw new Error(`${answer.error.name}: ${answer.error.message}`);
    },
    close() {
      closed = true;
      for (const child of [...idle, ...busy.keys()]) child.kill();
    },
  };
}
