import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readFlow } from '../../local/flow-runner/index.ts';
import { run } from '../scripts/run.ts';
import { action, FAILED, flow, moduleOf, RETURN } from './support.ts';

const EXAMPLE = 'examples/returning-customer-flow.json';
const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const large = write('large.json', '');
truncateSync(large, 60_000_000);
const LOG = action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' });
const MENU = { ...action('GetParticipantInput', {}, FAILED), Identifier: 'Menu' };
const exported = flow({ ...LOG, Transitions: { NextAction: 'Menu' } }, MENU);
const back = moduleOf({ ...RETURN, Parameters: { Result: 'Yes' } });
const answerOf = (Settings: string, Content = JSON.stringify(back)) => ({ ContactFlowModule: { Content, Settings } });

describe('a file', () => {
  test('has a name, a start and actions; real types that a run here leaves out are a warning', () => {
    const { name, start, actions, isModule, warnings } = readFlow(write('export.json', exported));
    expect([name, start, [...actions.keys()], isModule]).toEqual(['export', 'A', ['A', 'Menu', 'End'], false]);
    expect(warnings.map(warning => warning.replace(/^.*export\.json: /, ''))).toEqual([
      'passed over, because it changes nothing here: UpdateFlowLoggingBehavior.',
      'a run here ends where it reaches: GetParticipantInput.',
    ]);
  });

  test('may be the answer of an aws command, which has the contract of a module', () => {
    const settings = JSON.stringify({ transitions: { results: [{ name: 'Yes', description: '' }] } });
    expect(readFlow(write('answer.json', answerOf(settings))).contract?.results).toEqual(['Yes']);
    expect(readFlow(write('flow.json', { ContactFlow: { Content: JSON.stringify(exported) } })).isModule).toBe(false);
    const refusal = '"Return", Parameters.Result: the service wants a branch';
    expect(() => readFlow(write('none.json', answerOf('{}')))).toThrow(refusal);
  });

  test('of a module alone, or of a flow alone, is not checked against a contract, and says so', () => {
    expect(readFlow(write('module.json', back)).warnings).toEqual([expect.stringContaining('its contract, which')]);
    expect(readFlow(EXAMPLE).warnings).toEqual([expect.stringContaining('of a module')]);
  });

  test.each<[string, string, RegExp]>([
    ['none', 'no-such-file.json', /^There is no file \S+$/],
    ['a folder', '.', /^\S+ is not a file\.$/],
    ['60 MB', large, /^\S+ has 60 MB, and a flow's file at most 2 MB\.$/],
    ['no JSON', write('text.json', '{'), /^\S+ is not JSON: [^\n]+$/],
    ['no YAML', write('text.yaml', '{'), /^\S+ is no template: [^\n]+$/],
    ['another template', write('other.yaml', 'Resources: {}'), /^There is nothing at Resources\.Persistent[^\n]+$/],
    ['a contract that is none', write('bad.json', answerOf('7', '{}')), /no contract/],
  ])('that is %s is one sentence', (_, file, sentence) => {
    expect(() => readFlow(file)).toThrow(sentence);
  });
});

describe('npm run check:flow', () => {
  const check = (...files: string[]) => run(process.execPath, ['scripts/check-flow.ts', ...files]);

  test('takes the files of this project, checked against each other', async () => {
    const { code, stdout, stderr } = await check(EXAMPLE, 'template.yaml');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines =
      /^examples\S+: no problem in this flow of 19 actions\.\ntemplate\.yaml: no problem in this flow module/;
    expect(stdout).toMatch(lines);
  });

  test('ends with 1, and a line for each problem of each file; it needs one', async () => {
    const wrong = { ...flow(LOG), Version: '1', Settings: {} };
    const { code, stderr } = await check(write('wrong.json', wrong), 'no-such-file.json', 'template.yaml');
    const lines = /^Amazon Connect would refuse \S+:\n {2}Version: .*\n {2}Settings: .*\nThere is no file \S+\n$/;
    expect([code, stderr]).toEqual([1, expect.stringMatching(lines)]);
    expect((await check()).stderr).toMatch(/Name at least one file\./);
  });
});
