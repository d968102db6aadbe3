/**
 * A Markdown table, as README shows it; the first row is the head.
 *
 * @param texts the columns of text, by their head; all others are numbers
 */
export function table(rows: readonly (readonly string[])[], texts: readonly string[]): string {
  const [head = []] = rows;
  const columns = head.map((name, index) => ({
    isText: texts.includes(name),
    width: Math.max(3, ...rows.map(row => row[index]?.length ?? 0)),
  }));
  const line = (row: readonly string[]) => {
    const cells = columns.map(({ isText, width }, index) =>
      isText ? (row[index] ?? '').padEnd(width) : (row[index] ?? '').padStart(width),
    );
    return `| ${cells.join(' | ')} |`;
  };
  const rule = columns.map(({ isText, width }) => (isText ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.slice(1).map(line)].join('\n');
}

/** A goal with its figure, and whether it holds. */
export interface Goal {
  goal: string;
  measured: string;
  holds: boolean;
}

/** The goals, one a line. */
export function goalLines(goals: readonly Goal[]): string {
  return goals.map(({ goal, measured, holds }) => `${holds ? 'yes' : 'NO '}  ${goal}: ${measured}`).join('\n');
}
