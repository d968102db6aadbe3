/**
 * Reads Markdown as far as the tests of the documentation need it.
 *
 * @module
 */
import { globSync, readFileSync } from 'node:fs';

/** Every page of the project, by its path. */
export function pages(): string[] {
  const exclude = (path: string) => /(^|\/)(node_modules|dist|\.aws-sam)$/.test(path);
  return globSync('**/*.md', { exclude });
}

/** A page without its fenced blocks, where neither links nor headings stand. */
export function prose(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^( *)(```+)[\s\S]*?^\1\2$/gm, '');
}

/** The targets of a page's links and pictures. */
export function linksOf(path: string): string[] {
  return [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that GitHub gives a page's headings: a repeated one gets a number. */
export function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(path).matchAll(/^#{1,6} +(.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The rows of the tables under a heading, up to the next one: the cells of each, without the heads. */
export function rowsUnder(path: string, heading: string): string[][] {
  const [, section] = prose(path).split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`${path} has no heading "${heading}".`);
  const [own = ''] = section.split(/^#+ /m);
  const lines = own.split('\n').filter(line => line.startsWith('|'));
  const isRule = (line = '') => /^\|[ :|-]+\|$/.test(line);
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1]))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim()),
    );
}

/** A cell's code: what stands in it between backticks first; empty without any. */
export function codeIn(cell: string | undefined): string {
  return /`([^`]+)`/.exec(cell ?? '')?.[1] ?? '';
}

/** The codes in one column of the tables under a heading; empty cells are left out. */
export function codesUnder(path: string, heading: string, column = 0): string[] {
  return rowsUnder(path, heading)
    .map(row => codeIn(row[column]))
    .filter(code => code !== '');
}
