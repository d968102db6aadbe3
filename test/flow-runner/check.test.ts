import { describe, expect, test } from '@jest/globals';
import { type Contracts, problemsOf, WANTS } from '../../local/flow-runner/check.ts';
import { readFlow, readModule } from '../../local/flow-runner/index.ts';
import { action, END, errors, flow, moduleOf, on, RETURN, when } from './support.ts';

const FAILED = errors('NoMatchingError');
const BOTH = errors('NoMatchingCondition', 'NoMatchingError');
const SAY = action('MessageParticipant', { Text: 'Hello' });
const LAMBDA = { LambdaFunctionARN: 'arn', InvocationTimeLimitSeconds: '8' };
const update = (Attributes: object) => action('UpdateContactAttributes', { Attributes }, FAILED);
const compare = (ComparisonValue: string, transitions = {}) =>
  action('Compare', { ComparisonValue }, { ...errors('NoMatchingCondition'), ...transitions });
const wait = (parameters: object, ...results: string[]) =>
  action('Wait', { TimeLimitSeconds: '5', ...parameters }, { ...FAILED, ...on(...results) });
const invoke = (Input: object, ...results: string[]) =>
  action('InvokeFlowModule', { FlowModuleId: 'id', Input }, { ...BOTH, ...on(...results) });
const back = (parameters: Record<string, unknown>) => moduleOf({ ...RETURN, Parameters: parameters });

const CONTRACT = {
  input: { text: 'string', count: 'integer' },
  resultData: { text: 'string' },
  results: ['Yes', 'No'],
};
const MANY = Array.from({ length: 250 }, (_, index) => ({
  ...SAY,
  Identifier: `${index}`,
  Transitions: { NextAction: `${index + 1}` },
}));
const NAME = 'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}';
const LEAF = 'a reference with a leaf, such as $.External.reason';
const BRANCH_COUNT = 'at most 8 branches, each once';
const OPERAND = 'one operand, and not an empty one';
const DECLARED = 'what the contract declares, in its type (a reference is a string)';
const OWN = { own: CONTRACT };
const INVOKED = { invoked: CONTRACT };

/** What the service wants, the path, of the action "A" unless it says so, and what is otherwise there. */
type Row = [wants: string, path: string, content: unknown, contracts?: Contracts];
const ROWS: Row[] = [
  ['2019-10-30', 'Version', { ...flow(SAY), Version: '2019-10-31' }],
  ['at most 250 actions', 'Actions', { ...flow(...MANY), Actions: [...MANY, { ...END, Identifier: '250' }] }],
  ['an action of the flow', 'StartAction', { ...flow(SAY), StartAction: 'Nowhere', Actions: [] }],
  ['a way that leads to this action', 'Actions Lost', flow(SAY, { ...SAY, Identifier: 'Lost' })],
  ['no Settings in a flow', 'Settings', { ...flow(SAY), Settings: {} }],
  ['this list in a module', 'Settings', { ...moduleOf(RETURN), Settings: undefined }],
  [
    'this list in a module',
    'Settings.OutputParameters',
    { ...moduleOf(RETURN), Settings: { InputParameters: [], Transitions: [] } },
  ],
  [BRANCH_COUNT, 'transitions.results', moduleOf(RETURN), { own: { ...CONTRACT, results: [...'123456789'] } }],
  [BRANCH_COUNT, 'transitions.results', moduleOf(RETURN), { own: { ...CONTRACT, results: ['a', 'a'] } }],
  ...['a:b', 'toString', 'x'.repeat(51), ''].map(
    (Identifier): Row => [NAME, `action "${Identifier}", Identifier`, flow({ ...SAY, Identifier })],
  ),
  [NAME, 'action "A", Identifier', flow({ ...SAY }, SAY)],
  ['an action type of the flow language', 'Type PlayPrompt', flow(action('PlayPrompt'))],
  ['an action type of the flow language', 'Type toString', flow(action('toString'))],
  ['this parameter', 'Parameters.FlowModuleId', flow(action('InvokeFlowModule', {}, BOTH))],
  ['no such parameter', 'Parameters.TimeoutSeconds', flow(wait({ TimeoutSeconds: '5' }, 'WaitCompleted'))],
  [
    'no such parameter',
    'action "End", Parameters.Text',
    { ...flow(SAY), Actions: [SAY, { ...END, Parameters: { Text: 'Bye' } }] },
  ],
  ['a text', 'Parameters.Attributes.a', flow(update({ a: 1 }))],
  ['a text', 'Parameters.Tags.0.deep', flow(action('TagContact', { Tags: [{ deep: null }] }))],
  ['a text that is not empty', 'Parameters.Attributes.b', flow(update({ a: ' ', b: '' }))],
  ['a text that is not empty', 'Parameters.Input.text', flow(invoke({ text: '' }))],
  ...['$.External', '$.Modules.ResultData', 'gold', '$.a b'].map(
    (value): Row => [LEAF, 'Parameters.ComparisonValue', flow(compare(value))],
  ),
  ['one of the nine operators', 'Transitions.Conditions Contains', flow(compare('$.Channel', when('Contains', 'x')))],
  ...[[], [''], ['a', 'b']].map(
    (given): Row => [
      OPERAND,
      `Transitions.Conditions [${given}]`,
      flow(compare('$.Channel', when('Equals', ...given))),
    ],
  ),
  ['this condition', 'Transitions.Conditions WaitCompleted', flow(wait({}))],
  [
    'this condition',
    'Transitions.Conditions CustomerReturned',
    flow(wait({ Events: ['CustomerReturned'] }, 'WaitCompleted')),
  ],
  [
    'this condition',
    'Transitions.Conditions ContinueLooping',
    flow(action('Loop', { LoopCount: '2' }, on('DoneLooping'))),
  ],
  ['this error', 'Transitions.Errors NoMatchingError', flow(action('InvokeLambdaFunction', LAMBDA))],
  ['this error', 'Transitions.Errors NoMatchingError', flow(action('UpdateContactAttributes', { Attributes: {} }))],
  ['this error', 'Transitions.Errors NoMatchingError', flow(action('UpdateFlowAttributes'))],
  ['this error', 'Transitions.Errors NoMatchingCondition', flow(action('Compare', { ComparisonValue: '$.Channel' }))],
  [
    'this error',
    'Transitions.Errors NoMatchingCondition',
    flow(action('InvokeFlowModule', { FlowModuleId: 'id' }, FAILED)),
  ],
  [
    'this error',
    'Transitions.Errors NoMatchingCondition',
    flow(action('CheckMetricData', { MetricType: 'x' }, FAILED)),
  ],
  ['no such error', 'Transitions.Errors NoMatchingError', flow(compare('$.Channel', BOTH))],
  ['no such error', 'Transitions.Errors NoMatchingCondition', flow(action('CheckHoursOfOperation', {}, BOTH))],
  ['no transition where the flow ends', 'Transitions to End', flow(action('EndFlowExecution'))],
  ['this transition', 'Transitions.NextAction', flow({ ...SAY, Transitions: FAILED })],
  [
    'an action of the flow',
    'Transitions to Lost',
    flow(action('MessageParticipant', {}, errors('NoMatchingError:Lost'))),
  ],
  ['a branch that the contract declares', 'action "Return", Parameters.Result', back({ Result: 'Success' }), OWN],
  ['a branch that the module declares', 'Transitions.Conditions Maybe', flow(invoke({}, 'Yes', 'Maybe')), INVOKED],
  ...[{ other: 'x' }, { count: '7' }, { count: '$.Attributes.a' }, { text: 7 }, { toString: 'x' }].map(
    (Input): Row => [DECLARED, `Parameters.Input.${Object.keys(Input)}`, flow(invoke(Input)), INVOKED],
  ),
  [DECLARED, 'action "Return", Parameters.ResultData.x', back({ ResultData: { x: 'y' } }), OWN],
];

