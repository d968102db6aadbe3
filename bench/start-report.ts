import { atMost, table } from './report.ts';
import type { Start } from './start-process.ts';

/** The handlers that are measured, as the tables name them. */
export const NAMES = {
  cjs: 'bare SDK, CommonJS',
  esm: 'bare SDK, ES module',
  off: 'this block, source contact check OFF',
  block: 'this block',
  store: 'this block, source from the session store',
} as const;
export type Name = keyof typeof NAMES;

type Medians = Record<keyof Start, number>;
export type Results = Record<Name, Medians>;

export function medians(starts: readonly Start[]): Medians {
  const of = (figure: string) => {
    const sorted = starts.flatMap(start => start[figure as keyof Start] ?? []).sort((a, b) => a - b);
    return [figure, sorted[sorted.length >> 1]];
  };
  return Object.fromEntries(Object.keys(starts[0] ?? {}).map(of));
}

/** Two tables: the start, and memory and warm invocations. */
export function startTables(results: Results): string[] {
  const rows = (cells: (result: Medians) => string[]) =>
    Object.entries(results).map(([key, result]) => [NAMES[key as Name], ...cells(result)]);
  const compared = (result: Medians, figure: keyof Start, digits: number) => {
    const ratios = [results.cjs, results.esm].map(bare => (result[figure] / bare[figure]).toFixed(2));
    return [result[figure].toFixed(digits), ...ratios];
  };
  const of = ['of CommonJS', 'of ES module'];
  const starts = rows(result => [
    ...[result.import.toFixed(1), result.firstCall.toFixed(1), ...compared(result, 'sum', 1)],
    ...[result.importCpu.toFixed(0), result.firstCallCpu.toFixed(0)],
  ]);
  const others = rows(result => [...compared(result, 'memory', 1), ...compared(result, 'warm', 2)]);
  return [
    'Milliseconds from the import to the end of the first association, and the processor time in it:',
    table(['handler', 'import', 'first call', 'sum', ...of, 'CPU import', 'CPU first call'], starts),
    'Peak memory (MB) after the first call, and a warm invocation (ms):',
    table(['handler', 'memory', ...of, 'warm', ...of], others),
  ];
}

/** The goals; memory is of a process that answered one chat. */
export function startGoals({ cjs, esm, off, block, store }: Results): string[] {
  return [
    atMost(0.52, `sum, of ${NAMES.cjs}`, off.sum / cjs.sum),
    atMost(0.7, `sum, of ${NAMES.esm}`, off.sum / esm.sum),
    atMost(1.15, `sum with the session store, of ${NAMES.block}`, store.sum / block.sum),
    atMost(0.87, `peak memory after the first call, of ${NAMES.cjs}`, off.memory / cjs.memory),
    atMost(1.3, `warm invocation, of ${NAMES.cjs}`, off.warm / cjs.warm),
    atMost(1.3, `warm invocation, of ${NAMES.esm}`, off.warm / esm.warm),
  ];
}
