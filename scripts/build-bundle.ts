import { hash } from 'node:crypto';
import { globSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as esbuild from 'esbuild';
import { nodeBuiltins } from './bundle/node-builtins.ts';
import { plainSchemas } from './bundle/plain-schemas.ts';
import { BUNDLE, PROJECT } from './project.ts';

/** A little above the present size: more is a sign that an update of the SDK brought back what was left out. */
export const LARGEST_BUNDLE_BYTES = 412 * 1024;
/** Replaces the parts of the SDK that are left out. */
const LEFT_OUT = './scripts/bundle/left-out.ts';
/** What the bundle has in the place of its hash (src/version.ts) while that is made. As long, so that the source map fits. */
const NO_HASH = '<build?>';

/**
 * Makes the bundle and its source map. Only this function knows esbuild's options. What the function cannot use is left
 * out (bundle/), and names are not shortened: docs/design.md, "A short cold start".
 *
 * @param largest bytes that it may have
 * @returns with `build`: eight characters of a hash, the same for the same sources and packages in every folder
 * @throws Error with a sentence for each thing that is wrong
 */
export async function bundle(largest = LARGEST_BUNDLE_BYTES) {
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: PROJECT,
    entryPoints: ['src/handler.ts'],
    outfile: BUNDLE,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    sourcesContent: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // The SDK asks only whether a body is one, and asking would load Node's web streams; its HTTP handler uses others.
    define: { ReadableStream: 'undefined', BUNDLE_HASH: JSON.stringify(NO_HASH) },
    alias: { '@aws-sdk/credential-provider-node': LEFT_OUT, '@smithy/core/event-streams': LEFT_OUT },
    plugins: [plainSchemas, nodeBuiltins],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const bytes = metafile.outputs[BUNDLE]?.bytes ?? Number.POSITIVE_INFINITY;
  if (bytes > largest) {
    throw new Error(`${BUNDLE} would have ${bytes} bytes, more than ${largest}. See what grew: npm run analyze`);
  }
  const text = outputFiles.find(({ path }) => path.endsWith('.mjs'))?.text ?? '';
  const build = hash('sha256', text).slice(0, NO_HASH.length);
  const files = outputFiles.map(({ path, contents }) => {
    return { path, contents: path.endsWith('.mjs') ? Buffer.from(text.replaceAll(NO_HASH, build)) : contents };
  });
  return { metafile, files, build };
}

/** Builds the bundle into dist/, unless it is larger than it may be. */
export async function buildBundle(largest?: number): Promise<Metafile> {
  const { metafile, files, build } = await bundle(largest);
  for (const { path, contents } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  console.error(`Built ${BUNDLE}: ${((metafile.outputs[BUNDLE]?.bytes ?? 0) / 1024).toFixed(0)} KB, build ${build}`);
  return metafile;
}

/** Builds the bundle, unless it is newer than all of its sources. */
export async function buildIfChanged(): Promise<void> {
  // Folders as well: a file that was deleted changes its folder.
  const patterns = ['src/**', 'scripts/bundle/**', 'scripts/build-bundle.ts', 'package-lock.json'];
  const sources = globSync(patterns, { cwd: PROJECT });
  const changed = (path: string) => statSync(join(PROJECT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.max(...sources.map(changed)) >= changed(BUNDLE)) await buildBundle();
}
