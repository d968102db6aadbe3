import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import { afterEach, beforeEach, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type Contact, CUSTOMER_ID, type LocalConnect, startLocalConnect } from '../../local/connect/index.ts';
import { lambdaContext } from '../../local/lambda/context.ts';
import { LAMBDA_VARIABLES } from '../../local/lambda/environment.ts';
import type { FlowAttributes } from '../../src/result.ts';
import { expectBundle } from './bundle.ts';
import { chatEvent } from './events.ts';

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
    if (/^(ENABLED$|AWS_|POWERTOOLS_|SOURCE_|CUSTOMER_|SESSION_STORE_|DEFAULT_REHYDRATION)/.test(name))
      delete process.env[name];
  }
  const complete = {
    ...LAMBDA_VARIABLES,
    AWS_ENDPOINT_URL_CONNECT: connect?.url,
    ...environment,
  };
  for (const [name, value] of Object.entries(complete)) if (value !== undefined) process.env[name] = value;
  jest.resetModules();
  if (from === 'bundle') expectBundle();
  const { handler } = await import(HANDLER[from]);
  return { invoke: (event, { remaining = 7_000 } = {}) => invoke(handler, event, remaining) };
}

async function invoke(handler: Handler, event: unknown, remaining: number): Promise<Invoked> {
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
  const [log, embedded] = [false, true].map(isMetrics => records.filter(record => '_aws' in record === isMetrics));
  const metrics = embedded?.flatMap(record =>
    record._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => [Name, record[Name]]),
  );
  return {
    ...settled,
    log: log ?? [],
    metrics: Object.fromEntries(metrics ?? []),
    written: lines.join('\n'),
    milliseconds,
  };
}

type Handler = (event: unknown, context: Context) => Promise<FlowAttributes>;

/**
 * A local Amazon Connect, anew for each test of a file, and Lambda environments before it: one for each set of variables,
 * which all tests share.
 */
export function blockForEachTest(options?: Parameters<typeof startLocalConnect>[0]) {
  let connect: LocalConnect;
  let variables: Record<string, string | undefined>;
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
    deploy(environment: Record<string, string | undefined>): void {
      variables = environment;
    },
    async invoke(event: unknown, invocation?: { remaining?: number }): Promise<Invoked> {
      const key = JSON.stringify(Object.entries(variables).map(([name, value]) => [name, value ?? null]));
      const block = blocks.get(key) ?? startBlock(connect, variables);
      blocks.set(key, block);
      return (await block).invoke(event, invocation);
    },
    /** Invokes the block for the sample data's new chat of its customer, with this past contact and these parameters. */
    continueFrom(
      sourceContactId: string,
      parameters: Record<string, string> = {},
      { remaining = 7_000, ...contactData }: Record<string, unknown> & { remaining?: number } = {},
    ): Promise<Invoked> {
      const fields = { CustomerId: CUSTOMER_ID, ...contactData };
      return this.invoke(chatEvent({ sourceContactId, ...parameters }, fields), { remaining });
    },
    /** Changes a contact; one that does not exist begins as a copy of another one. */
    change(Id: string, fields: Partial<Contact>, like = Id): void {
      connect.contacts.set(Id, { ...(connect.contacts.get(like) as Contact), Id, ...fields });
    },
    /** Every request: its operation and its contact. */
    requests: () => connect.calls.map(({ operation, contactId }) => `${operation} ${contactId}`),
    /** What was sent for each association, repeated ones included. */
    associations: () => associationsOf(connect).map(({ body }) => body),
  };
}

/** The requests for an association, repeated ones included. */
export function associationsOf(connect: LocalConnect) {
  return connect.calls.filter(({ operation }) => operation === 'CreatePersistentContactAssociation');
}
