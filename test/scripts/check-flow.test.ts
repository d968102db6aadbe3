import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { action, FAILED, flow, moduleOf, on, RETURN } from '../../local/flow-language/test-support.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: object): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const ID = '1bc263e9-09cf-432c-971c-32da62c784af';
/** What AWS answers for a module that can return with this branch. */
const described = (Id: string, name: string) => ({
  ContactFlowModule: {
    Id,
    Content: JSON.stringify(moduleOf({ ...RETURN })),
    Settings: JSON.stringify({ transitions: { results: [{ name }] } }),
  },
});
const INVOKING = flow(action('InvokeFlowModule', { FlowModuleId: `${ID}:$LATEST` }, FAILED));
const UNREACHED = { ...action('TransferContactToAgent'), Identifier: 'Lost', Transitions: {} };
const TASK = flow(action('CreateTask', { Name: 'Call' }, FAILED), UNREACHED);
const THREE_BRANCHES = { ...FAILED, ...on('Continued', 'TryAgain', 'NoHistory') };
const FIND = flow(action('InvokeFlowModule', { FlowModuleId: 'id', Input: { mode: 'FIND' } }, THREE_BRANCHES));

test.each<{ files: string[]; lines?: RegExp; problems: RegExp }>([
  {
    files: ['examples/returning-customer-flow.json', 'template.yaml'],
    lines: /^examples\S+: no problem in this flow of 19 .*\ntemplate.yaml: .* flow module/,
    problems: /^\S+flow\.json: warning: replace these placeholders [^:]+: FLOW_MODULE_ID, DEFAULT_QUEUE_ARN\n$/,
  },
  {
    files: ['template.yaml', 'examples/canary-flow.json', 'examples/ask-first-flow.json'],
    lines: /^(.* no problem in .*\n){3}$/,
    problems:
      /^.*: NEXT_FLOW_MODULE_ID, FLOW_MODULE_ID, DEFAULT_QUEUE_ARN\n.*, LEX_BOT_ALIAS_ARN, DEFAULT_QUEUE_ARN\n$/,
  },
  {
    files: ['template.yaml', write('find.json', FIND)],
    lines: /find\.json: no problem/,
    problems: /^\S+ warning: action "A", Transitions\.Conditions Found: [^\n]*\n$/,
  },
  {
    files: [
      write('invoking.json', INVOKING),
      write('m1.json', described(ID, 'Yes')),
      write('m2.json', described('2', 'No')),
    ],
    lines: /^\S+invoking\.json: no problem in this flow of 2/,
    problems:
      /^\S+ warning: action "A", Transitions\.Conditions Yes: the module can return with this branch, [^\n]*\n$/,
  },
  {
    files: [write('task.json', TASK)],
    lines: /^(?!.*no problem)\S+task\.json: .*\nCreateTask: parameters not checked\n$/,
    problems: /warning: Actions Lost: nothing leads to this action\n/,
  },
  {
    files: [write('wrong.json', { ...TASK, Version: '1' }), 'none.json'],
    problems: /^Amazon .+:\n {2}Version: .*\nCreateTask: parameters not checked\nThere is no file \S+\n$/,
  },
  { files: [], problems: /^Name at least one file\./ },
])(
  'npm run check:flow checks $files against each other, and fails without $lines',
  async ({ files, lines, problems }) => {
    const stdout = lines ? expect.stringMatching(lines) : '';
    const ran = await run(process.execPath, ['scripts/check-flow.ts', ...files]);
    expect(ran).toEqual({ code: lines ? 0 : 1, stdout, stderr: expect.stringMatching(problems) });
  },
);
