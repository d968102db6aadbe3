import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import { afterEach, beforeEach, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { CUSTOMER_ID, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { lambdaContext } from '../../local/lambda/context.ts';
import { LAMBDA_VARIABLES } from '../../local/lambda/function.ts';
import type { FlowAttributes } from '../../src/result.ts';
import { expectBundle } from './bundle.ts';
import { chatEvent } from './events.ts';

/** Milliseconds that Lambda leaves to an invocation, default 7,000. */
type Invocation = { remaining?: number | undefined };

/** The block as one Lambda environment runs it. */
export type Block = Awaited<ReturnType<typeof startBlock>>;

// Jest runs tests in a realm of its own, where Node's errors (of sockets and TLS) are no instances of `Error`, as they are
// in Lambda; the SDK would wrap them, and lose their codes.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (this === Error && types.isNativeError(value)) || Function.prototype[Symbol.hasInstance].call(this, value);
  },
});

/**
 * Starts a Lambda environment: a fresh copy of the handler's modules, with these environment variables only.
 *
 * @param connect where Amazon Connect is; `undefined` for the endpoint of the Region
 */
export async function startBlock(
  connect: { url: string } | undefined,
  environment: NodeJS.ProcessEnv = {},
  from: 'sources' | 'bundle' = 'sources',
) {
  process.env = { ...LAMBDA_VARIABLES, AWS_ENDPOINT_URL_CONNECT: connect?.url, ...environment };
  jest.resetModules();
  if (from === 'bundle') expectBundle();
  const { handler } = await import(from === 'bundle' ? '../../dist/handler.mjs' : '../../src/handler.ts');
  return {
    invoke: (event: unknown, { remaining = 7_000 }: Invocation = {}) => invoke(handler, event, remaining),
  };
}

async function invoke(
  handler: (event: unknown, context: Context) => Promise<FlowAttributes>,
  event: unknown,
  remaining: number,
) {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map(stream =>
    jest.spyOn(stream, 'write').mockImplementation(text => lines.push(...String(text).trimEnd().split('\n')) > 0),
  );
  const startedAt = performance.now();
  const settled = await handler(event, lambdaContext(remaining)).then(
    attributes => ({ attributes, error: undefined }),
    (error: Error) => ({ attributes: undefined, error }),
  );
  const milliseconds = performance.now() - startedAt;
  for (const spy of spies) spy.mockRestore();

  const records = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  const embedded = records.filter(record => '_aws' in record);
  const metrics = embedded.flatMap(record =>
    record._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => [Name, record[Name]]),
  );
  return {
    /** The flow's attributes, or the error that takes its Error branch. */
    ...settled,
    /** The structured log lines. */
    log: records.filter(record => !embedded.includes(record)) as Record<string, unknown>[],
    /** The embedded metrics: name and value. */
    metrics: Object.fromEntries(metrics) as Record<string, number>,
    milliseconds,
    /** Everything written, as text. */
    written: lines.join('\n'),
  };
}

/**
 * A local Amazon Connect, anew for each test of a file, and Lambda environments before it: one for each set of variables,
 * which all tests share.
 */
export function blockForEachTest(options?: Parameters<typeof startLocalConnect>[0]) {
  let connect: LocalConnect;
  let variables: NodeJS.ProcessEnv;
  const blocks = new Map<string, Promise<Block>>();
  beforeEach(async () => {
    variables = {};
    // At the same address, which the environments know.
    connect = await startLocalConnect({ port: connect?.port, ...options });
  });
  afterEach(async () => {
    await connect.close();
    // The environments learn a moment later that their connections are gone.
    await sleep(20);
  });

  return {
    get connect() {
      return connect;
    },
    /** From now on, invocations are of the environment with these variables; without it, of one with the defaults. */
    deploy(environment: NodeJS.ProcessEnv): void {
      variables = environment;
    },
    async invoke(event: unknown, invocation?: Invocation) {
      const key = JSON.stringify(Object.entries(variables));
      const block = blocks.get(key) ?? startBlock(connect, variables);
      blocks.set(key, block);
      return (await block).invoke(event, invocation);
    },
    /** Invokes the block for the sample data's new chat of its customer, with this past contact and these parameters. */
    continueFrom(sourceContactId: string, parameters: Record<string, string> = {}, invocation?: Invocation) {
      return this.invoke(chatEvent({ sourceContactId, ...parameters }, { CustomerId: CUSTOMER_ID }), invocation);
    },
  };
}

/** Every request: its operation and its contact. */
export function requestsOf({ calls }: LocalConnect): string[] {
  return calls.map(({ operation, contactId }) => `${operation} ${contactId}`);
}

/** What was sent for each association, repeated ones included. */
export function associationsOf({ calls }: LocalConnect) {
  return calls
    .filter(({ operation }) => operation === 'CreatePersistentContactAssociation')
    .map(({ contactId, body }) => ({ contactId, ...body }));
}
