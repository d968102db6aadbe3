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

const MODULE = 'flow-module/persistent-chat.json';
const TEMPLATE = 'template.yaml';
const BLOCK = new RegExp(`(^ *# BEGIN ${MODULE}.*\n( *)Content: !Sub \\|\n)[^]*?(^ *# END ${MODULE}$)`, 'm');
const USAGE = `npm run embed
  Writes ${MODULE} into ${TEMPLATE}. It takes no options but --help.`;

const [argument] = process.argv.slice(2);
if (argument === '--help') {
  console.log(USAGE);
  process.exit();
}
if (argument !== undefined) fail(`Unknown argument "${argument}".\n\n${USAGE}`);

const template = readFileSync(TEMPLATE, 'utf8');
if (!BLOCK.test(template)) {
  fail(`${TEMPLATE} has no "Content: !Sub |" between "# BEGIN ${MODULE}" and "# END ${MODULE}".`);
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

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
