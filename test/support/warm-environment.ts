/**
 * The child process of warm-environment.test.ts: one Lambda environment without Jest around it, so that its memory is
 * its own. Run with `--expose-gc`; it reports over IPC.
 *
 * @module
 */
import { eventFile } from './events.ts';

/** What the environment is like after its invocations. */
export interface WarmEnvironment {
  statuses: string[];
  /** Bytes of the heap's growth over the last thousand invocations. */
  growth: number;
  warnings: string[];
  /** Timers and sockets that keep the process busy. */
  active: string[];
}

const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.message));
const { handler } = await import('../../dist/handler.mjs' as string);
const event = eventFile('entire-past-session');

async function invoke(): Promise<string> {
  const end = performance.now() + 3_500;
  const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => end - performance.now() };
  return (await handler(event, context)).associationStatus;
}

async function heapAfter(invocations: number, statuses: Set<string>): Promise<number> {
  for (let i = 0; i < invocations; i++) statuses.add(await invoke());
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

process.once('message', async () => {
  const failed = await invoke();
  process.send?.('failed');
  process.once('message', async () => {
    const statuses = new Set<string>();
    const before = await heapAfter(500, statuses);
    const growth = (await heapAfter(1_000, statuses)) - before;
    const active = process.getActiveResourcesInfo().filter(name => name === 'Timeout' || name.startsWith('TCP'));
    const report: WarmEnvironment = { statuses: [failed, ...statuses], growth, warnings, active };
    process.send?.(report, () => process.exit());
  });
});
