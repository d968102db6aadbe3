import type { Plugin } from 'esbuild';

/**
 * Asks for Node's own modules instead of importing them. An ES import reads every export of such a module, and reading
 * `WebSocket` of `node:http` loads all of Node's fetch, `promises` of `node:fs` its promises and readline: up to 20 ms of
 * a cold start, for what nobody here uses.
 */
export const nodeBuiltins: Plugin = {
  name: 'node-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    // CommonJS, because the exports are named nowhere.
    build.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};
