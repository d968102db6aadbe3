/**
 * Stands in for `import … from 'node:http'` in the bundle (build.ts). An ES import reads every export of a built-in
 * module, and reading `WebSocket` of this one loads all of Node's fetch, which nobody here uses: 15 to 20 ms of a start
 * with an `http:` endpoint. CommonJS, because the exports are named nowhere.
 */
module.exports = process.getBuiltinModule('node:http');
