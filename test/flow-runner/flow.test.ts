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
const wrong = write('wrong.json', { ...flow(LOG), Version: '1', Settings: {} });
const exported = flow({ ...LOG, Transitions: { NextAction: 'Menu' } }, MENU);
const back = moduleOf({ ...RETURN, Parameters: { Result: 'Yes' } });
const template = (Content: string) =>
  `Resources: { PersistentChatFlowModule: { Properties: { Content: ${Content}, Settings: '{}' } } }`;
const answerOf = (Settings: string, Content = JSON.stringify(back)) => ({ ContactFlowModule: { Content, Settings } });

describe('a file', () => {
  test('has a name, a start and actions; real types that a run here leaves out are a warning', () => {
    const { warnings, ...read } = readFlow(write('export.json', exported));
    const actions = new Map(exported.Actions.map(each => [each.Identifier, each]));
    expect(read).toEqual({ name: 'export', start: 'A', actions, isModule: false });
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
    [
      'a module of objects',
      write('old.yaml', template('{ Fn::ToJsonString: {} }')),
      /^\S+Module: Content is no JSON text\.$/,
    ],
    ['no JSON in YAML', write('comma.yaml', template("'{,'")), /^Content of \S+ is not JSON: [^\n]+$/],
    ['a contract that is none', write('bad.json', answerOf('7', '{}')), /no contract/],
  ])('that is %s is one sentence', (_, file, sentence) => {
    expect(() => readFlow(file)).toThrow(sentence);
  });
});

describe('npm run check:flow', () => {
  test.each([
    [
      [EXAMPLE, 'template.yaml'],
      0,
      /^examples\S+: no problem in this flow of 19 .*\ntemplate.yaml: .* flow module/,
      /^$/,
    ],
    [[wrong, 'none.json'], 1, /^$/, /^Amazon .+:\n {2}Version: .*\n {2}Settings: .*\nThere is no file \S+\n$/],
    [['package.json'], 1, /^$/, /^Amazon Connect would refuse \S+package\.json:\n {2}This is no flow: .*\n$/],
    [[], 1, /^$/, /^Name at least one file\./],
  ])('checks %j against each other, and ends with %d', async (files, exit, lines, problems) => {
    const { code, stdout, stderr } = await run(process.execPath, ['scripts/check-flow.ts', ...files]);
    const matching = expect.stringMatching;
    expect({ code, stdout, stderr }).toEqual({ code: exit, stdout: matching(lines), stderr: matching(problems) });
  });
});
