import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE, buildBundle } from '../build-bundle.ts';
import { PROJECT } from './project.ts';

/** What the bundle is made from: files, and folders with all that is in them. */
const SOURCES = ['src', 'scripts/bundle', 'scripts/build-bundle.ts', 'package-lock.json'];

/** Builds the bundle, unless it is newer than everything that it is made from. */
export async function buildIfChanged(): Promise<void> {
  const built = await modified(BUNDLE).catch(() => 0);
  const changes = (await Promise.all(SOURCES.map(newestChange))).flat();
  if (Math.max(...changes) >= built) await buildBundle();
}

async function newestChange(path: string): Promise<number> {
  // A file that was deleted changes its folder, so folders count as well.
  const inside = await readdir(join(PROJECT, path), { recursive: true }).catch(() => []);
  return Math.max(...(await Promise.all(['', ...inside].map(name => modified(join(path, name))))));
}

async function modified(path: string): Promise<number> {
  return (await stat(join(PROJECT, path))).mtimeMs;
}
