import { describe, expect, test } from '@jest/globals';
import { type Expected, problemsOf, WANTS } from '../../local/flow-language/check.ts';
import type { Action } from '../../local/flow-runner/index.ts';
import { action, BOTH, END, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } from './support.ts';

const update = (Attributes: object) => action('UpdateContactAttributes', { Attributes }, FAILED);
const compare = (ComparisonValue: string, ways = {}) =>
  action('Compare', { ComparisonValue }, { ...errors('NoMatchingCondition'), ...ways });
const wait = (parameters: object, ...results: string[]) =>
  action('Wait', { TimeLimitSeconds: '5', ...parameters }, { ...FAILED, ...on(...results) });
const invoke = (Input: object, ...results: string[]) =>
  action('InvokeFlowModule', { FlowModuleId: 'id', Input }, { ...BOTH, ...on(...results) });
const back = (Parameters: Action['Parameters'] = {}) => moduleOf({ ...RETURN, Parameters });

const input = { text: 'string', count: 'integer' };
const CONTRACT = { input, resultData: { text: 'string' }, results: ['Yes', 'No'] };
const [OWN, INVOKED] = [{ own: CONTRACT }, { invoked: CONTRACT }];
const nth = (n: number) => ({ ...SAY, Identifier: `${n}`, Transitions: { NextAction: `${n + 1}` } });
const MANY = Array.from({ length: 250 }, (_, n) => nth(n));
const PART = { InputParameters: [], OutputParameters: [] };
const NAME = 'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}';
const LEAF = 'a reference with a leaf, such as $.External.reason';
const BRANCH_COUNT = 'at most 8 branches, each once';
const EMPTY = 'a text that is not empty';
const DECLARED = 'what the contract declares, in its type (a reference is a string)';

/** What the service wants, the path, of the action "A" unless it says so, and what is there: an action, or a flow. */
type Row = [wants: string, path: string, given: object, contracts?: Expected];
const named = (Identifier: string): Row => [NAME, `action "${Identifier}", Identifier`, { ...SAY, Identifier }];
const comparing = (value: string): Row => [LEAF, 'Parameters.ComparisonValue', compare(value)];
const to = (given: string[]): Row => [
  'one operand',
  `Transitions.Conditions [${given}]`,
  compare('$.Channel', when('Equals', ...given)),
];
const passing = (Input: object): Row => [DECLARED, `Parameters.Input.${Object.keys(Input)}`, invoke(Input), INVOKED];
const ROWS: Row[] = [
  ['a flow, no flow module', 'Actions', back(), { kind: 'flow' }],
  ['a flow module, no flow', 'Actions', flow(SAY), { kind: 'module' }],
  ['2019-10-30', 'Version', { ...flow(SAY), Version: '2019-10-31' }],
  ['at most 250 actions', 'Actions', { ...flow(...MANY), Actions: [...MANY, { ...END, Identifier: '250' }] }],
  ['an action of the flow', 'StartAction', { ...flow(SAY), StartAction: 'Nowhere', Actions: [] }],
  ['a way that leads to this action', 'Actions Lost', flow(SAY, { ...SAY, Identifier: 'Lost' })],
  ['no Settings in a flow', 'Settings', { ...flow(SAY), Settings: {} }],
  ['this list in a module', 'Settings', { ...back(), Settings: undefined }],
  ['this list in a module', 'Settings.Transitions', { ...back(), Settings: PART }],
  [BRANCH_COUNT, 'transitions.results', back(), { own: { ...CONTRACT, results: [...'123456789'] } }],
  [BRANCH_COUNT, 'transitions.results', back(), { own: { ...CONTRACT, results: ['a', 'a'] } }],
  ...['a:b', 'toString', 'x'.repeat(51), ''].map(named),
  [NAME, 'action "A", Identifier', flow({ ...SAY }, SAY)],
  ['an action type of the flow language', 'Type PlayPrompt', action('PlayPrompt')],
  ['an action type of the flow language', 'Type toString', action('toString')],
  ['this parameter', 'Parameters.FlowModuleId', action('InvokeFlowModule', {}, BOTH)],
  ['no such parameter', 'Parameters.TimeoutSeconds', wait({ TimeoutSeconds: '5' }, 'WaitCompleted')],
  ['no such parameter', 'action "Return", Parameters.Text', back({ Text: 'Bye' })],
  ['a text', 'Parameters.Attributes.a', update({ a: 1 })],
  ['a text', 'Parameters.Tags.0.deep', action('TagContact', { Tags: [{ deep: null }] })],
  ['a text', 'Parameters.Input.count', invoke({ count: 7 }), { kind: 'flow' }],
  [EMPTY, 'Parameters.Attributes.b', update({ a: ' ', b: '' })],
  [EMPTY, 'Parameters.Input.text', invoke({ text: '' })],
  [EMPTY, 'Transitions.Conditions.0.Condition.Operands.0', compare('$.Channel', when('Equals', ''))],
  [EMPTY, 'Transitions.Errors.0.ErrorType', action('TagContact', {}, errors(':End'))],
  ...['$.External', '$.Modules.ResultData', 'gold', '$.a b'].map(comparing),
  ['one of the nine operators', 'Transitions.Conditions Contains', compare('$.Channel', when('Contains', 'x'))],
  ...[[], ['a', 'b']].map(to),
  ['this condition', 'Transitions.Conditions WaitCompleted', wait({})],
  ['this condition', 'Transitions.Conditions Returned', wait({ Events: ['Returned'] }, 'WaitCompleted')],
  ['this condition', 'Transitions.Conditions ContinueLooping', action('Loop', { LoopCount: '2' }, on('DoneLooping'))],
  ['this error', 'Transitions.Errors NoMatchingError', { ...INVOKE, Transitions: { NextAction: 'End' } }],
  ['this error', 'Transitions.Errors NoMatchingError', action('UpdateContactAttributes', { Attributes: {} })],
  ['this error', 'Transitions.Errors NoMatchingError', action('UpdateFlowAttributes')],
  ['this error', 'Transitions.Errors NoMatchingCondition', action('Compare', { ComparisonValue: '$.Channel' })],
  ['this error', 'Transitions.Errors NoMatchingCondition', action('InvokeFlowModule', { FlowModuleId: 'id' }, FAILED)],
  ['this error', 'Transitions.Errors NoMatchingCondition', action('CheckMetricData', { MetricType: 'x' }, FAILED)],
  ['no such error', 'Transitions.Errors NoMatchingError', compare('$.Channel', BOTH)],
  ['no such error', 'Transitions.Errors NoMatchingCondition', action('CheckHoursOfOperation', {}, BOTH)],
  ['no transition where the flow ends', 'Transitions to End', action('EndFlowExecution')],
  ['this transition', 'Transitions.NextAction', { ...SAY, Transitions: FAILED }],
  ['an action of the flow', 'Transitions to Lost', action('MessageParticipant', {}, errors('NoMatchingError:Lost'))],
  ['a branch that the contract declares', 'action "Return", Parameters.Result', back({ Result: 'Success' }), OWN],
  ['a branch that the module declares', 'Transitions.Conditions Maybe', invoke({}, 'Yes', 'Maybe'), INVOKED],
  ...[{ other: 'x' }, { count: '7' }, { count: '$.Attributes.a' }, { text: 7 }, { toString: 'x' }].map(passing),
  [DECLARED, 'action "Return", Parameters.ResultData.x', back({ ResultData: { x: 'y' } }), OWN],
];

