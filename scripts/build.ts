/**
 * Builds dist/handler.mjs, the bundle that Lambda runs: the only place that knows esbuild's options.
 * With `--analyze` it also prints what is in the bundle (`npm run analyze`).
 *
 * Three things that the function cannot use are left out, because loading them is most of a cold start:
 * - the schemas of Amazon Connect's other operations (bundle/schemas-used-only.ts);
 * - the SDK's chain of credential providers: Lambda and `sam local` put credentials in the environment
 *   (src/amazon-connect/client.ts), so the chain's package is replaced by one that says so (bundle/no-credential-chain.ts);
 * - Node's fetch, which an import of `node:http` would load (bundle/node-http.cjs).
 * The packages are left out of the source map, too (bundle/own-source-map.ts).
 *
 * @module
 */
import { analyzeMetafile, build, type Metafile } from 'esbuild';
import { ownSourceMap } from './bundle/own-source-map.ts';
import { schemasUsedOnly } from './bundle/schemas-used-only.ts';

const BUNDLE = 'dist/handler.mjs';
/** Half as much again would be a sign that an update of the SDK undid what is left out above. */
const LARGEST_BUNDLE_BYTES = 350 * 1024;

const { metafile } = await build({
  entryPoints: ['src/handler.ts'],
  outfile: BUNDLE,
  bundle: true,
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': './scripts/bundle/no-credential-chain.ts',
    'node:http': './scripts/bundle/node-http.cjs',
  },
  plugins: [schemasUsedOnly, ownSourceMap],
  metafile: true,
});

const bytes = metafile.outputs[BUNDLE]?.bytes ?? Number.POSITIVE_INFINITY;
if (bytes > LARGEST_BUNDLE_BYTES) {
  console.error(`${BUNDLE} has ${bytes} bytes, more than ${LARGEST_BUNDLE_BYTES}. See what grew: npm run analyze`);
  process.exit(1);
}
console.error(`Built ${BUNDLE}: ${(bytes / 1024).toFixed(0)} KB`);
if (process.argv.includes('--analyze')) {
  console.log(weighPackages(metafile));
  console.log(await analyzeMetafile(metafile));
}

/** Each package's share of the bundle, heaviest first. */
function weighPackages({ outputs }: Metafile): string {
  const weights = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(outputs[BUNDLE]?.inputs ?? {})) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'this project';
    weights.set(name, (weights.get(name) ?? 0) + bytesInOutput);
  }
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .map(([name, weight]) => `${(weight / 1024).toFixed(1).padStart(7)} KB  ${name}`)
    .join('\n');
}
