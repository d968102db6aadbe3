// Plain JavaScript that any Node runs: without npm ci there is neither the Node of this project nor what it needs.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../node_modules/.bin/node', import.meta.url))) {
  console.error('Run npm ci first.');
  process.exit(1);
}
