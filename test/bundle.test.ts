import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { startLocalConnect } from '../local-connect/index.ts';
import { schemasUsedOnly } from '../scripts/bundle/schemas-used-only.ts';
import { startBlock } from './support/block.ts';

const dist = (name: string) => readFile(new URL(`../dist/${name}`, import.meta.url), 'utf8');

describe('the bundle', () => {
  test('exports the handler and nothing else', async () => {
    expect(Object.keys(await import('../dist/handler.mjs' as string))).toEqual(['handler']);
  });

  test('has a source map that leads to the TypeScript files', async () => {
    expect((await dist('handler.mjs')).trimEnd().endsWith('\n//# sourceMappingURL=handler.mjs.map')).toBe(true);
    expect(JSON.parse(await dist('handler.mjs.map')).sources).toContain('../src/continue-past-chat.ts');
  });

  test('is at most 350 KB and holds no schema of an operation that it does not call', async () => {
    const bundle = await dist('handler.mjs');
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(350 * 1024);
    const operations = ['CreatePersistentContactAssociation', 'DescribeContact', 'SearchContacts', 'StartChatContact'];
    expect(operations.filter(name => bundle.includes(name))).toEqual(operations.slice(0, 2));
  });

  test('holds no credential provider but the one for the environment', async () => {
    const bundle = await dist('handler.mjs');
    const others = ['sso_start_url', 'credential_process', 'AssumeRole', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
    expect([...others, 'AWS_SECRET_ACCESS_KEY'].filter(text => bundle.includes(text))).toEqual([
      'AWS_SECRET_ACCESS_KEY',
    ]);
  });

  test('has a source map that Node reads quickly: packages have no lines in it', async () => {
    expect((await dist('handler.mjs.map')).length).toBeLessThan(150_000);
  });

  test('calls nothing over the network when it is imported', async () => {
    const connect = await startLocalConnect();
    await startBlock(connect, {}, 'bundle');
    expect(connect.calls).toEqual([]);
    expect(connect.openSockets()).toBe(0);
    await connect.close();
  });
});

describe('what the bundle leaves out', () => {
  test('says so, should a client ask for the chain of credential providers', async () => {
    const { defaultProvider } = await import('../scripts/bundle/no-credential-chain.ts');
    await expect(defaultProvider()()).rejects.toThrow(/left out of this bundle.*src\/amazon-connect\/client\.ts/);
  });

  describe('of an SDK whose schemas have changed', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sdk-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    async function buildWith(schemas: string): Promise<unknown> {
      const schemasFolder = join(folder, 'client-connect', 'dist-es', 'schemas');
      await mkdir(schemasFolder, { recursive: true });
      await writeFile(join(schemasFolder, 'schemas_0.js'), schemas);
      await writeFile(
        join(folder, 'index.js'),
        "export { Used } from './client-connect/dist-es/schemas/schemas_0.js';",
      );
      return build({
        absWorkingDir: folder,
        entryPoints: ['index.js'],
        bundle: true,
        write: false,
        outfile: 'out.js',
        format: 'esm',
        metafile: true,
        logLevel: 'silent',
        plugins: [schemasUsedOnly],
      }).then(({ outputFiles }) => outputFiles[0]?.text);
    }

    test('drops the unused ones while they are written as now', async () => {
      const schemas = 'const _h = "http";\nexport const Used = [{ [_h]: 1 }];\nexport const Unused = [{ [_h]: 2 }];\n';
      const built = String(await buildWith(schemas));
      expect([built.includes('http'), built.includes('Unused')]).toEqual([true, false]);
    });

    test.each([
      ['a computed key that is no constant', 'const _h = () => "http";\nexport const Used = [{ [_h]: 1 }];\n'],
      ['no computed keys at all', 'export const Used = [{ http: 1 }];\n'],
      [
        'unused ones that stay',
        `const _h = "http";\nexport const Used = [{ [_h]: 1 }];\nglobalThis.all = ["${'x'.repeat(40_000)}"];\n`,
      ],
    ])('fails the build: %s', async (_, schemas) => {
      await expect(buildWith(schemas)).rejects.toThrow(/schemas-used-only|is not a string constant/);
    });
  });
});
