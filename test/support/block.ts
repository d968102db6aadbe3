import { monitorEventLoopDelay } from 'node:perf_hooks';
import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LocalConnect } from '../../local-connect/index.ts';
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
  /** How long the machine kept the event loop waiting at the most, milliseconds: what a busy machine adds to a time. */
  lag: number;
  /** Everything written, as text. */
  written: string;
}

/** The block as one Lambda environment runs it. */
export interface Block {
  /**
   * @param options `remaining`: milliseconds that Lambda leaves, default 7,000; `listen`: milliseconds to go on reading
   *   what is written after the answer
   */
  invoke(event: unknown, options?: { remaining?: number | (() => number); listen?: number }): Promise<Invoked>;
}

const WHERE = { sources: '../../src/handler.ts', bundle: '../../dist/handler.mjs' };

/**
 * Starts a Lambda environment: a fresh copy of the handler's modules, with these environment variables only.
 *
 * @param connect where Amazon Connect is; `undefined` for the endpoint of the Region
 */
export async function startBlock(
  connect: LocalConnect | { url: string } | undefined,
  environment: Record<string, string | undefined> = {},
  from: keyof typeof WHERE = 'sources',
): Promise<Block> {
  for (const name of Object.keys(process.env)) {
    if (/^(AWS_|POWERTOOLS_|SOURCE_|CUSTOMER_|DEFAULT_REHYDRATION)/.test(name)) delete process.env[name];
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
  const { handler } = await import(WHERE[from]);
  return { invoke: (event, { remaining = 7_000, listen = 0 } = {}) => invoke(handler, event, remaining, listen) };
}

async function invoke(
  handler: Handler,
  event: unknown,
  remaining: number | (() => number),
  listen: number,
): Promise<Invoked> {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map(stream =>
    jest.spyOn(stream, 'write').mockImplementation(text => {
      lines.push(...String(text).trimEnd().split('\n'));
      return true;
    }),
  );
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const startedAt = performance.now();
  const settled = await handler(event, lambdaContext(remaining)).then(
    attributes => ({ attributes, error: undefined }),
    (error: Error) => ({ attributes: undefined, error }),
  );
  const milliseconds = performance.now() - startedAt;
  loop.disable();
  if (listen) await new Promise(resolve => setTimeout(resolve, listen));
  for (const spy of spies) spy.mockRestore();
  return { ...settled, ...wrote(lines), milliseconds, lag: loop.max / 1e6 };
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

function lambdaContext(remaining: number | (() => number)): Context {
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
    getRemainingTimeInMillis:
      typeof remaining === 'function' ? remaining : () => Math.max(0, startedAt + remaining - performance.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
