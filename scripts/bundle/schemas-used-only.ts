import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets esbuild leave out the schemas of the operations that the function never calls, about 150 KB.
 *
 * The SDK's schemas are top-level arrays with objects like `{ [_hE]: 403 }` in them. A computed key might run code, so
 * esbuild keeps every one of them. Each of these keys is a string constant of the same file: written in its place, it
 * makes them plain values, which esbuild drops when nobody uses them.
 *
 * An update of the SDK that writes its schemas in another way fails the build here.
 */
export const schemasUsedOnly: Plugin = {
  name: 'schemas-used-only',
  setup(build) {
    let found = false;

    build.onLoad({ filter: /client-connect[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const constants = new Map(
        [...source.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const contents = source.replaceAll(/\[(\w+)\]: /g, (_, name) => {
        const text = constants.get(name);
        if (text === undefined) throw new Error(`The computed key [${name}] in ${path} is not a string constant.`);
        found = true;
        return `${text}: `;
      });
      return { contents, loader: 'js' };
    });

    build.onEnd(({ metafile }) => {
      const kept = Object.values(metafile?.outputs ?? {}).flatMap(output =>
        Object.entries(output.inputs).filter(([path]) => path.includes('client-connect/dist-es/schemas/')),
      );
      const bytes = kept.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
      if (found && bytes > 0 && bytes < MOST_BYTES) return;
      throw new Error(
        `The schemas of @aws-sdk/client-connect take ${bytes} bytes of the bundle (expected: some, under ${MOST_BYTES}). ` +
          'Its schema files have changed: look at scripts/bundle/schemas-used-only.ts.',
      );
    });
  },
};

/** The schemas of the errors, which the SDK registers all, and of the two operations that are used: 12 KB in 2026. */
const MOST_BYTES = 30_000;
