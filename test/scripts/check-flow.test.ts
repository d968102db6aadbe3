import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { action, errors, FAILED, flow, moduleOf, on, RETURN } from '../../local/flow-language/test-support.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: object): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

describe('npm run check:flow', () => {
  const settings = (...names: string[]) => JSON.stringify({ transitions: { results: names.map(name => ({ name })) } });
  const answer = (Id: string, ...names: string[]) => ({
    ContactFlowModule: { Id, Content: JSON.stringify(moduleOf({ ...RETURN })), Settings: settings(...names) },
  });
  const ID = '1bc263e9-09cf-432c-971c-32da62c784af';
  const invoking = write('invoking.json', flow(action('InvokeFlowModule', { FlowModuleId: `${ID}:$LATEST` }, FAILED)));
  const modules = [write('m1.json', answer(ID, 'Yes')), write('m2.json', answer(ID.replace('1', '2'), 'No'))];
  const inner = action(
    'InvokeFlowModule',
    { FlowModuleId: 'id' },
    { ...errors('NoMatchingError:Return'), NextAction: 'Return' },
  );
  const nested = write('nested.json', moduleOf(inner, { ...RETURN, Parameters: { Result: 'Yes' } }));
  const log = action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' });
  const wrong = write('wrong.json', { ...flow(log), Version: '1', Settings: {} });
  const lost = { ...action('TransferContactToAgent'), Identifier: 'Lost', Transitions: {} };
  const task = flow(action('CreateTask', { Name: 'Call' }, FAILED), lost);
  const unreturned = write('unreturned.json', { ContactFlowModule: { Content: JSON.stringify(flow(log)) } });
  const three = { ...FAILED, ...on('Continued', 'TryAgain', 'NoHistory') };
  const found = action('InvokeFlowModule', { FlowModuleId: 'id', Input: { mode: 'FIND' } }, three);
  test.each([
    {
      files: ['examples/returning-customer-flow.json', 'template.yaml'],
      exit: 0,
      lines: /^examples\S+: no problem in this flow of 19 .*\ntemplate.yaml: .* flow module/,
      problems: /^\S+flow\.json: warning: replace these placeholders [^:]+: FLOW_MODULE_ID, DEFAULT_QUEUE_ARN\n$/,
    },
    {
      files: ['template.yaml', 'examples/canary-flow.json', 'examples/ask-first-flow.json'],
      exit: 0,
      lines: /^(.* no problem in .*\n){3}$/,
      problems:
        /^.*: NEXT_FLOW_MODULE_ID, FLOW_MODULE_ID, DEFAULT_QUEUE_ARN\n.*, LEX_BOT_ALIAS_ARN, DEFAULT_QUEUE_ARN\n$/,
    },
    {
      files: ['template.yaml', write('found.json', flow(found))],
      exit: 0,
      lines: /found\.json: no problem/,
      problems: /^\S+ warning: action "A", Transitions\.Conditions Found: [^\n]*\n$/,
    },
    {
      files: [wrong, 'none.json'],
      exit: 1,
      lines: /^$/,
      problems: /^Amazon .+:\n {2}Version: .*\n {2}Settings: .*\nThere is no file \S+\n$/,
    },
    {
      files: ['package.json'],
      exit: 1,
      lines: /^$/,
      problems: /^Amazon Connect would refuse \S+:\n {2}This is no flow: .*\n$/,
    },
    {
      files: [write('task.json', task)],
      exit: 0,
      lines: /^(?!.*no problem)\S+task\.json: .*\nCreateTask: parameters not checked\n$/,
      problems: /warning: Actions Lost: nothing leads to this action\n/,
    },
    {
      files: [write('both.json', { ...task, Version: '1' })],
      exit: 1,
      lines: /^$/,
      problems: /\n {2}Version: .*\nCreateTask: parameters not checked\n$/,
    },
    {
      files: [invoking, ...modules],
      exit: 0,
      lines: /^\S+invoking\.json: no problem in this flow of 2/,
      problems:
        /^\S+ warning: action "A", Transitions\.Conditions Yes: the module can return with this branch, [^\n]*\n$/,
    },
    {
      files: [unreturned],
      exit: 1,
      lines: /^$/,
      problems: /:\n {2}Actions: the service wants Settings at its top, .*\n$/,
    },
    { files: [nested], exit: 0, lines: /no problem in this flow module of 2/, problems: /^(?!.*warning)/s },
    { files: [], exit: 1, lines: /^$/, problems: /^Name at least one file\./ },
  ])('checks $files against each other, and ends with $exit', async ({ files, exit, lines, problems }) => {
    const { code, stdout, stderr } = await run(process.execPath, ['scripts/check-flow.ts', ...files]);
    const matching = expect.stringMatching;
    expect({ code, stdout, stderr }).toEqual({ code: exit, stdout: matching(lines), stderr: matching(problems) });
  });
});
