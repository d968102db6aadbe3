/** Writes the same bytes in every folder and on every machine. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
// Node's own deflate gives other bytes on another processor.
import { zipSync } from 'fflate';
import { VERSION } from '../src/version.ts';
import { bundle } from './build-bundle.ts';
import { readOptions } from './options.ts';
import { PROJECT } from './project.ts';
import { noticesOf } from './release/notices.ts';
import { plainTemplate } from './release/plain-template.ts';

const NAME = `persistent-chat-${VERSION}`;
const USAGE = `Usage: npm run release [-- --tag TAG]
  --tag TAG   the tag of the release: refused unless it is v${VERSION} and CHANGELOG.md has this version
Writes into release/: ${NAME}.zip, the function; ${NAME}.yaml, a CloudFormation template
without transform; SHA256SUMS.`;

const { tag } = readOptions(USAGE, { tag: { type: 'string' } });
const read = (file: string) => readFileSync(join(PROJECT, file));

try {
  if (tag !== undefined) checkTag(tag);
  const { metafile, files: built, build } = await bundle();
  const files = {
    [`${NAME}.yaml`]: Buffer.from(plainTemplate(`${read('template.yaml')}`, `${NAME}.zip`)),
    [`${NAME}.zip`]: zip({
      ...Object.fromEntries(built.map(({ path, contents }) => [basename(path), contents])),
      LICENSE: read('LICENSE'),
      'THIRD-PARTY-NOTICES': Buffer.from(noticesOf(metafile)),
    }),
  };
  // As `sha256sum --check` reads them.
  const sums = Object.entries(files).map(([name, bytes]) => `${hash('sha256', bytes)}  ${name}\n`);
  await write({ ...files, SHA256SUMS: Buffer.from(sums.join('')) });
  console.log(`The log of this release has version ${VERSION}, build ${build}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function checkTag(tag: string): void {
  if (tag !== `v${VERSION}`) throw new Error(`The tag ${tag} is not v${VERSION}, the version in src/version.ts.`);
  if (!read('CHANGELOG.md').includes(`\n## [${VERSION}] - `))
    throw new Error(`CHANGELOG.md has no version ${VERSION} with a date.`);
}

/** AWS Lambda needs files that everybody can read. The date is the oldest that a zip can have in any time zone. */
function zip(files: Record<string, Uint8Array>): Uint8Array {
  const [mtime, attrs] = [new Date(1980, 0, 1), 0o100644 * 2 ** 16];
  return zipSync(files, { level: 9, mtime, os: 3, attrs });
}

async function write(files: Record<string, Uint8Array>): Promise<void> {
  const folder = join(PROJECT, 'release');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    console.log(`release/${name}: ${bytes.length} bytes`);
  }
}
