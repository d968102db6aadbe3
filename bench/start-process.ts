/**
 * The fresh process of start.ts: one Lambda environment that imports a handler, answers its first chat and, when it is
 * asked to, many more.
 *
 * Whatever this file loads of Node, a handler no longer has to: importing node:fs by name loads the streams, the global
 * `performance` the performance hooks, an IPC channel the sockets. So it is built to JavaScript first
 * (start-candidates.ts), asks for built-in modules in a way that loads nothing else, and writes its figures to file
 * descriptor 3.
 *
 * @module
 */

import { lambdaContext } from '../scripts/lambda-context.ts';
import { chatId } from './chat-id.ts';
import { flowEvent, type Returning } from './flow-event.ts';

/** What the parent asks for, as JSON, in the one argument. */
export interface StartOrder {
  /** The handler's file. */
  handler: string;
  /** Who comes back, again and again; each time with the next new chat. */
  customer: Omit<Returning, 'newChatId'>;
  firstChat: number;
  /** The contact that every chat continues; absent for a handler that does nothing. */
  continued?: string | undefined;
  /** How many invocations follow the first: some that are not measured, then some that are. */
  warmUp: number;
  warm: number;
}

/** One start, in milliseconds and MB. */
export interface Start {
  import: number;
  firstCall: number;
  /** Processor time, of all threads. */
  importCpu: number;
  firstCallCpu: number;
  /** The process's peak resident memory after the first call. */
  memory: number;
  /** The median of the warm invocations, and the peak memory after them; absent where there were none. */
  warmMedian?: number;
  warmMemory?: number;
}

type Handler = (event: unknown, context: unknown) => Promise<Record<string, string | undefined>>;

const order: StartOrder = JSON.parse(process.argv[2] ?? '');
let chat = order.firstChat;
process
  .getBuiltinModule('node:fs')
  .writeSync(3, JSON.stringify(await start().catch(error => ({ error: String(error) }))));
// Sockets that are kept alive would keep the process, too.
process.exit();

async function start(): Promise<Start> {
  const loaded = await measure(() => load(order.handler));
  const first = await invoke(loaded.value);
  const cold = {
    import: loaded.milliseconds,
    firstCall: first.milliseconds,
    importCpu: loaded.cpu,
    firstCallCpu: first.cpu,
    memory: peakMemory(),
  };
  if (!order.warm) return cold;
  for (let i = 0; i < order.warmUp; i++) await invoke(loaded.value);
  const warm: number[] = [];
  for (let i = 0; i < order.warm; i++) warm.push((await invoke(loaded.value)).milliseconds);
  const warmMedian = warm.sort((a, b) => a - b)[Math.floor(warm.length / 2)] ?? 0;
  return { ...cold, warmMedian, warmMemory: peakMemory() };
}

/** As Lambda's runtime does it: a CommonJS file is required, an ES module imported. */
async function load(path: string): Promise<Handler> {
  const module = path.endsWith('.cjs')
    ? process.getBuiltinModule('node:module').createRequire(import.meta.url)(path)
    : await import(path);
  return module.handler;
}

async function invoke(handler: Handler) {
  const event = flowEvent({ ...order.customer, newChatId: chatId(chat++) });
  const context = lambdaContext();
  const measured = await measure(() => handler(event, context));
  const { continuedFromContactId } = measured.value;
  if (continuedFromContactId !== order.continued) {
    throw new Error(`Chat ${chat - 1} ended as ${JSON.stringify(measured.value)}.`);
  }
  return measured;
}

async function measure<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number; cpu: number }> {
  const cpuBefore = process.cpuUsage();
  const startedAt = process.hrtime.bigint();
  const value = await work();
  const milliseconds = Number(process.hrtime.bigint() - startedAt) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { value, milliseconds, cpu: (user + system) / 1_000 };
}

function peakMemory(): number {
  return process.resourceUsage().maxRSS / 1_024;
}
