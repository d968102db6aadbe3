import type { Plugin } from 'esbuild';

/**
 * Asks for Node's own modules instead of importing them. An ES import reads every export of such a module, and reading
 * `WebSocket` of `node:http` loads all of Node's fetch, `promises` of `node:fs` its promises and readline: up to 20 ms of
 * a cold start, for nothing that is used here.
 */
export const nodeBuiltins: Plugin = {
  name: 'node-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) => {
      return { path, namespace: kind === 'import-statement' ? 'named' : 'whole' };
    });
    // For node:os, for example: const _homedir = _("homedir"); export { _homedir as homedir }; and so on. esbuild
    // leaves out the names that are not imported, because the calls are marked as pure.
    build.onLoad({ filter: /^/, namespace: 'named' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(name => name !== 'default');
      const named = names.map(name => `const _${name} = /* @__PURE__ */ _("${name}"); export { _${name} as ${name} };`);
      const whole = `export default /* @__PURE__ */ process.getBuiltinModule("${path}");`;
      return { contents: [`const _ = name => process.getBuiltinModule("${path}")[name];`, whole, ...named].join('\n') };
    });
    // For require and late imports. CommonJS, because no export is named.
    build.onLoad({ filter: /^/, namespace: 'whole' }, ({ path }) => {
      return { contents: `module.exports = process.getBuiltinModule("${path}");` };
    });
  },
};
