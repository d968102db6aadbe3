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
export function anchorsOf(page: string): string[] {
  const headings = [...prose(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return headings.map(heading => heading.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-'));
}

/** The rows of the tables under a heading, up to the next one: the cells of each, without the heads. */
export function rowsUnder(page: string, heading: string): string[][] {
  const [, section] = prose(page).split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`${page} has no heading "${heading}".`);
  const [text = ''] = section.split(/^#+ /m);
  const rows = text.replaceAll(/^.*\n *\|[ :|-]+\|$/gm, '').matchAll(/^ *\|(.*)\|$/gm);
  return Array.from(rows, ([, row = '']) => row.split(/(?<!\\)\|/));
}

/** What stands first between backticks in some columns of these rows, with `|` between; rows without any are left out. */
export function codesUnder(page: string, heading: string, ...columns: number[]): string[] {
  return rowsUnder(page, heading)
    .map(row => columns.map(column => /`([^`]+)`/.exec(row[column] ?? '')?.[1] ?? '').join('|'))
    .filter(codes => /[^|]/.test(codes));
}

/** The shell commands of a page, each once: those of its fenced blocks, part by part, and those of npm in the text. */
export function commandsIn(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const blocks = Array.from(text.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block = '']) => block);
  const lines = blocks.flatMap(block =>
    block
      .replaceAll(/\\\n */g, '')
      .trim()
      .split('\n'),
  );
  const spans = Array.from(prose(page).matchAll(/`([^`]+)`/g), ([, span = '']) => span.replace('\n', ' '));
  const inText = spans.filter(span => /^(\w+=\S+ )*np[mx] /.test(span));
  return [...new Set([...lines, ...inText].flatMap(line => line.split(' && ')))];
}

/** A page without its fenced blocks, where neither links nor headings stand. */
function prose(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^( *)(```+)[\s\S]*?^\1\2$/gm, '');
}
