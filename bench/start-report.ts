import { LARGEST_BUNDLE_BYTES } from '../scripts/build-bundle.ts';
import { atMost, type Goal, table } from './report.ts';
import type { Start } from './start-process.ts';

/** The candidates that others are compared with, or that a goal is about. */
export const EMPTY = 'empty handler';
export const BARE_CJS = 'bare SDK, CommonJS';
export const BARE_ESM = 'bare SDK, ES module';
export const BLOCK_OFF = 'this block, source contact check OFF';
export const BLOCK = 'this block';
export const BLOCK_STORE = 'this block, source from the session store';

/** A candidate's medians: milliseconds, MB, and the size of its bundle in KB. */
export interface Result extends Required<Start> {
  name: string;
  bundle: number;
}

/** The median of each figure. */
export function medians([first, ...others]: Start[]): Required<Start> {
  const of = (figure: keyof Start) => {
    const sorted = [first, ...others].flatMap(start => start?.[figure] ?? []).sort((a, b) => a - b);
    return [figure, sorted[sorted.length >> 1]];
  };
  return Object.fromEntries(Object.keys(first ?? {}).map(figure => of(figure as keyof Start)));
}

/** Two tables: the start, and what comes after it. */
export function startTables(results: readonly Result[]): string[] {
  const ratios = (result: Result, figure: 'sum' | 'memory' | 'warmMemory' | 'warm') =>
    [BARE_CJS, BARE_ESM].map(bare => (result[figure] / find(results, bare)[figure]).toFixed(2));
  const of = ['of CommonJS', 'of ES module'];
  const starts = results.map(result => [
    result.name,
    ...[result.import, result.firstCall, result.sum].map(ms => ms.toFixed(1)),
    ...ratios(result, 'sum'),
    ...[result.importCpu, result.firstCallCpu].map(ms => ms.toFixed(0)),
  ]);
  const others = results.map(result => [
    result.name,
    result.memory.toFixed(1),
    ...ratios(result, 'memory'),
    result.warmMemory.toFixed(1),
    ...ratios(result, 'warmMemory'),
    result.warm.toFixed(2),
    ...ratios(result, 'warm'),
    result.bundle.toFixed(0),
  ]);
  return [
    'Milliseconds from the import to the end of the first association, and the processor time in it:',
    table(['handler', 'import', 'first call', 'sum', ...of, 'CPU import', 'CPU first call'], starts),
    'Peak memory (MB) after the first call and after all, a warm invocation (ms), and the bundle (KB):',
    table(['handler', 'memory', ...of, 'memory, warm', ...of, 'warm', ...of, 'bundle'], others),
  ];
}

/** The goals; memory is that of a process that answered one chat. */
export function startGoals(results: readonly Result[]): Goal[] {
  const of = (name: string) => find(results, name);
  const [block, cjs, esm] = [of(BLOCK_OFF), of(BARE_CJS), of(BARE_ESM)];
  return [
    atMost(0.48, `sum, of ${BARE_CJS}`, block.sum / cjs.sum),
    atMost(0.75, `sum, of ${BARE_ESM}`, block.sum / esm.sum),
    atMost(1.15, `sum with the session store, of ${BLOCK}`, of(BLOCK_STORE).sum / of(BLOCK).sum),
    atMost(0.87, `peak memory after the first call, of ${BARE_CJS}`, block.memory / cjs.memory),
    atMost(1.3, `warm invocation, of ${BARE_CJS}`, block.warm / cjs.warm),
    atMost(1.3, `warm invocation, of ${BARE_ESM}`, block.warm / esm.warm),
    atMost(LARGEST_BUNDLE_BYTES / 1_024, 'bundle, KB', block.bundle, 0),
  ];
}

function find(results: readonly Result[], name: string): Result {
  const result = results.find(result => result.name === name);
  if (!result) throw new Error(`There is no result for: ${name}.`);
  return result;
}
