/**
 * `npm run check:flow -- FILE…`: whether Amazon Connect would take these flows and flow modules, by what public records say
 * of it (local/flow-language/check.ts). Exit code 1, with a line for each problem, where it would refuse one.
 *
 * @module
 */
import { type Flow, readFlow } from '../local/flow-runner/index.ts';
import { fromHere, readOptions } from './options.ts';

const USAGE = `Usage: npm run check:flow -- FILE…
  FILE   a flow or a flow module: in the flow language, as the answer of "aws connect describe-contact-flow" or
         "describe-contact-flow-module", or this project's template.yaml
Flows are checked against the contract of the module that is among the files, if its file has one.
for example: npm run check:flow -- template.yaml examples/returning-customer-flow.json`;

const { positionals: files } = readOptions(USAGE, { options: {}, allowPositionals: true }, parsed => {
  if (parsed.positionals.length === 0) throw new Error('Name at least one file.');
  return parsed;
});

const withContracts = files.map(file => check(file)).filter(each => typeof each !== 'string' && each.contract);
const [invoked] = withContracts.length === 1 ? withContracts : [];
for (const file of files) {
  const checked = check(file, invoked as Flow | undefined);
  if (typeof checked === 'string') {
    console.error(checked);
    process.exitCode = 1;
  } else {
    for (const warning of checked.warnings) console.error(warning);
    console.log(
      `${file}: no problem in this ${checked.isModule ? 'flow module' : 'flow'} of ${checked.actions.size} actions.`,
    );
  }
}

/** The flow of a file, or what is wrong with it. */
function check(file: string, module?: Flow): Flow | string {
  try {
    return readFlow(fromHere(file), module);
  } catch (error) {
    return (error as Error).message;
  }
}
