import { type Flow, readFlow, uncheckedLines } from '../local/flow-runner/index.ts';
import { fromHere, readOptions } from './options.ts';

const USAGE = `Usage: npm run check:flow -- FILE…
  FILE   a flow or a flow module: in the flow language, as the answer of "aws connect describe-contact-flow" or
         "describe-contact-flow-module", or in a template of CloudFormation, such as this project's template.yaml
Flows are checked against the contracts of the modules among the files, by their ids if the files contain them.
for example: npm run check:flow -- template.yaml examples/returning-customer-flow.json`;

/** What the flows in examples/ have in place of an id. */
const PLACEHOLDER = /\b((NEXT_)?FLOW_MODULE_ID|DEFAULT_QUEUE_ARN|LEX_BOT_ALIAS_ARN)\b/g;

const namesOf = (_: object, names: string[]) => {
  if (names.length === 0) throw new Error('Name at least one file.');
  return names;
};
const files = readOptions(USAGE, {}, namesOf, true);

const read = files.map(file => ({ file, flow: check(file) }));
for (const { file } of read) {
  const others = read.filter(each => each.file !== file);
  const modules = others.flatMap(({ flow }) => (typeof flow !== 'string' && flow.isModule ? flow : []));
  const checked = check(file, modules);
  if (typeof checked === 'string') {
    console.error(checked);
    process.exitCode = 1;
  } else {
    report(file, checked);
  }
}

function check(file: string, invoked: readonly Flow[] = []): Flow | string {
  try {
    return readFlow(fromHere(file), invoked);
  } catch (error) {
    return (error as Error).message;
  }
}

function report(file: string, checked: Flow): void {
  const parameters = JSON.stringify(Array.from(checked.actions.values(), action => action.Parameters));
  const placeholders = [...new Set(parameters.match(PLACEHOLDER))].join(', ');
  for (const warning of checked.warnings) console.error(warning);
  if (placeholders) console.error(`${file}: warning: replace these placeholders before you import it: ${placeholders}`);
  const flow = `this ${checked.isModule ? 'flow module' : 'flow'} of ${checked.actions.size} actions`;
  const lines = [`${file}: nothing found in ${flow}, but not all of it was checked:`, ...uncheckedLines(checked)];
  console.log(checked.unchecked.length > 0 ? lines.join('\n') : `${file}: no problem in ${flow}.`);
}
