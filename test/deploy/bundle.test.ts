import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { startLocalConnect } from '../../local/connect/index.ts';
import { buildBundle, bundle as makeBundle } from '../../scripts/build-bundle.ts';
import { defaultProvider, EventStreamSerde } from '../../scripts/bundle/left-out.ts';
import { run } from '../scripts/run.ts';
import { startBlock } from '../support/block.ts';
import { expectBundle } from '../support/bundle.ts';

expectBundle();
const DIST = new URL('../../dist/', import.meta.url);
const bundle = await readFile(new URL('handler.mjs', DIST), 'utf8');
const sourceMap = JSON.parse(await readFile(new URL('handler.mjs.map', DIST), 'utf8'));

describe('the bundle', () => {
  test('exports the handler and nothing else', async () => {
    expect(Object.keys(await import('../../dist/handler.mjs' as string))).toEqual(['handler']);
  });

  test('names our functions in a stack trace', async () => {
    // In a process of its own: Jest reads the source map, Lambda does not.
    const invoke = `import('./dist/handler.mjs').then(({ handler }) => handler({}, { getRemainingTimeInMillis: () => 7000 }))
      .catch(({ stack }) => console.log(stack))`;
    const { stdout } = await run(process.execPath, ['--eval', invoke]);
    expect(stdout).toMatch(/^ +at parseContactFlowEvent \(.*handler\.mjs/m);
  });

  test('has a source map that leads to the lines of the TypeScript files', async () => {
    const literal = 'SOURCE_CONTACT_ID_ATTRIBUTE';
    expect(bundle).toMatch(/\n\/\/# sourceMappingURL=handler\.mjs\.map\n$/);
    const lines = bundle.split('\n');
    const line = lines.findIndex(each => each.includes(literal));
    const entry = new SourceMap(sourceMap).findEntry(line, lines[line]?.indexOf(literal) ?? 0);
    if (!('originalSource' in entry)) throw new Error(`The source map knows nothing of ${literal}.`);
    const source = await readFile(new URL(entry.originalSource, DIST), 'utf8');
    expect(source.split('\n')[entry.originalLine]).toContain(literal);
  });

  test('has nothing of what is left out', () => {
    const operations = ['CreatePersistentContactAssociation', 'DescribeContact', 'SearchContacts', 'StartChatContact'];
    expect(operations.filter(name => bundle.includes(name))).toEqual(operations.slice(0, 2));
    const parts = /credential-provider-(?!env\/)|token-providers|nested-clients|event-streams|eventstream/;
    expect(sourceMap.sources.filter((source: string) => parts.test(source))).toEqual([]);
    expect(bundle).not.toMatch(/\bfrom ?"node:/);
  });

  test('has its own hash in it, once, and is made the same each time', async () => {
    const { build, files } = await makeBundle();
    expect(build).toMatch(/^[0-9a-f]{8}$/);
    expect(bundle.split(`"${build}"`)).toHaveLength(2);
    expect(files.map(({ contents }) => Buffer.from(contents).toString())).toContain(bundle);
  });

  test('calls nothing over the network when it is imported', async () => {
    const connect = await startLocalConnect();
    await startBlock(connect, {}, 'bundle');
    expect(connect.calls).toEqual([]);
    expect(connect.openSockets()).toBe(0);
    await connect.close();
  });

  test('is not built if it would be too large, and the message says how to see what grew', async () => {
    const sentence = /^dist\/handler\.mjs would have \d{6} bytes, more than 300000\. .*npm run analyze$/;
    await expect(buildBundle(300_000)).rejects.toThrow(sentence);
    expect(await readFile(new URL('handler.mjs', DIST), 'utf8')).toBe(bundle);
  });
});

test.each([
  ['the chain of credential providers', () => defaultProvider()(), 'give the client its credentials'],
  ['event streams', async () => new EventStreamSerde(), 'call an operation without one'],
])('what is left out says so if it is used: %s', async (_, use, instead) => {
  await expect(use()).rejects.toThrow(
    new RegExp(`left out of this bundle: ${instead}, or remove the alias from scripts/build-bundle.ts`),
  );
});
