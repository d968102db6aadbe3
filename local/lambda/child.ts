/** The child process of function.ts, which imports a handler at the first invocation, stays warm and ends with its parent. */
import { lambdaContext } from './context.ts';

/** An invocation: the event, and which copy of the handler's modules it is for. */
export interface Invocation {
  id: number;
  event: unknown;
  copy: number;
}

/** What the handler returned, or the name and message of what Lambda would report. */
export type Answer = ({ returned: unknown } | { error: { name: string; message: string } }) & { milliseconds: number };

const [, , file = ''] = process.argv;

process.on('message', async ({ id, event, copy }: Invocation) => {
  process.send?.({ id, answer: await invoke(event, copy) });
});

async function invoke(event: unknown, copy: number): Promise<Answer> {
  let startedAt = performance.now();
  const milliseconds = () => performance.now() - startedAt;
  try {
    // The query makes it a module of its own.
    const { handler } = await import(`${file}?copy=${copy}`);
    startedAt = performance.now();
    return { returned: await handler(event, lambdaContext()), milliseconds: milliseconds() };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { error: { name, message }, milliseconds: milliseconds() };
  }
}
