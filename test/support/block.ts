import { types } from 'node:util';
import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { Call, LocalConnect } from '../../local/connect/index.ts';
import type { FlowAttributes } from '../../src/flow-attributes.ts';

/** What an invocation left behind: the flow's attributes or the error that takes its Error branch, and what was written. */
export interface Invoked {
  attributes: FlowAttributes | undefined;
  error: (Error & { cause?: unknown }) | undefined;
  /** The structured log lines. */
  log: Record<string, unknown>[];
  /** The embedded metrics: name and value. */
  metrics: Record<string, number>;
  milliseconds: number;
  /** Everything written, as text. */
  written: string;
}

/** The block as one Lambda environment runs it. */
export interface Block {
  /** @param options `remaining`: milliseconds that Lambda leaves, default 7,000 */
  invoke(event: unknown, options?: { remaining?: number }): Promise<Invoked>;
}

// Jest runs tests in a realm of its own, where Node's errors (of sockets and TLS) are no instances of `Error`, as they are
// in Lambda; the SDK would wrap them, and lose their codes.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (this === Error && types.isNativeError(value)) || Function.prototype[Symbol.hasInstance].call(this, value);
  },
});

const HANDLER = { sources: '../../src/handler.ts', bundle: '../../dist/handler.mjs' };

/**
 * Starts a Lambda environment: a fresh copy of the handler's modules, with these environment variables only.
 *
 * @param connect where Amazon Connect is; `undefined` for the endpoint of the Region
 */
export async function startBlock(
  connect: LocalConnect | { url: string } | undefined,
  environment: Record<string, string | undefined> = {},
  from: keyof typeof HANDLER = 'sources',
): Promise<Block> {
  for (const name of Object.keys(process.env)) {
    if (/^(AWS_|POWERTOOLS_|SOURCE_|CUSTOMER_|SESSION_STORE_|DEFAULT_REHYDRATION)/.test(name)) delete process.env[name];
  }
  const complete = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CONNECT: connect?.url,
    POWERTOOLS_SERVICE_NAME: 'persistent-chat',
    ...environment,
  };
  for (const [name, value] of Object.entries(complete)) if (value !== undefined) process.env[name] = value;
  jest.resetModules();
  const { handler } = await import(HANDLER[from]);
  return { invoke: (event, { remaining = 7_000 } = {}) => invoke(handler, event, remaining) };
}

async function invoke(handler: Handler, event: unknown, remaining: number): Promise<Invoked> {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map(stream =>
    jest.spyOn(stream, 'write').mockImplementation(text => {
      lines.push(...String(text).trimEnd().split('\n'));
      return true;
    }),
  );
  const startedAt = performance.now();
  const settled = await handler(event, lambdaContext(remaining)).then(
    attributes => ({ attributes, error: undefined }),
    (error: Error) => ({ attributes: undefined, error }),
  );
  const milliseconds = performance.now() - startedAt;
  for (const spy of spies) spy.mockRestore();
  return { ...settled, ...wrote(lines), milliseconds };
}

/** The associations that were asked for, repeated ones included. */
export function associationsOf(connect: LocalConnect): Call[] {
  return connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');
}

type Handler = (event: unknown, context: Context) => Promise<FlowAttributes>;

function wrote(lines: string[]): Pick<Invoked, 'log' | 'metrics' | 'written'> {
  const records = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  const metrics = records
    .filter(record => '_aws' in record)
    .flatMap(record =>
      record._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => [Name, record[Name]]),
    );
  return {
    log: records.filter(record => !('_aws' in record)),
    metrics: Object.fromEntries(metrics),
    written: lines.join('\n'),
  };
}

/** What Lambda hands to an invocation that may take `remaining` milliseconds. */
export function lambdaContext(remaining: number): Context {
  const startedAt = performance.now();
  return {
    awsRequestId: '7b9a3e1c-54a5-4b0a-9d0f-2f1d7f5f2c11',
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'persistent-chat',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:persistent-chat',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/persistent-chat',
    logStreamName: '2026/11/22/[$LATEST]0123456789abcdef',
    getRemainingTimeInMillis: () => Math.max(0, startedAt + remaining - performance.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
