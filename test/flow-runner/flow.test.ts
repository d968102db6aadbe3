import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Flow, readFlow, readModule } from '../../local/flow-runner/index.ts';
import { action, errors, flow, moduleOf, RETURN } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** Runs what `npm run check:flow` runs. */
const check = (...files: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
    execFile(process.execPath, ['scripts/check-flow.ts', ...files], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

const large = write('large.json', '');
truncateSync(large, 60_000_000);

const LOG = action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' });
const MENU = { ...action('GetParticipantInput', {}, errors('NoMatchingError')), Identifier: 'Menu' };
const exported = flow({ ...LOG, Transitions: { NextAction: 'Menu' } }, MENU);
const back = moduleOf({ ...RETURN, Parameters: { Result: 'Yes' } });
const Settings = JSON.stringify({ transitions: { results: [{ name: 'Yes', description: '' }] } });

describe('a file', () => {
  test('has a name, a start and actions; real types that a run here leaves out are a warning', () => {
    const { name, start, actions, isModule, warnings }: Flow = readFlow(write('export.json', exported));
    expect([name, start, [...actions.keys()], isModule]).toEqual(['export', 'A', ['A', 'Menu', 'End'], false]);
    expect(warnings.map(warning => warning.replace(/^.*export\.json: /, ''))).toEqual([
      'passed over, because it changes nothing here: UpdateFlowLoggingBehavior.',
      'a run here ends where it reaches: GetParticipantInput.',
    ]);
  });

  test('may be the answer of an aws command, which has the contract of a module', () => {
    const answer = { ContactFlowModule: { Content: JSON.stringify(back), Settings } };
    expect(readFlow(write('answer.json', answer)).contract?.results).toEqual(['Yes']);
    expect(readFlow(write('flow.json', { ContactFlow: { Content: JSON.stringify(exported) } })).isModule).toBe(false);
    answer.ContactFlowModule.Settings = '{}';
    expect(() => readFlow(write('none.json', answer))).toThrow(
      '"Return", Parameters.Result: the service wants a branch',
    );
  });

  test('of a module alone, or of a flow alone, is not checked against a contract, and says so', () => {
    expect(readFlow(write('module.json', back)).warnings).toEqual([expect.stringContaining('its contract, which')]);
    expect(readFlow('examples/returning-customer-flow.json').warnings).toEqual([
      expect.stringContaining('of a module'),
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['none', 'no-such-file.json', /^There is no file \S+$/],
    ['a folder', '.', /^\S+ is not a file\.$/],
    ['60 MB', large, /^\S+ has 60 MB, and a flow's file at most 2 MB\.$/],
    ['no JSON', write('text.json', '{'), /^\S+ is not JSON: [^\n]+$/],
    ['no YAML', write('text.yaml', '{'), /^\S+ is no template: [^\n]+$/],
    ['another template', write('other.yaml', 'Resources: {}'), /^There is nothing at Resources\.Persistent[^\n]+$/],
    [
      'a contract that is none',
      write('bad.json', { ContactFlowModule: { Content: '{}', Settings: '7' } }),
      /no contract/,
    ],
  ])('that is %s is one sentence', (_, file, sentence) => {
    expect(() => readFlow(file)).toThrow(sentence);
  });
});

describe('npm run check:flow', () => {
  test('takes the files of this project, checked against each other', async () => {
    const { code, stdout, stderr } = await check('examples/returning-customer-flow.json', 'template.yaml');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^examples\S+: no problem in this flow of 19 [\s\S]+template.yaml: no problem in this flow module/,
    );
  });

  test('ends with 1, and a line for each problem of each file', async () => {
    const wrong = { ...flow(LOG), Version: '1', Settings: {} };
    const { code, stderr } = await check(write('wrong.json', wrong), 'no-such-file.json', 'template.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Amazon Connect would refuse \S+:\n {2}Version: .*\n {2}Settings: .*\nThere is no file \S+\n$/,
    );
  });

  test('needs a file', async () => {
    expect((await check()).stderr).toMatch(/Name at least one file\./);
  });
});

test('the files of this project have no empty text among the parameters', () => {
  for (const { actions } of [readModule(), readFlow('examples/returning-customer-flow.json')]) {
    for (const { Parameters } of actions.values()) expect(JSON.stringify(Parameters)).not.toContain('""');
  }
});
