import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { forkFunction } from '../../local/flow-runner/fork-function.ts';
import type { Answer } from '../../local/flow-runner/lambda-process.ts';

/** What came of an invocation: the flow's attributes, or what Lambda would report, and the flow's Error branch. */
export type Invocation = { attributes: Record<string, string> } | { error: { name: string; message: string } };

/** An invocation with what it wrote: log and metric lines. */
export type LoggedInvocation = Invocation & { output: string };

/**
 * Invokes the bundle once, in a process of its own.
 *
 * @param environment what overrides the shell's variables
 */
export async function invokeBundle(event: unknown, environment: Record<string, string>): Promise<LoggedInvocation> {
  const child = forkFunction(environment, 'pipe');
  const output = Promise.all([child.stdout, child.stderr].map(stream => (stream ? text(stream) : '')));
  let answer: Answer | undefined;
  child.once('message', message => {
    answer = message as Answer;
    // Lambda does not wait either for what a handler left behind.
    child.kill();
  });
  child.send({ event });
  const [code] = await once(child, 'close');
  return { ...invocationOf(answer, code), output: (await output).join('') };
}

function invocationOf(answer: Answer | undefined, code: number | null): Invocation {
  if (answer && 'returned' in answer) return { attributes: answer.returned as Record<string, string> };
  const message = `The process of the function ended with exit code ${code}; --verbose shows what it wrote.`;
  return answer ?? { error: { name: 'Runtime.ExitError', message } };
}
