import type { Context } from 'aws-lambda';

/** The function's timeout in template.yaml, milliseconds. */
export const TIMEOUT_MS = 7_000;

/**
 * What Lambda passes to an invocation that begins now: the parts that a handler may read. Nothing here loads a part of
 * Node that a handler has to pay for (bench/start-process.ts).
 */
export function lambdaContext(): Partial<Context> {
  const end = Date.now() + TIMEOUT_MS;
  return {
    awsRequestId: '7b9a3e1c-54a5-4b0a-9d0f-2f1d7f5f2c11',
    functionName: 'persistent-chat',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:persistent-chat',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  };
}
