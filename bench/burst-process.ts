/**
 * The child process of burst.ts: as many copies of a handler as there are invocations, each with modules and a client
 * of its own, as in as many Lambda environments. One process, because 60 would fight for the machine's processors.
 *
 * @module
 */
import { lambdaContext } from '../scripts/lambda-context.ts';
import type { Handler } from './lambda.ts';
import { flowEvent, type ReturningChat } from './returning-chat.ts';

/** What the parent asks for: first `warmUp` (a chat for each copy), then, once it says so, `burst`. */
export interface BurstOrder {
  /** The URL of the handler's file. */
  handler: string;
  warmUp: ReturningChat[];
  burst: ReturningChat[];
}

/** How one invocation ended: the reason, `ASSOCIATED` where there is none, or the error. */
export interface Ended {
  how: string;
  milliseconds: number;
}

process.once('message', async ({ handler, warmUp, burst }: BurstOrder) => {
  const handlers: Handler[] = [];
  // The query makes it a module of its own.
  for (const copy of burst.keys()) handlers.push((await import(`${handler}?copy=${copy}`)).handler);
  for (const [copy, chat] of warmUp.entries()) {
    const { how } = await invoke(handlers[copy], chat);
    if (how !== 'ASSOCIATED') throw new Error(`The first invocation of copy ${copy} ended as ${how}.`);
  }
  process.once('message', async () => {
    process.send?.(await Promise.all(burst.map((chat, copy) => invoke(handlers[copy], chat))));
    process.disconnect();
  });
  process.send?.('warm');
});

async function invoke(handler: Handler | undefined, chat: ReturningChat): Promise<Ended> {
  const startedAt = performance.now();
  const how = await Promise.resolve(handler?.(flowEvent(chat), lambdaContext())).then(
    attributes => attributes?.['reason'] || (attributes?.['continuedFromContactId'] && 'ASSOCIATED') || '',
    error => String(error?.name ?? error),
  );
  return { how, milliseconds: performance.now() - startedAt };
}
