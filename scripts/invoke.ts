/**
 * The child process of start.ts: imports the bundle, invokes its handler with the event that it is sent, and sends
 * back what came of it.
 *
 * @module
 */
import { lambdaContext } from './lambda-context.ts';

/** What came of an invocation: the flow's attributes, or the name and message of what Lambda would report. */
export type Invocation = { attributes: Record<string, string> } | { error: string };

process.once('message', async ({ event }: { event: unknown }) => {
  process.send?.(await invoke(event));
  process.disconnect();
});

async function invoke(event: unknown): Promise<Invocation> {
  try {
    const { handler } = await import('../dist/handler.mjs' as string);
    return { attributes: await handler(event, lambdaContext()) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
