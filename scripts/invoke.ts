/**
 * The child process of start.ts: imports the bundle, invokes its handler with the event that it is sent, and sends
 * back what came of it.
 *
 * @module
 */
import type { Context } from 'aws-lambda';

/** What came of an invocation: the flow's attributes, or the name and message of what Lambda would report. */
export type Invocation = { attributes: Record<string, string> } | { error: string };

/** The function's timeout in template.yaml, milliseconds. */
const TIMEOUT_MS = 7_000;

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

function lambdaContext(): Partial<Context> {
  const end = performance.now() + TIMEOUT_MS;
  return {
    awsRequestId: crypto.randomUUID(),
    functionName: 'persistent-chat',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:persistent-chat',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
  };
}