describe('a flow that Amazon Connect would refuse', () => {
  test.each(ROWS)('is refused, because the service wants %s (%#)', (wants, path, content, contracts = {}) => {
    const where = /^(Parameters|Transitions|Type)/.test(path) ? `action "A", ${path}` : path;
    expect(problemsOf(content, contracts)).toEqual([`${where}: the service wants ${wants}`]);
  });

  test('is refused by each rule in one of these rows', () => {
    expect(new Set(ROWS.map(([wants]) => wants))).toEqual(new Set(WANTS));
  });

  test.each<[unknown, string[]]>([
    [[], ['all']],
    [null, ['all']],
    [{ Version: 1, Actions: {} }, ['Version', 'StartAction', 'Actions']],
    [{ ...flow(SAY), Actions: [7] }, ['Actions.0']],
    [
      { ...flow(SAY), Actions: [{ ...SAY, Transitions: { Errors: {}, Conditions: [{}] } }] },
      [
        'Actions.0.Transitions.Errors',
        'Actions.0.Transitions.Conditions.0.NextAction',
        'Actions.0.Transitions.Conditions.0.Condition',
      ],
    ],
  ])('has all the problems of its shape (%#)', (content, paths) => {
    expect(problemsOf(content, {}).map(problem => problem.split(':')[0])).toEqual(paths);
  });
});

describe('a flow that Amazon Connect takes', () => {
  test.each<[string, unknown, Contracts?]>([
    ['a reference of one word', flow(compare('$.Channel'))],
    ['a reference in brackets', flow(compare("$.SegmentAttributes['connect:Subtype']"))],
    ['a message without an error branch', flow({ ...SAY, Transitions: { NextAction: 'End' } })],
    [
      'views, whose data have types',
      flow(
        action(
          'ShowView',
          { ViewData: { n: [1] } },
          errors('NoMatchingError', 'NoMatchingCondition', 'TimeLimitExceeded'),
        ),
      ),
    ],
    ['input of the declared types', flow(invoke({ text: '$.Attributes.a', count: 7 }, 'Yes')), { invoked: CONTRACT }],
    [
      'a return with a branch and data',
      back({ Result: 'No', ResultData: { text: '$.External.a' } }),
      { own: CONTRACT },
    ],
    ['a return without', moduleOf(RETURN), { own: CONTRACT }],
  ])('has %s', (_, content, contracts = {}) => {
    expect(problemsOf(content, contracts)).toEqual([]);
  });

  test('is the one of examples/, with the module of template.yaml', () => {
    const module = readModule();
    expect([module.isModule, module.warnings]).toEqual([true, []]);
    const { isModule, warnings } = readFlow('examples/returning-customer-flow.json', module);
    expect([isModule, warnings]).toEqual([false, []]);
  });
});
