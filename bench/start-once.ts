import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { C1, C3, CUSTOMER_ID } from '../local-connect/index.ts';
import type { EndlessChats } from './endless-chats.ts';
import { lambdaEnvironment } from './environment.ts';
import { type Candidate, EMPTY } from './start-candidates.ts';
import type { Start, StartOrder } from './start-process.ts';

/**
 * Starts a candidate in a fresh process.
 *
 * @param processFile start-process.ts, built
 * @param invocations how many follow the first
 * @throws Error when one of its invocations did not end with an association
 */
export async function startOnce(
  { name, file, environment }: Candidate,
  processFile: string,
  connect: EndlessChats,
  invocations: Pick<StartOrder, 'warmUp' | 'warm'>,
): Promise<Start> {
  const associatedBefore = connect.associated();
  const order: StartOrder = {
    handler: file,
    customer: { customerId: CUSTOMER_ID, pastChatId: C1 },
    firstChat: associatedBefore,
    continued: name === EMPTY ? undefined : C3,
    ...invocations,
  };
  const child = spawn(process.execPath, [processFile, JSON.stringify(order)], {
    env: { ...lambdaEnvironment(connect.url), ...environment },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [answer, [code]] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'exit')]);
  const start: Start | { error: string } = answer ? JSON.parse(answer) : { error: `It ended with exit code ${code}.` };
  if ('error' in start) throw new Error(`${name}: ${start.error}`);

  const expected = name === EMPTY ? 0 : 1 + invocations.warmUp + invocations.warm;
  const associated = connect.associated() - associatedBefore;
  if (associated !== expected) throw new Error(`${name}: ${associated} chats were associated, not ${expected}.`);
  return start;
}
