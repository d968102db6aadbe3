import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const FILES = globSync('{src,local,scripts,bench,test,examples}/**/*.ts', { exclude: ['**/node_modules'] });
/** Each import of one of our own files: from, to. */
const IMPORTS = FILES.flatMap(file => {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from|import|import\(|new URL\() ?'(\.\.?\/[^']+\.ts)'/g);
  return [...found].map(([, path = '']) => [file, join(dirname(file), path)] as const);
});

test('local/ imports nothing from the rest of the project, and src/ nothing from outside', () => {
  const leaving = IMPORTS.filter(
    ([from, to]) => /^(local|src)\//.test(from) && from.split('/')[0] !== to.split('/')[0],
  );
  expect(leaving).toEqual([]);
});

test('no files, and no folders beside each other, import each other in a circle', () => {
  // An import leads from one room to another: the first parts of both paths that differ.
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of IMPORTS) {
    const [a, b] = [from.split('/'), to.split('/')];
    const depth = a.findIndex((part, index) => part !== b[index]) + 1;
    const [room, other] = [a, b].map(parts => parts.slice(0, depth).join('/')) as [string, string];
    arrows.set(room, (arrows.get(room) ?? new Set()).add(other));
  }
  // What leads nowhere else is in no circle, and can be left out, again and again.
  for (let before = -1; before !== arrows.size; ) {
    before = arrows.size;
    for (const [room, others] of arrows) if (![...others].some(other => arrows.has(other))) arrows.delete(room);
  }
  expect(arrows).toEqual(new Map());
});
