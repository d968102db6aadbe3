import { globSync, statSync } from 'node:fs';

/** Fails where the bundle is missing, or older than what it is made from: its test would be of something else. */
export function expectBundle(): void {
  const cwd = new URL('../..', import.meta.url).pathname;
  const changed = (path: string) => statSync(cwd + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = globSync(['src/**', 'scripts/bundle/**', 'package-lock.json'], { cwd });
  if (Math.max(...sources.map(changed)) < changed('dist/handler.mjs')) return;
  throw new Error('dist/handler.mjs is missing, or older than its sources: run npm run build first.');
}
