import type { Context } from 'aws-lambda';

/** The timeout of the function (template.yaml, `Timeout`), milliseconds. */
export const TIMEOUT_MS = 7_000;

/**
 * What a handler may read of the context of an invocation that begins now, with so many milliseconds `remaining`. This file
 * loads no part of Node, because a benchmark that measures what a handler loads imports it, too.
 */
export function lambdaContext(remaining = TIMEOUT_MS): Context {
  // Tests set `Date.now()`, and naming `performance` would load the performance hooks of Node.
  const end = process.hrtime.bigint() + BigInt(Math.round(remaining * 1e6));
  return {
    awsRequestId: '7b9a3e1c-54a5-4b0a-9d0f-2f1d7f5f2c11',
    functionName: 'persistent-chat',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:persistent-chat',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => Math.max(0, Number(end - process.hrtime.bigint()) / 1e6),
  } as Context;
}
