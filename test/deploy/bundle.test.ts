import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';
import { startLocalConnect } from '../../local/connect/index.ts';
import { leftOut } from '../../scripts/bundle/left-out.ts';
import { defaultProvider } from '../../scripts/bundle/no-credential-chain.ts';
import { getEndpointDiscoveryPlugin } from '../../scripts/bundle/no-endpoint-discovery.ts';
import { EventStreamSerde } from '../../scripts/bundle/no-event-streams.ts';
import { readFile as readConfigFile } from '../../scripts/bundle/no-shared-config-files.ts';
import { MOST_SCHEMA_BYTES, schemasUsedOnly } from '../../scripts/bundle/schemas-used-only.ts';
import { startBlock } from '../support/block.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (name: string) => readFile(join(root, 'dist', name), 'utf8');

describe('the bundle', () => {
  test('exports the handler and nothing else', async () => {
    expect(Object.keys(await import('../../dist/handler.mjs' as string))).toEqual(['handler']);
  });

  test('names our functions in a stack trace', async () => {
    // In a process of its own: Jest reads the source map, Lambda does not.
    const invoke = `import('./dist/handler.mjs').then(({ handler }) => handler({}, { getRemainingTimeInMillis: () => 7000 }))
      .catch(({ stack }) => console.log(stack))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', invoke], { cwd: root });
    expect(stdout).toMatch(/^ +at parseContactFlowEvent \(.*handler\.mjs/m);
  });

  test('has a source map that leads to the lines of a package, though its names are shortened', async () => {
    const literal = 'POWERTOOLS_METRICS_NAMESPACE';
    const [lines, map] = [(await dist('handler.mjs')).split('\n'), JSON.parse(await dist('handler.mjs.map'))];
    const line = lines.findIndex(each => each.includes(literal));
    const entry = new SourceMap(map).findEntry(line, lines[line]?.indexOf(literal) ?? 0);
    if (!('originalSource' in entry)) throw new Error(`The source map knows nothing of ${literal}.`);
    const source = await readFile(new URL(`../../dist/${entry.originalSource}`, import.meta.url), 'utf8');
    expect(source.split('\n')[entry.originalLine]).toContain(literal);
  });

  test('has a source map that leads to the TypeScript files', async () => {
    expect(await dist('handler.mjs')).toMatch(/\n\/\/# sourceMappingURL=handler\.mjs\.map\n$/);
    expect(JSON.parse(await dist('handler.mjs.map')).sources).toContain('../src/continue-past-chat.ts');
  });

  test('knows no operation that it does not call', async () => {
    const bundle = await dist('handler.mjs');
    const operations = ['CreatePersistentContactAssociation', 'DescribeContact', 'SearchContacts', 'StartChatContact'];
    expect(operations.filter(name => bundle.includes(name))).toEqual(operations.slice(0, 2));
  });

  test('holds the files of the SDK as they are, not in functions that load them one by one', async () => {
    const wrapped = [...(await dist('handler.mjs')).matchAll(/__(?:esm|commonJS)\(\{"([^"]+)"/g)].map(
      ([, file]) => file,
    );
    expect(wrapped.filter(file => !file?.startsWith('builtin:'))).toEqual(['scripts/bundle/no-event-streams.ts']);
  });

  test('calls nothing over the network when it is imported', async () => {
    const connect = await startLocalConnect();
    await startBlock(connect, {}, 'bundle');
    expect(connect.calls).toEqual([]);
    expect(connect.openSockets()).toBe(0);
    await connect.close();
  });
});

describe('a part of the SDK that is left out', () => {
  test.each([
    ['the chain of credential providers', () => defaultProvider()(), 'src/aws/client-config.ts'],
    ['event streams', async () => new EventStreamSerde(), 'an operation that streams'],
    ['endpoint discovery', async () => getEndpointDiscoveryPlugin(), 'an operation that discovers its endpoint'],
    ['shared configuration files', () => readConfigFile('~/.aws/config'), 'environment variables'],
  ])('says so when it is used after all: %s', async (_, use, wayOut) => {
    await expect(use()).rejects.toThrow('left out of this bundle');
    await expect(use()).rejects.toThrow(wayOut);
    await expect(use()).rejects.toThrow('scripts/bundle/left-out.ts');
  });

  const SDK =
    "export { ConnectClient } from '@aws-sdk/client-connect'; export { DynamoDBClient } from '@aws-sdk/client-dynamodb';";
  const buildSdk = (contents: string) =>
    tryBuild({ stdin: { contents, resolveDir: root }, outfile: 'out.js', plugins: [leftOut] });

  test('does not fail the build of the SDK as it is', async () => {
    expect(await buildSdk(SDK)).not.toContain('EventStreamCodec');
  });

  test('fails the build when the SDK does not import it any more', async () => {
    await expect(buildSdk('export {};')).rejects.toThrow(
      /chain of credential providers, but no file .*event streams, but no file .*endpoint discovery, but no file .*configuration files, but no file /s,
    );
  });

  test.each([
    ['the chain of credential providers', "export { fromSSO } from '@aws-sdk/credential-provider-sso'"],
    [
      'event streams',
      "export * from './node_modules/@smithy/core/dist-es/submodules/event-streams/EventStreamSerde.js'",
    ],
    ['endpoint discovery', "export { EndpointCache } from '@aws-sdk/endpoint-cache'"],
    ['the reading of shared configuration files', "export { readFile } from 'node:fs/promises'"],
  ])('fails the build when it is in the bundle nevertheless: %s', async (name, otherWay) => {
    await expect(buildSdk(`${SDK} ${otherWay}`)).rejects.toThrow(`Left out is ${name}, but the bundle has `);
  });
});

describe('the schemas of a client', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function buildWith(schemas: string, file = 'schemas/schemas_0.js'): Promise<string> {
    const path = join(folder, 'client-connect', 'dist-es', file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, schemas);
    await writeFile(join(folder, 'index.js'), `export { Used } from './client-connect/dist-es/${file}';`);
    return tryBuild({
      absWorkingDir: folder,
      entryPoints: ['index.js'],
      outfile: 'out.js',
      plugins: [schemasUsedOnly],
    });
  }

  const AS_NOW = 'const _h = "http";\nexport const Used = [{ [_h]: 1 }];\nexport const Unused = [{ [_h]: 2 }];\n';

  test('are dropped where nothing uses them', async () => {
    const built = await buildWith(AS_NOW);
    expect([built.includes('http'), built.includes('Unused')]).toEqual([true, false]);
  });

  test.each([
    ['a computed key that is no constant', AS_NOW.replace('"http"', '() => "http"'), 'schemas/schemas_0.js'],
    [
      'more of them than are used',
      `${AS_NOW}globalThis.all = ["${'x'.repeat(MOST_SCHEMA_BYTES)}"];\n`,
      'schemas/schemas_0.js',
    ],
    ['another file', AS_NOW, 'models/models_0.js'],
  ])('fail the build when the SDK has changed: %s', async (_, schemas, file) => {
    await expect(buildWith(schemas, file)).rejects.toThrow(/schemas-used-only|is not a string constant/);
  });
});

/** @returns what is built */
async function tryBuild(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}
