import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { action, FAILED, flow, moduleOf, RETURN } from '../flow-language/test-support.ts';
import { readFlow } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(file, isRaw ? content : JSON.stringify(content));
  return file;
}
const readContent = (content: unknown, name = 'read.json') => readFlow(write(name, content));

const LOG = action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' }, { NextAction: 'Menu' });
const MENU = { ...action('CreateTask', { Name: 'Call' }, FAILED), Identifier: 'Menu' };
const LOST = { ...action('TransferContactToAgent'), Identifier: 'Lost', Transitions: {} };
const exported = flow(LOG, MENU, LOST);
const content = JSON.stringify(exported);
const back = moduleOf({ ...RETURN, Parameters: { Result: 'Yes' } });
const answerOf = (Settings: string, Content = JSON.stringify(back)) => ({ ContactFlowModule: { Content, Settings } });

test('a flow has a name, a start and actions; real types that a run here leaves out are a warning', () => {
  const { warnings, ...read } = readContent(exported, 'export.json');
  const actions = new Map(exported.Actions.map(each => [each.Identifier, each]));
  const rest = { isModule: false, returns: [], unchecked: ['CreateTask'] };
  expect(read).toEqual({ name: 'export', start: 'A', actions, ...rest });
  expect(warnings).toEqual(
    [
      'warning: Actions Lost: nothing leads to this action',
      'passed over, because it changes nothing here: UpdateFlowLoggingBehavior, CreateTask.',
      'a run here ends where it reaches: TransferContactToAgent.',
    ].map(warning => `${join(folder, 'export.json')}: ${warning}`),
  );
});

test('the answer of an aws command has the contract of a module', () => {
  const asked = { name: 'No', description: 'The customer said no; invoke again without question' };
  const settings = JSON.stringify({ transitions: { results: [{ name: 'Yes', description: '' }, asked] } });
  const contract = { results: ['Yes', 'No'], onlyWith: new Map([['No', 'question']]) };
  expect(readContent(answerOf(settings)).contract).toMatchObject(contract);
  expect(readContent({ ContactFlow: { Content: content } }).isModule).toBe(false);
  const refusal = '"Return", Parameters.Result: the service wants a branch';
  expect(() => readContent(answerOf('{}'))).toThrow(refusal);
});

test('a module alone, or a flow alone, is not checked against a contract, which is a warning', () => {
  expect(readContent(back).warnings).toEqual([expect.stringContaining('its contract, which')]);
  const invoking = flow(action('InvokeFlowModule', { FlowModuleId: 'id' }, FAILED));
  expect(readContent(invoking).warnings).toEqual([expect.stringContaining('of a module')]);
});

const F = { Type: 'AWS::Connect::ContactFlow', Properties: { Name: 'x', Content: content } };
const template = (Content: unknown, more: object = {}) => ({
  Resources: { F: { ...F, Properties: { Content } }, ...more },
});
const yaml = `Resources: { F: { Type: ${F.Type}, Properties: { Name: !Join ['', [a]], Content: '${content}' } } }`;
test.each([
  { title: 'with a byte-order mark', written: `\uFEFF${content}`, warned: true },
  { title: 'as a JSON text', written: JSON.stringify(content) },
  { title: 'as ContactFlow', written: { ContactFlow: { Id: 'x', Content: content } } },
  { title: 'as the inside of ContactFlow', written: { Arn: 'arn:x:contact-flow/x', Content: content } },
  { title: 'in a template', written: yaml, name: 'read.yaml' },
  { title: 'in a template with a reference', written: template({ 'Fn::Sub': content }) },
])('a flow is read $title', ({ written, name, warned = false }) => {
  const { actions, warnings } = readContent(written, name);
  expect([actions.size, warnings.some(each => each.includes('byte-order mark'))]).toEqual([4, warned]);
});

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
test.each<{ title: string; file?: string; written?: unknown; name?: string; sentence: RegExp }>([
  { title: 'none', file: 'no-such-file.json', sentence: /^There is no file \S+$/ },
  { title: 'a folder', file: '.', sentence: /^\S+ is not a file\.$/ },
  { title: '3 MB', written: 'x'.repeat(3e6), sentence: /^\S+ has 3 MB, and a flow's file at most 2 MB\.$/ },
  { title: 'no JSON', written: '{', sentence: /^\S+ is not JSON: [^\n]+$/ },
  { title: 'no YAML', written: '{', name: 'read.yaml', sentence: /^\S+ is not a template: [^\n]+$/ },
  { title: 'a contract in another form', written: answerOf('7', '{}'), sentence: /is not the contract/ },
  { title: 'UTF-16', written: utf16(`\uFEFF${content}`), sentence: /^\S+ is UTF-16, which PowerShell writes .*\.$/ },
  { title: 'UTF-16, the other way', written: utf16(`\uFEFF${content}`).swap16(), sentence: /^\S+ is UTF-16/ },
  { title: 'UTF-16 without a mark', written: utf16(content), sentence: /^\S+ is UTF-16/ },
  { title: 'an old export', written: { modules: [], start: 'x' }, sentence: /the designer's old format/ },
  { title: 'a list', written: [exported, exported], sentence: /^\S+ is a list \(of 2\), no flow\. [^\n]+\.$/ },
  { title: 'a list of flows', written: { ContactFlowSummaryList: [] }, sentence: /is a list of flows \(/ },
  { title: 'no flow', written: 'Resources: {}', name: 'a.yml', sentence: /^\S+ is a CloudFormation .* has no flow/ },
  { title: 'two flows', written: template('{}', { G: F }), sentence: /has 2 flows/ },
  { title: 'put together', written: template({ 'Fn::Join': ['', ['{}']] }), sentence: /makes the content of F when/ },
])('a file that is $title is one sentence', ({ written, name, file, sentence }) => {
  expect(() => (file ? readFlow(file) : readContent(written, name))).toThrow(sentence);
});
