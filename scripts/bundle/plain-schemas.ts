import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets esbuild leave out the schemas of the operations that are not called, 150 KB of the Amazon Connect client alone, and
 * the classes of modelled errors: an error without one has the same name, status and message.
 *
 * The SDK's schemas are arrays with objects like `{ [_hE]: 403 }` in them. A computed key might run code, so esbuild keeps
 * all of them. Each key is a string constant of the same file: written in its place, it makes them plain values.
 */
export const plainSchemas: Plugin = {
  name: 'plain-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const texts = new Map<string, string>();
      for (const [, name = '', text = ''] of source.matchAll(/^const (\w+) = ("[^"]*");$/gm)) texts.set(name, text);
      const contents = source
        .replaceAll(/^n0_registry\.registerError\(\w+\$, \w+\);$/gm, '')
        .replaceAll(/\[(\w+)\](?=: )/g, (key, name) => texts.get(name) ?? key);
      return { contents, loader: 'js' };
    });
  },
};
