/**
 * The fresh process of start.ts: one Lambda environment that imports a handler and answers one chat, or many more.
 *
 * Whatever this file loads of Node, a handler no longer has to: importing node:fs by name loads the streams, the global
 * `performance` the performance hooks, an IPC channel the sockets. So it is built to JavaScript first (start.ts), asks
 * for built-in modules in a way that loads nothing else, and writes its figures to file descriptor 3.
 */
import { lambdaContext } from '../local/lambda/context.ts';
import { type FlowEvent, flowEvent, returningChat } from './returning-chat.ts';

/** The parent's order, as JSON in the only argument. */
export interface StartOrder {
  file: string;
  /** The first invocation's chat; each further one has the next. */
  firstChat: number;
  /** The event names no source contact: the session store has it. */
  fromStore: boolean;
  /** How many invocations follow the first: some that are not measured, then some that are. */
  warmUp: number;
  warm: number;
}

/** One start, in milliseconds and MB. Processor time is of all threads, memory the peak of resident memory. */
export type Start = Awaited<ReturnType<typeof start>>;

const order: StartOrder = JSON.parse(process.argv[2] ?? '');
let chat = order.firstChat;
const figures = await start().catch(error => ({ error: String(error) }));
process.getBuiltinModule('node:fs').writeSync(3, JSON.stringify(figures));
// Open sockets would keep the process alive.
process.exit();

async function start() {
  const loaded = await measure(() => load(order.file));
  const invoke = () => {
    const event = flowEvent(returningChat(chat++));
    if (order.fromStore) event.Details.Parameters.sourceContactId = '';
    const context = lambdaContext();
    return measure(() => loaded.value(event, context));
  };
  const first = await invoke();
  const memory = process.resourceUsage().maxRSS / 1_024;
  for (let i = 0; i < order.warmUp; i++) await invoke();
  const warm: number[] = [];
  for (let i = 0; i < order.warm; i++) warm.push((await invoke()).milliseconds);
  return {
    import: loaded.milliseconds,
    firstCall: first.milliseconds,
    sum: loaded.milliseconds + first.milliseconds,
    importCpu: loaded.cpu,
    firstCallCpu: first.cpu,
    memory,
    /** The median of the warm invocations; absent if there were none. */
    warm: warm.sort((a, b) => a - b)[order.warm >> 1],
  };
}

/** As Lambda's runtime does it: a CommonJS file is required, an ES module imported. */
async function load(path: string): Promise<(event: FlowEvent, context: unknown) => Promise<unknown>> {
  const { createRequire } = process.getBuiltinModule('node:module');
  return (path.endsWith('.cjs') ? createRequire(path)(path) : await import(path)).handler;
}

async function measure<T>(work: () => Promise<T>) {
  const cpuBefore = process.cpuUsage();
  const startedAt = process.hrtime.bigint();
  const value = await work();
  const milliseconds = Number(process.hrtime.bigint() - startedAt) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { value, milliseconds, cpu: (user + system) / 1_000 };
}
