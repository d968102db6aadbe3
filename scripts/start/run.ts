import { text } from 'node:stream/consumers';
import { type LocalConnect, type LocalConnectOptions, startLocalConnect } from '../../local/connect/index.ts';
import { C1, NEW_CHAT } from '../../local/connect/sample-data.ts';
import { startLambdaProcess } from '../../local/lambda/function.ts';
import { HANDLER } from '../project.ts';
import { sampleEvent, withoutMode } from './events.ts';

export interface Run {
  // biome-ignore lint/suspicious/noExplicitAny: an event's file may contain anything.
  event: any;
  /** The flow attributes; none where the flow takes its Error branch. */
  attributes: Record<string, string>;
  /** What Lambda would report. */
  error?: { name: string; message: string };
  /** Log and metric lines. */
  output: string;
  /** The fields of the function's log line (src/report.ts) that the account uses. */
  log: {
    ownerVerified?: boolean;
    sourceContactIdFrom?: string;
    storeAttempts?: number;
    serviceError?: { operation: string; name: string; message: string };
  };
  /** The local Amazon Connect, closed by now; absent for one that runs elsewhere. */
  local?: LocalConnect;
}

/** The local Amazon Connect that is started for a run, or the `endpoint` of one that runs already. */
export type Connect = Pick<LocalConnectOptions, 'faults' | 'transcriptDelaySeconds'> & { endpoint: string | undefined };

/**
 * Runs the block for events, one after the other, with one Amazon Connect. After `FOUND`, it runs once more for the same
 * event without `mode`, as a flow would invoke it.
 */
export async function runEvents(events: readonly unknown[], { endpoint, ...connect }: Connect) {
  const local = endpoint === undefined ? await startLocalConnect({ ...connect, hasInstance: () => true }) : undefined;
  const runs: Run[] = [];
  try {
    const there = local ?? { url: `${endpoint}` };
    for (const event of events) {
      const run = await invoke(event, there);
      runs.push(run);
      if (isFound(run)) runs.push(await invoke(withoutMode(event), there));
    }
  } finally {
    await local?.close();
  }
  return runs as [first: Run, ...others: Run[]];
}

/**
 * Two chats of one customer with the session store; neither names a past contact. Sessions less than a minute apart
 * count as tabs of one chat, so the first is moved back by ten minutes in the local table.
 */
export async function runTwoChats(options: Connect): Promise<[first: Run, second: Run]> {
  // Other runs need no database, which takes a while to load.
  const { PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { startLocalDynamoDb } = await import('../../local/dynamodb/index.ts');
  const [dynamoDb, local] = await Promise.all([startLocalDynamoDb(), startLocalConnect(options)]);
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    SESSION_STORE_TABLE: dynamoDb.table,
    SESSION_STORE_KEY: 'a key for this run only, forgotten afterwards',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
  };
  try {
    const first = await invoke(sampleEvent(C1), local, variables);
    const [item] = await dynamoDb.items();
    const Item = { ...item, [`session ${C1}`]: { N: `${Date.now() - 600_000}` } };
    await dynamoDb.client.send(new PutItemCommand({ TableName: dynamoDb.table, Item }));
    return [first, await invoke(sampleEvent(NEW_CHAT), local, variables)];
  } finally {
    await Promise.all([dynamoDb.close(), local.close()]);
  }
}

/** Whether a past chat was found but not continued. */
export function isFound({ attributes }: Run): boolean {
  return attributes['associationStatus'] === 'FOUND';
}

/** Invokes the bundle once, in a process of its own. */
export async function invoke(
  event: unknown,
  connect: LocalConnect | { url: string },
  variables: Record<string, string> = {},
): Promise<Run> {
  const lambda = startLambdaProcess(HANDLER, {
    environment: { ...variables, AWS_ENDPOINT_URL_CONNECT: connect.url, POWERTOOLS_LOG_LEVEL: 'INFO' },
    fromShell: 'calls' in connect ? 'settings' : 'everything',
    output: 'pipe',
  });
  const written = Promise.all([lambda.child.stdout, lambda.child.stderr].map(stream => (stream ? text(stream) : '')));
  const answer = await lambda.invoke(event);
  // Lambda does not wait for unfinished work of a handler either.
  lambda.child.kill();
  const output = (await written).join('');
  const line = output.split('\n').find(each => each.startsWith('{') && each.includes('"associationStatus"'));
  const local = 'calls' in connect && { local: { ...connect, calls: connect.calls.splice(0) } };
  const run = { event, output, log: JSON.parse(line ?? '{}'), attributes: {}, ...local };
  if ('returned' in answer) return { ...run, attributes: answer.returned as Record<string, string> };
  const { name, message } = answer.error;
  const hint = name === 'Runtime.ExitError' ? ' --verbose shows what it wrote.' : '';
  return { ...run, error: { name, message: message + hint } };
}
