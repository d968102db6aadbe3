import { type Row, resultOf } from './rows.ts';

/** Characters of each column: with two spaces between them, 117. */
const WIDTHS = [3, 36, 28, 31, 11];

/** The head of the table of rows. */
export const HEAD = tableRow(['', 'What', 'Expected', 'Seen', 'Result']);

/** A row as lines of the table. */
export function lineOf(row: Row): string {
  return tableRow([row.id ?? '', row.what, row.expected, row.seen, resultOf(row)]);
}

/** Cells side by side, each on as many lines as it needs. */
function tableRow(cells: readonly string[]): string {
  const columns = cells.map((cell, column) => wrap(cell, WIDTHS[column] ?? 0));
  const height = Math.max(...columns.map(lines => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, column) => (lines[line] ?? '').padEnd(WIDTHS[column] ?? 0))
      .join('  ')
      .trimEnd(),
  ).join('\n');
}

/** Breaks a text into lines of this width, at spaces if possible. */
function wrap(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S{1,${width}}`, 'g')) ?? [];
}
