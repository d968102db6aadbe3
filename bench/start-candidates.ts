import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** A handler to start. */
export interface Candidate {
  name: string;
  file: string;
  /** The size of its bundle, KB. */
  size: number;
  environment?: Record<string, string>;
}

/** The names of the candidates that others are compared with, or that a goal is about. */
export const EMPTY = 'empty handler';
export const BARE_CJS = 'bare SDK, CommonJS';
export const BARE_ESM = 'bare SDK, ES module';
export const BLOCK = 'this block';

const ES_MODULE: BuildOptions = { format: 'esm', mainFields: ['module', 'main'] };

/** Builds the handlers into a folder; this block's own is the bundle that `npm run build` left in dist/. */
export async function buildCandidates(folder: string): Promise<Candidate[]> {
  const [empty, floor, plainCjs, plainEsm] = await Promise.all([
    bundle('./handlers/empty.ts', join(folder, 'empty.mjs'), ES_MODULE),
    bundle('./handlers/floor.ts', join(folder, 'floor.mjs'), ES_MODULE),
    // esbuild's defaults: what most people deploy.
    bundle('./handlers/plain.ts', join(folder, 'plain.cjs'), { format: 'cjs' }),
    bundle('./handlers/plain.ts', join(folder, 'plain.mjs'), ES_MODULE),
  ]);
  // A copy, so that a build in the meantime does not change what is measured.
  const block = join(folder, 'handler.mjs');
  for (const end of ['', '.map']) await copyFile(here(`../dist/handler.mjs${end}`), block + end);

  const off = { SOURCE_CONTACT_CHECK: 'OFF' };
  return Promise.all([
    candidate(EMPTY, empty),
    candidate('floor: node:https, one plain request', floor),
    candidate(BARE_CJS, plainCjs),
    candidate(BARE_ESM, plainEsm),
    candidate(BLOCK, block, off),
    candidate('this block, with the source check', block),
    candidate('this block, with --enable-source-maps', block, { ...off, NODE_OPTIONS: '--enable-source-maps' }),
  ]);
}

/** Builds the process that starts a candidate, and returns its file. */
export function buildProcess(folder: string): Promise<string> {
  return bundle('./start-process.ts', join(folder, 'process.mjs'), ES_MODULE);
}

async function candidate(name: string, file: string, environment = {}): Promise<Candidate> {
  return { name, file, environment, size: (await stat(file)).size / 1_024 };
}

async function bundle(source: string, outfile: string, options: BuildOptions): Promise<string> {
  await build({ entryPoints: [here(source)], outfile, bundle: true, platform: 'node', minify: true, ...options });
  return outfile;
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
