import { analyzeMetafile, type Metafile } from 'esbuild';
import { buildBundle } from './build-bundle.ts';
import { readOptions } from './options.ts';
import { BUNDLE } from './project.ts';

const USAGE = `Usage: npm run build
       npm run analyze        builds, and prints each package's and each file's share of the bundle`;

const { analyze } = readOptions(USAGE, { analyze: { type: 'boolean', default: false } });

try {
  const metafile = await buildBundle(analyze ? Number.POSITIVE_INFINITY : undefined);
  if (analyze) console.log(`${weighPackages(metafile)}\n${await analyzeMetafile(metafile)}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

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
