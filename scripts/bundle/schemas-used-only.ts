import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets esbuild leave out the schemas of the operations that the function never calls, 150 KB of the Amazon Connect
 * client's, and the classes of modelled errors: an error without one has the same name, status and message, which is all
 * that the function goes by (src/aws/service-error.ts).
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
    build.onLoad({ filter: /[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const constants = new Map(
        [...source.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const withoutErrors = source.replaceAll(/^n0_registry\.registerError\(\w+\$, \w+\);$/gm, '');
      const contents = withoutErrors.replaceAll(/\[(\w+)\]: /g, (_, name) => {
        const text = constants.get(name);
        if (text === undefined) throw new Error(`The computed key [${name}] in ${path} is not a string constant.`);
        return `${text}: `;
      });
      return { contents, loader: 'js' };
    });

    build.onEnd(({ metafile }) => {
      if (!metafile) return;
      const bytes = new Map<string, number>();
      for (const { inputs } of Object.values(metafile.outputs)) {
        for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
          const [, client, folder] = /\b(client-[\w-]+)[\\/]dist-es[\\/](\w+)/.exec(path) ?? [];
          if (client) bytes.set(client, (bytes.get(client) ?? 0) + (folder === 'schemas' ? bytesInOutput : 0));
        }
      }
      const total = [...bytes.values()].reduce((sum, of) => sum + of, 0);
      if (total > 0 && total < MOST_SCHEMA_BYTES && ![...bytes.values()].includes(0)) return;
      const found = [...bytes].map(([client, of]) => `${of} bytes of ${client}`).join(', ') || 'no client';
      const text = `The bundle has schemas of ${found} (expected: some of each, less than ${MOST_SCHEMA_BYTES} in all). The SDK's schema files have changed: see scripts/bundle/schemas-used-only.ts.`;
      return { errors: [{ text }] };
    });
  },
};

/** The schemas of the operations that are used. */
export const MOST_SCHEMA_BYTES = 25_000;
