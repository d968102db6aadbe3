import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type LocalConnect, type Operation, startLocalConnect } from '../local-connect/index.ts';
import type { BurstOrder, Ended } from './burst-process.ts';
import { lambdaEnvironment } from './environment.ts';
import { returningCustomers } from './returning-customers.ts';

/** What came of one burst. */
export interface Burst {
  associated: number;
  /** How many ended otherwise, by why. */
  failed: Record<string, number>;
  /** Association requests per invocation, as Amazon Connect counted them. */
  attempts: number;
  /** `DescribeContact` requests per invocation. */
  looks: number;
  /** The slowest invocation, milliseconds. */
  slowest: number;
}

/**
 * Invokes a handler for many customers at once, against a local Amazon Connect of its own with the documented quotas.
 *
 * @param handler the URL of its file
 * @throws Error when the handler's process ends before its invocations do
 */
export async function runBurst(
  handler: string,
  atOnce: number,
  environment: Record<string, string> = {},
): Promise<Burst> {
  const { customers, contacts } = returningCustomers(2 * atOnce);
  const connect = await startLocalConnect({ contacts });
  try {
    const order = { handler, warmUp: customers.slice(0, atOnce), burst: customers.slice(atOnce) };
    const ended = await inProcess(order, connect, environment);
    const claimed = ended.filter(({ how }) => how === 'ASSOCIATED').length;
    const associated = order.burst.filter(({ newChatId }) => connect.contacts.get(newChatId)?.persistent).length;
    if (claimed > associated) throw new Error(`${claimed} invocations ended as ASSOCIATED, ${associated} chats are.`);
    const failed: Record<string, number> = {};
    for (const { how } of ended) if (how !== 'ASSOCIATED') failed[how] = (failed[how] ?? 0) + 1;
    const each = (operation: Operation) => connect.calls.filter(call => call.operation === operation).length / atOnce;
    return {
      associated: claimed,
      failed,
      attempts: each('CreatePersistentContactAssociation'),
      looks: each('DescribeContact'),
      slowest: Math.max(...ended.map(({ milliseconds }) => milliseconds)),
    };
  } finally {
    await connect.close();
  }
}

async function inProcess(
  order: BurstOrder,
  connect: LocalConnect,
  environment: Record<string, string>,
): Promise<Ended[]> {
  const child = fork(new URL('./burst-process.ts', import.meta.url), {
    // Log lines are not what is measured, and standard error is for a process that breaks down.
    env: {
      ...lambdaEnvironment(connect.url),
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = async () => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`The process of the handlers ended with exit code ${code}.`);
      }),
    ]);
    return message;
  };
  child.send(order);
  await answer();
  // Only now, so that the invocations that warm up take nothing of the quota.
  connect.setFaults(['quota']);
  connect.calls.length = 0;
  child.send('burst');
  return (await answer()) as Ended[];
}