const problems = (given: object, contracts: Expected = {}) =>
  problemsOf('Type' in given ? flow(given as Action) : given, contracts);

describe('a flow that Amazon Connect would refuse', () => {
  test.each(ROWS)('is refused, because the service wants %s (%#)', (...[wants, path, given, contracts]: Row) => {
    const where = /^(Parameters|Transitions|Type)/.test(path) ? `action "A", ${path}` : path;
    expect(problems(given, contracts)).toEqual([`${where}: the service wants ${wants}`]);
  });

  test('is refused by each rule in one of these rows', () => {
    expect(new Set(ROWS.map(([wants]) => wants))).toEqual(new Set(WANTS));
  });

  const misshapen = { ...SAY, Transitions: { Errors: {}, Conditions: [{}] } };
  const ofAction = ['Errors', 'Conditions.0.NextAction', 'Conditions.0.Condition'];
  test.each<[unknown, string[]]>([
    ...[[], null, { Version: '2019-10-30', Actions: {} }].map((given): [unknown, string[]] => [
      given,
      ['This is no flow'],
    ]),
    [{ ...flow(SAY), Version: 1, StartAction: undefined, Actions: [7] }, ['Version', 'StartAction', 'Actions.0']],
    [{ ...flow(SAY), Actions: [misshapen] }, ofAction.map(path => `Actions.0.Transitions.${path}`)],
  ])('has all the problems of its shape (%#)', (content, paths) => {
    expect(problemsOf(content, {}).map(problem => problem.split(':')[0])).toEqual(paths);
  });
});

const VIEW = errors('NoMatchingError', 'NoMatchingCondition', 'TimeLimitExceeded');
test.each<[string, object, Expected?]>([
  ['a reference of one word', compare('$.Channel')],
  ['a reference in brackets', compare("$.SegmentAttributes['connect:Subtype']")],
  ['a message without an error branch', SAY],
  ['views, whose data have types', action('ShowView', { ViewData: { n: [1] } }, VIEW)],
  ['input of the declared types', invoke({ text: '$.Attributes.a', count: 7 }, 'Yes'), INVOKED],
  ['a return with a branch and data', back({ Result: 'No', ResultData: { text: '$.External.a' } }), OWN],
  ['a return without', back(), OWN],
])('Amazon Connect takes %s', (...[, given, contracts]) => {
  expect(problems(given, contracts)).toEqual([]);
});
