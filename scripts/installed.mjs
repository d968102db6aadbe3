// Plain JavaScript that any Node runs: without npm ci there is neither the Node of this project nor what it needs.
import { existsSync } from 'node:fs';

const problem = existsSync(new URL('../node_modules/.package-lock.json', import.meta.url))
  ? wrongNode()
  : 'Run npm ci first.';
if (problem) {
  console.error(problem);
  process.exit(1);
}

/** Where npm runs no install scripts (ignore-scripts), the package "node" has no Node.js, and the shell's takes its place. */
function wrongNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return undefined;
  return `This project needs Node.js 24 or newer, and this is ${process.version} (${process.execPath}). The project's own one is missing,
because npm ci ran without install scripts. Run "npm ci --ignore-scripts=false", or put a newer Node.js into your PATH.`;
}
