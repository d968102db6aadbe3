import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { leftOut } from './bundle/left-out.ts';
import { nodeBuiltins } from './bundle/node-builtins.ts';
import { schemasUsedOnly } from './bundle/schemas-used-only.ts';
import { shortNames } from './bundle/short-names.ts';

/** What Lambda runs, from the project's folder. */
export const BUNDLE = 'dist/handler.mjs';
/** Much more would be a sign that an update of the SDK undid what is left out. */
export const LARGEST_BUNDLE_BYTES = 450 * 1024;

/**
 * Builds the bundle, and its source map beside it for whoever debugs: the only place that knows esbuild's options.
 *
 * What the function cannot use is left out, because loading it is most of a cold start: parts of the SDK
 * (bundle/left-out.ts), the schemas of other operations (bundle/schemas-used-only.ts), and what an import of Node's own
 * modules loads besides (bundle/node-builtins.ts).
 *
 * Our own identifiers keep their names, so that a stack trace in the log names our functions; those of the packages are
 * shortened (bundle/short-names.ts). Reading a source map would take 12 to 16 ms of processor time at every cold start.
 *
 * @param largest bytes that it may have
 * @throws Error with a sentence for each thing that is wrong
 */
export async function buildBundle(largest = LARGEST_BUNDLE_BYTES): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
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
    // The SDK only asks whether a body is one; asking loads Node's web streams. Its HTTP handler uses Node's own.
    define: { ReadableStream: 'undefined' },
    plugins: [leftOut, schemasUsedOnly, nodeBuiltins, shortNames],
    metafile: true,
    logLevel: 'silent',
  });
  const bytes = metafile.outputs[BUNDLE]?.bytes ?? Number.POSITIVE_INFINITY;
  if (bytes > largest) {
    throw new Error(`${BUNDLE} has ${bytes} bytes, more than ${largest}. See what grew: npm run analyze`);
  }
  console.error(`Built ${BUNDLE}: ${(bytes / 1024).toFixed(0)} KB`);
  return metafile;
}
