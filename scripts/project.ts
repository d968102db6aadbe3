import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** What Lambda runs, from the project's folder. */
export const BUNDLE = 'dist/handler.mjs';
export const HANDLER = join(PROJECT, BUNDLE);
export const TEMPLATE = join(PROJECT, 'template.yaml');
