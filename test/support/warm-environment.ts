/** The child process of test/block/bundle.test.ts: one Lambda environment without Jest around it. It reports over IPC. */
import { lambdaContext } from '../../local/lambda/context.ts';
import { eventFile } from './events.ts';

const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.message));
const { handler } = await import('../../dist/handler.mjs' as string);
const event = eventFile('entire-past-session');
const statuses: string[] = [];

/** Bytes of the heap after so many invocations. */
async function heapAfter(invocations: number): Promise<number> {
  for (let i = 0; i < invocations; i++) {
    statuses.push((await handler(event, lambdaContext(2_000))).associationStatus);
  }
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const before = await heapAfter(500);
const growth = (await heapAfter(1_000)) - before;
const timers = process.getActiveResourcesInfo().filter(name => name === 'Timeout');
const [first, ...others] = statuses;
process.send?.({ first, others: [...new Set(others)], growth, warnings, timers }, () => process.exit());
