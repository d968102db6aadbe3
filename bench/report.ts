import { arch, cpus, platform } from 'node:os';

const goalLine = (holds: boolean, goal: string, measured: string) => `${holds ? 'yes' : 'NO '}  ${goal}: ${measured}`;

/** A goal for a figure that should be small. */
export function atMost(limit: number, goal: string, measured: number, digits = 2): string {
  return goalLine(measured <= limit, `${goal}, at most ${limit}`, measured.toFixed(digits));
}

/** A goal for a figure that should be large. */
export function atLeast(limit: number, goal: string, measured: number, digits = 1): string {
  return goalLine(measured >= limit, `${goal}, at least ${limit}`, measured.toFixed(digits));
}

/** Prints when and on what it was measured, then tables and goals, as bench/README.md shows them. */
export function printReport(tables: readonly string[], goals: readonly string[], rounds = ''): void {
  const [processor, ...others] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${others.length + 1} × ${processor?.model.trim()}, ${platform()} ${arch()}, Node ${process.version}`;
  console.log([`${date}, ${machine}${rounds}`, ...tables, goals.join('\n')].join('\n\n'));
}

/** A Markdown table. Columns with words in them are aligned to the left, all others hold numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((name, index) => {
    const cells = rows.map(row => row[index] ?? '');
    const width = Math.max(...[name, ...cells].map(cell => cell.length));
    return cells.some(cell => /[a-z]/i.test(cell))
      ? { rule: '-'.repeat(width), pad: (cell: string) => cell.padEnd(width) }
      : { rule: `${'-'.repeat(width - 1)}:`, pad: (cell: string) => cell.padStart(width) };
  });
  const cells = [head, columns.map(({ rule }) => rule), ...rows];
  return cells.map(row => `| ${columns.map(({ pad }, index) => pad(row[index] ?? '')).join(' | ')} |`).join('\n');
}
