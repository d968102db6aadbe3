/**
 * `npm run embed`: writes flow-module/persistent-chat.json, the one file that holds the flow module, into template.yaml,
 * between the two comments that name it. test/deploy/flow-module.test.ts fails while the two differ.
 *
 * The file names the function as `${PersistentChatFunction.Arn}`, which the template's `!Sub` fills in; a flow's own
 * paths begin with `$.` and pass through.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readOptions } from './options.ts';

const MODULE = 'flow-module/persistent-chat.json';
const TEMPLATE = 'template.yaml';
const BLOCK = new RegExp(`(^ *# BEGIN ${MODULE}.*\n( *)Content: !Sub \\|\n)[^]*?(^ *# END ${MODULE}$)`, 'm');

readOptions(`Usage: npm run embed\n  Writes ${MODULE} into ${TEMPLATE}.`, {});

const template = readFileSync(TEMPLATE, 'utf8');
if (!BLOCK.test(template)) {
  console.error(`${TEMPLATE} has no "Content: !Sub |" between "# BEGIN ${MODULE}" and "# END ${MODULE}".`);
  process.exit(1);
}

const lines = readFileSync(MODULE, 'utf8').trimEnd().split('\n');
writeFileSync(
  TEMPLATE,
  // A function, because a replacement text would give "$." and "${" a meaning of their own.
  template.replace(BLOCK, (_, begin: string, indent: string, end: string) => {
    const content = lines.map(line => `${indent}  ${line}\n`);
    return `${begin}${content.join('')}${end}`;
  }),
);
console.error(`${TEMPLATE} now holds ${MODULE}.`);
