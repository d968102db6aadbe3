/**
 * Reads Markdown as far as the tests of the documentation need it.
 *
 * @module
 */
import { globSync, readFileSync } from 'node:fs';

/** Every page of the project, by its path. */
export function pages(): string[] {
  return globSync('**/*.md', { exclude: path => /(^|\/)(node_modules|dist|\.aws-sam)$/.test(path) });
}

/** The targets of a page's links and pictures. */
export function linksOf(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that GitHub gives a page's headings. */
export function anchorsOf(page: string): Set<string> {
  const headings = [...prose(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return new Set(headings.map(heading => heading.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')));
}

/** The rows of the tables under a heading, up to the next one: the cells of each, without the heads. */
export function rowsUnder(page: string, heading: string): string[][] {
  const [, section] = prose(page).split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}".`);
  const lines = (section.split(/^#+ /m)[0] ?? '').split('\n').filter(line => line.startsWith('|'));
  const isRule = (line = '') => /^\|[ :|-]+\|$/.test(line);
  const rows = lines.filter((line, index) => !isRule(line) && !isRule(lines[index + 1]));
  return rows.map(line => line.slice(1, -1).split(/(?<!\\)\|/));
}

/**
 * What stands between backticks first in some columns of the tables under a heading: a text for each row, with `|` between
 * the columns. Rows without any are left out.
 * @example codesUnder('docs/reference.md', 'Statuses and reasons', 0, 1) // ['ASSOCIATED|', …, '|GUIDE', …]
 */
export function codesUnder(page: string, heading: string, ...columns: number[]): string[] {
  return rowsUnder(page, heading)
    .map(row => columns.map(column => /`([^`]+)`/.exec(row[column] ?? '')?.[1] ?? '').join('|'))
    .filter(codes => /[^|]/.test(codes));
}

/** A page without its fenced blocks, where neither links nor headings stand. */
function prose(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^( *)(```+)[\s\S]*?^\1\2$/gm, '');
}
