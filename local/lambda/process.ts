/**
 * The child process of fork-function.ts: one Lambda environment, which imports the bundle at its first invocation and
 * stays warm. It ends with its parent.
 *
 * @module
 */
import { lambdaContext } from '../../scripts/lambda-context.ts';

/** What came of an invocation: what the handler returned, or the name and message of what Lambda would report. */
export type Answer = { returned: unknown } | { error: { name: string; message: string } };

process.on('message', async ({ event }: { event: unknown }) => {
  process.send?.(await invoke(event));
});

async function invoke(event: unknown): Promise<Answer> {
  try {
    const { handler } = await import('../../dist/handler.mjs' as string);
    return { returned: await handler(event, lambdaContext()) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { error: { name, message } };
  }
}
