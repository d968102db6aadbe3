import { BARE_CJS, BARE_ESM, BLOCK, type Candidate } from './start-candidates.ts';
import type { Start } from './start-process.ts';
import { type Goal, table } from './table.ts';

/** A candidate's medians: milliseconds, MB and KB. */
export interface Result extends Required<Start> {
  name: string;
  /** Import and first call together. */
  sum: number;
  size: number;
}

/** The medians of a candidate's starts. */
export function summary({ name, size }: Candidate, starts: readonly Start[]): Result {
  const of = (read: (start: Start) => number | undefined) =>
    median(starts.map(read).filter(figure => figure !== undefined));
  return {
    name,
    size,
    import: of(start => start.import),
    firstCall: of(start => start.firstCall),
    sum: of(start => start.import + start.firstCall),
    importCpu: of(start => start.importCpu),
    firstCallCpu: of(start => start.firstCallCpu),
    memory: of(start => start.memory),
    warmMedian: of(start => start.warmMedian),
    warmMemory: of(start => start.warmMemory),
  };
}

/** Two tables: the start, and what comes after it. */
export function startTables(results: readonly Result[]): string {
  const bare = bareHandlers(results);
  const starts = results.map(result => [
    result.name,
    result.import.toFixed(1),
    result.firstCall.toFixed(1),
    result.sum.toFixed(1),
    ...ratios(result, 'sum', bare),
    result.importCpu.toFixed(0),
    result.firstCallCpu.toFixed(0),
  ]);
  const rest = results.map(result => [
    result.name,
    result.memory.toFixed(1),
    ...ratios(result, 'memory', bare),
    result.warmMemory.toFixed(1),
    ...ratios(result, 'warmMemory', bare),
    result.warmMedian.toFixed(2),
    ...ratios(result, 'warmMedian', bare),
    result.size.toFixed(0),
  ]);
  const of = ['of CommonJS', 'of ES module'];
  return [
    'Milliseconds from the import to the end of the first association, and the processor time in it:\n',
    table([['handler', 'import', 'first call', 'sum', ...of, 'CPU import', 'CPU first call'], ...starts], ['handler']),
    '\nPeak memory (MB) after the first call and after all, a warm invocation (ms), and the bundle (KB):\n',
    table([['handler', 'memory', ...of, 'memory, warm', ...of, 'warm', ...of, 'bundle'], ...rest], ['handler']),
  ].join('\n');
}

/** The goals for a start; memory is that of a process that answered one chat. */
export function judgeStarts(results: readonly Result[]): Goal[] {
  const { cjs, esm } = bareHandlers(results);
  const block = find(results, BLOCK);
  const atMost = (goal: string, measured: number, limit: number, digits = 2): Goal => ({
    goal,
    measured: measured.toFixed(digits),
    holds: measured <= limit,
  });
  return [
    atMost(`sum, at most 0.60 of: ${BARE_CJS}`, block.sum / cjs.sum, 0.6),
    atMost(`sum, at most 1.00 of: ${BARE_ESM}`, block.sum / esm.sum, 1),
    atMost(`peak memory after the first call, at most 0.87 of: ${BARE_CJS}`, block.memory / cjs.memory, 0.87),
    atMost(`peak memory after the warm ones, at most 0.87 of: ${BARE_CJS}`, block.warmMemory / cjs.warmMemory, 0.87),
    atMost(`warm invocation, at most 1.3 of: ${BARE_CJS}`, block.warmMedian / cjs.warmMedian, 1.3),
    atMost(`warm invocation, at most 1.3 of: ${BARE_ESM}`, block.warmMedian / esm.warmMedian, 1.3),
    atMost('bundle, at most 350 KB', block.size, 350, 0),
  ];
}

function bareHandlers(results: readonly Result[]) {
  return { cjs: find(results, BARE_CJS), esm: find(results, BARE_ESM) };
}

function ratios(
  result: Result,
  figure: 'sum' | 'memory' | 'warmMemory' | 'warmMedian',
  { cjs, esm }: ReturnType<typeof bareHandlers>,
): string[] {
  return [cjs, esm].map(bare => (result[figure] / bare[figure]).toFixed(2));
}

function find(results: readonly Result[], name: string): Result {
  const result = results.find(result => result.name === name);
  if (!result) throw new Error(`There is no result for: ${name}.`);
  return result;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
