import { describe, expect, test } from '@jest/globals';
import { type Expected, findingsOf, uncheckedTypes, WANTS } from '../../local/flow-language/check.ts';
import type { Content } from '../../local/flow-language/shape.ts';
import type { Action } from '../../local/flow-runner/index.ts';
import { action, BOTH, END, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } from './support.ts';

type Ways = Action['Transitions'];
const update = (Attributes: object) => action('UpdateContactAttributes', { Attributes }, FAILED);
const compare = (ComparisonValue: string, ways: Ways = on('x')) =>
  action('Compare', { ComparisonValue }, { ...errors('NoMatchingCondition'), ...ways });
const wait = (parameters: object, ...results: string[]) =>
  action('Wait', { TimeLimitSeconds: '5', ...parameters }, { ...FAILED, ...on(...results) });
const invoke = (Input: object, ...results: string[]) =>
  action('InvokeFlowModule', { FlowModuleId: 'id', Input }, { ...BOTH, ...on(...results) });
const back = (Parameters: Action['Parameters'] = {}) => moduleOf({ ...RETURN, Parameters });
const lambda = (parameters: object) => ({ ...INVOKE, Parameters: { ...INVOKE.Parameters, ...parameters } });
const say = (Parameters: Action['Parameters']) => ({ ...SAY, Parameters });
const MENU_ERRORS = errors('NoMatchingError', 'NoMatchingCondition', 'InputTimeLimitExceeded');
const MENU = { Text: 'Press 1', StoreInput: 'False', InputTimeLimitSeconds: '5' };
const STORED = { ...MENU, StoreInput: 'True', InputValidation: { CustomValidation: { MaximumLength: 6 } } };
const input = (parameters: object, ways: Ways = { ...MENU_ERRORS, ...on('1') }) =>
  action('GetParticipantInput', { ...MENU, ...parameters }, ways);
const bot = (parameters: object, ways: Ways = BOTH) =>
  action('ConnectParticipantWithLexBot', { Text: 'Hi', LexV2Bot: { AliasArn: 'arn' }, ...parameters }, ways);
const staffing = (ways: Ways, MetricType = 'NumberOfAgentsStaffed') =>
  action('CheckMetricData', { MetricType }, { ...BOTH, ...ways });
const hours = (...results: string[]) => action('CheckHoursOfOperation', {}, { ...FAILED, ...on(...results) });
const VIEW_ERRORS = errors('NoMatchingError', 'NoMatchingCondition', 'TimeLimitExceeded');
const view = (parameters: object) =>
  action('ShowView', { ViewResource: { Id: 'arn' }, InvocationTimeLimitSeconds: '400', ...parameters }, VIEW_ERRORS);
const iterate = (...Messages: object[]) => action('MessageParticipantIteratively', { Messages });
const set = (type: string, parameters: Action['Parameters'], ways: Ways = FAILED) => action(type, parameters, ways);

const CONTRACT = {
  input: { text: 'string', count: 'integer' },
  resultData: { text: 'string' },
  results: ['Yes', 'No'],
};
const OWN = { own: CONTRACT };
const INVOKED = { invoked: [{ contract: CONTRACT }] };
const nth = (n: number) => ({ ...SAY, Identifier: `${n}`, Transitions: { NextAction: `${n + 1}` } });
const MANY = Array.from({ length: 250 }, (_, n) => nth(n));
const PART = { InputParameters: [], OutputParameters: [] };
const NAME = 'a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}';
const BRANCH_COUNT = 'at most 8 branches, each once';
const DECLARED = 'what the contract declares, in its type (a reference is a string)';
const SECONDS = 'a whole number of seconds, from 1 to 8, or to 60 in an asynchronous call';
const ONE = 'one of these parameters, and no other of them';
const LEAF = 'a reference with a leaf, such as $.External.reason';
const MESSAGES = 'messages, each of one Text, SSML, PromptId or Media';
const SETTINGS = 'no Settings in a flow, or the three lists of a module in it';
const IN_VIEW = 'an empty text in the data of a view, which the service may refuse';
const BRANCH = 'the module can return with this branch, and no condition takes it';

/** What the service wants, where (in the action "A" unless it says so), and what is there: an action, or a flow. */
interface Row {
  wants: string;
  at: string;
  given: object;
  expected?: Expected;
}
const P = 'Parameters.';
const C = 'Transitions.Conditions';
const E = 'Transitions.Errors';
const each = (wants: string, at: string, ...given: object[]): Row[] => given.map(one => ({ wants, at, given: one }));
const lacks = (error: string, given: object): Row => ({ wants: 'this error', at: `${E} ${error}`, given });
const extra = (error: string, given: object): Row => ({ wants: 'no such error', at: `${E} ${error}`, given });

const REFUSED: Row[] = [
  { wants: 'a flow, no flow module', at: 'Actions', given: back(), expected: { kind: 'flow' } },
  { wants: '2019-10-30', at: 'Version', given: { ...flow(SAY), Version: '2019-10-31' } },
  {
    wants: 'at most 250 actions',
    at: 'Actions',
    given: { ...flow(...MANY), Actions: [...MANY, { ...END, Identifier: '250' }] },
  },
  { wants: 'an action of the flow', at: 'StartAction', given: { ...flow(SAY), StartAction: 'Nowhere', Actions: [] } },
  ...each(SETTINGS, 'Settings', { ...flow(SAY), Settings: {} }, { ...flow(SAY), Settings: PART }),
  { wants: 'this in a module', at: 'Settings', given: { ...back(), Settings: undefined } },
  { wants: 'this in a module', at: 'Settings', given: flow(SAY), expected: { kind: 'module' } },
  { wants: 'this in a module', at: 'Settings.Transitions', given: { ...back(), Settings: PART } },
  {
    wants: BRANCH_COUNT,
    at: 'transitions.results',
    given: back(),
    expected: { own: { ...CONTRACT, results: [...'123456789'] } },
  },
  {
    wants: BRANCH_COUNT,
    at: 'transitions.results',
    given: back(),
    expected: { own: { ...CONTRACT, results: ['a', 'a'] } },
  },
  ...['a:b', 'toString', 'x'.repeat(51), ''].map(
    (Identifier): Row => ({ wants: NAME, at: `action "${Identifier}", Identifier`, given: { ...SAY, Identifier } }),
  ),
  { wants: NAME, at: 'action "A", Identifier', given: flow({ ...SAY }, SAY) },
  ...['PlayPrompt', 'toString', 'CheckStaffing', 'UnTagContact'].map(
    (type): Row => ({ wants: 'an action type of the flow language', at: `Type ${type}`, given: action(type) }),
  ),

  ...each('this parameter', `${P}FlowModuleId`, action('InvokeFlowModule', {}, BOTH)),
  ...each('this parameter', `${P}InvocationTimeLimitSeconds`, view({ InvocationTimeLimitSeconds: undefined })),
  ...each('this parameter', `${P}StoreInput`, input({ StoreInput: undefined })),
  ...each('this parameter', `${P}InputValidation`, input({ StoreInput: 'True' }, FAILED)),
  ...each('no such parameter', `${P}TimeoutSeconds`, wait({ TimeoutSeconds: '5' }, 'WaitCompleted')),
  ...each('no such parameter', 'action "Return", Parameters.Text', back({ Text: 'Bye' })),
  ...each(
    'no such parameter',
    `${P}QueueId`,
    set('TransferContactToQueue', { QueueId: 'x' }, errors('NoMatchingError', 'QueueAtCapacity')),
  ),
  ...each('no such parameter', `${P}References`, set('UpdateContactData', { Name: 'x', References: {} })),
  ...each('no such parameter', `${P}InputValidation`, input({ InputValidation: {} })),
  ...each(
    ONE,
    'Parameters Text SSML PromptId Media',
    say({ Text: 'Bye', SSML: '<speak/>' }),
    say({ Text: 'Bye', PromptId: 'id' }),
  ),
  ...each(
    ONE,
    'Parameters Text SSML PromptId Media',
    say({ SSML: '<speak/>', Media: { Uri: 's3' } }),
    say({}),
    input({ Text: undefined }),
  ),
  ...each(
    ONE,
    'Parameters Text SSML PromptId Media LexInitializationData',
    bot({ SSML: '<speak/>' }),
    bot({ Text: undefined }),
  ),
  ...each(ONE, 'Parameters LexBot LexV2Bot', bot({ LexV2Bot: undefined })),
  ...each(
    ONE,
    'Parameters ChatBehavior VoiceBehavior ScreenRecordingBehavior',
    set('UpdateContactRecordingAndAnalyticsBehavior', {}, errors('NoMatchingError', 'ChannelMismatch')),
  ),
  ...each(
    'at most one of these parameters',
    'Parameters QueueId AgentId',
    set('UpdateContactTargetQueue', { QueueId: 'q', AgentId: 'a' }),
  ),
  ...each(
    'at most one of these parameters',
    'Parameters QueuePriority QueueTimeAdjustmentSeconds',
    set('UpdateContactRoutingBehavior', { QueuePriority: '1', QueueTimeAdjustmentSeconds: '1' }, {}),
  ),

  ...each('a text', `${P}Attributes.a`, update({ a: 1 })),
  ...each('a text', `${P}Tags.deep.0`, set('TagContact', { Tags: { deep: [null] } })),
  ...each('a text', `${P}QueueId`, set('UpdateContactTargetQueue', { QueueId: { QueueId: 'q' } })),
  ...each(
    'a text or a number',
    `${P}DTMFConfiguration.DisableCancelKey`,
    input({ DTMFConfiguration: { DisableCancelKey: true } }),
  ),
  ...each(
    'a number or a reference',
    `${P}InvocationTimeLimitSeconds`,
    view({ InvocationTimeLimitSeconds: 'undefined' }),
  ),
  ...each('one of the values that the reference names', `${P}InvocationType`, lambda({ InvocationType: 'async' })),
  ...each('a text that is not empty', `${P}Attributes.b`, update({ a: ' ', b: '' })),
  ...each('a text that is not empty', `${P}Input.text`, invoke({ text: '' })),
  ...each('a text that is not empty', `${P}ViewData.a`, view({ ViewData: { a: '' } })),
  ...each('a text that is not empty', `${P}Name`, set('CreateTask', { Name: '' })),
  ...each('a text that is not empty', `${C}.0.Condition.Operands.0`, compare('$.Channel', when('Equals', ''))),
  ...each('a text that is not empty', `${E}.0.ErrorType`, action('CreateTask', {}, errors(':End'))),
  ...each('a text that is not empty', `${E}.0.NextAction`, action('CreateTask', {}, errors('NoMatchingError:'))),
  ...[9, 0, '0', '1.5', '-1', 'soon', '$.Attributes.seconds', true].flatMap(InvocationTimeLimitSeconds =>
    each(SECONDS, `${P}InvocationTimeLimitSeconds`, lambda({ InvocationTimeLimitSeconds })),
  ),
  ...each(
    SECONDS,
    `${P}InvocationTimeLimitSeconds`,
    lambda({ InvocationTimeLimitSeconds: '61', InvocationType: 'ASYNCHRONOUS' }),
  ),
  ...each(
    'STRING_MAP or JSON',
    `${P}ResponseValidation.ResponseType`,
    lambda({ ResponseValidation: { ResponseType: 'JSON_OBJECT' } }),
  ),
  ...each(
    'an object with a Value',
    `${P}FlowAttributes.a`,
    set('UpdateFlowAttributes', { FlowAttributes: { a: 'x', b: { Value: 'y' } } }),
  ),
  ...each('at least one key', `${P}TagKeys`, set('UntagContact', { TagKeys: [] })),
  ...each('at most 6 tags', `${P}Tags`, set('TagContact', { Tags: Object.fromEntries([...'abcdefg'].entries()) })),
  ...each(
    'at least one field to set',
    'Parameters',
    set('UpdateContactData', {}),
    set('UpdateContactData', { TargetContact: 'Current' }),
  ),
  ...each(
    MESSAGES,
    `${P}Messages`,
    iterate(),
    iterate({}),
    iterate({ Text: 'Hold' }, { Text: 'Hold', PromptId: 'id' }),
  ),

  ...['$.External', '$.Modules.ResultData', 'gold', '$.a b'].flatMap(value =>
    each(LEAF, `${P}ComparisonValue`, compare(value)),
  ),
  ...each('one of the nine operators', `${C} Contains`, compare('$.Channel', when('Contains', 'x'))),
  ...each('one operand', `${C} []`, compare('$.Channel', when('Equals'))),
  ...each('one operand', `${C} [a,b]`, compare('$.Channel', when('Equals', 'a', 'b'))),
  ...each('this condition', `${C} WaitCompleted`, wait({})),
  ...each('this condition', `${C} Returned`, wait({ Events: ['Returned'] }, 'WaitCompleted')),
  ...each('this condition', `${C} ContinueLooping`, action('Loop', { LoopCount: '2' }, on('DoneLooping'))),
  ...each('this condition', `${C} False`, hours('True')),
  ...each('a condition', C, staffing({}), compare('$.Channel', {})),
  ...['Equals 0', 'NumberGreaterThan 1', 'NumberGreaterOrEqualTo 0'].flatMap(condition => {
    const [operator = '', operand = ''] = condition.split(' ');
    return each('no such condition', `${C} ${condition}`, staffing(when(operator, operand)));
  }),
  ...each('no such condition', `${C} TextContains 1`, staffing(when('TextContains', '1'), 'NumberOfContactsInQueue')),
  ...each('no such condition', `${C} Equals Maybe`, hours('True', 'False', 'Maybe')),
  ...each('no such condition', `${C} Equals 12`, input({}, { ...MENU_ERRORS, ...on('12') })),
  ...each('no such condition', `${C} Equals 1`, input(STORED, { ...FAILED, ...on('1') }), {
    ...INVOKE,
    Transitions: { ...INVOKE.Transitions, ...on('1') },
  }),

  lacks('NoMatchingError', { ...INVOKE, Transitions: { NextAction: 'End' } }),
  lacks('NoMatchingError', action('UpdateContactAttributes', { Attributes: {} })),
  lacks('NoMatchingError', set('TagContact', { Tags: { a: 'b' } }, {})),
  lacks('NoMatchingError', set('UntagContact', { TagKeys: ['a'] }, {})),
  lacks('NoMatchingError', set('InvokeFlowModule', { FlowModuleId: 'id' }, errors('NoMatchingCondition'))),
  lacks('NoMatchingCondition', action('Compare', { ComparisonValue: '$.Channel' }, on('x'))),
  lacks('NoMatchingCondition', action('CheckMetricData', { MetricType: 'x' }, { ...FAILED, ...when('Equals', '0') })),
  lacks('NoMatchingCondition', bot({}, FAILED)),
  lacks('QueueAtCapacity', set('TransferContactToQueue', {})),
  lacks('InputTimeLimitExceeded', input({}, BOTH)),
  lacks('NoMatchingCondition', input({}, errors('NoMatchingError', 'InputTimeLimitExceeded'))),
  lacks('TimeLimitExceeded', { ...view({}), Transitions: { NextAction: 'End', ...BOTH } }),
  extra('NoMatchingError', compare('$.Channel', { ...BOTH, ...on('x') })),
  extra('NoMatchingCondition', action('CheckHoursOfOperation', {}, { ...BOTH, ...on('True', 'False') })),
  extra('InputTimeLimitExceeded', input(STORED, errors('NoMatchingError', 'InputTimeLimitExceeded'))),
  extra('NoMatchingError', set('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' })),
  extra('NoMatchingCondition', set('CheckVoiceId', {}, BOTH)),

  { wants: 'no transition where the flow ends', at: 'Transitions to End', given: action('EndFlowExecution') },
  { wants: 'this transition', at: 'Transitions.NextAction', given: { ...SAY, Transitions: FAILED } },
  {
    wants: 'an action of the flow',
    at: 'Transitions to Lost',
    given: { ...SAY, Transitions: { NextAction: 'End', ...errors('NoMatchingError:Lost') } },
  },
  {
    wants: 'a branch that the contract declares',
    at: 'action "Return", Parameters.Result',
    given: back({ Result: 'Success' }),
    expected: OWN,
  },
  {
    wants: 'a branch that the module declares',
    at: `${C} Maybe`,
    given: invoke({}, 'Yes', 'No', 'Maybe'),
    expected: INVOKED,
  },
  ...[{ other: 'x' }, { count: '7' }, { count: '$.Attributes.a' }, { text: 7 }, { toString: 'x' }].map(
    (Input): Row => ({
      wants: DECLARED,
      at: `${P}Input.${Object.keys(Input)}`,
      given: invoke(Input, 'Yes', 'No'),
      expected: INVOKED,
    }),
  ),
  {
    wants: DECLARED,
    at: 'action "Return", Parameters.ResultData.x',
    given: back({ ResultData: { x: 'y' } }),
    expected: OWN,
  },
];

const WARNED: Row[] = [
  { wants: 'nothing leads to this action', at: 'Actions Lost', given: flow(SAY, { ...SAY, Identifier: 'Lost' }) },
  { wants: IN_VIEW, at: `${P}ViewData.Cards.0.Detail`, given: view({ ViewData: { Cards: [{ Detail: '' }] } }) },
  { wants: BRANCH, at: `${C} No`, given: invoke({}, 'Yes'), expected: INVOKED },
  {
    wants: BRANCH,
    at: `${C} Later`,
    given: invoke({}, 'Yes'),
    expected: { invoked: [{ id: 'id', returns: ['Later'] }] },
  },
];

/** As it is in a file: without what is `undefined`. */
const contentOf = (given: object): Content =>
  JSON.parse(JSON.stringify('Type' in given ? flow(given as Action) : given));
const placeOf = (at: string) => (/^(Parameters|Transitions|Type)/.test(at) ? `action "A", ${at}` : at);

describe('a flow that Amazon Connect would refuse', () => {
  test.each(REFUSED)('$at: the service wants $wants ($#)', ({ wants, at, given, expected = {} }) => {
    const says = `${placeOf(at)}: the service wants ${wants}`;
    expect(findingsOf(contentOf(given), expected)).toEqual([{ refused: true, says }]);
  });

  test('is refused, or warned about, by each rule in one of these rows', () => {
    expect(new Set([...REFUSED, ...WARNED].map(({ wants }) => wants))).toEqual(new Set(WANTS));
  });

  const misshapen = { ...SAY, Transitions: { Errors: {}, Conditions: [{}] } };
  const ofAction = ['Errors', 'Conditions.0.NextAction', 'Conditions.0.Condition'];
  test.each<{ content: unknown; paths: string[] }>([
    ...[[], null, { Version: '2019-10-30', Actions: {} }].map(content => ({ content, paths: ['This is no flow'] })),
    {
      content: { ...flow(SAY), Version: 1, StartAction: undefined, Actions: [7] },
      paths: ['Version', 'StartAction', 'Actions.0'],
    },
    { content: { ...flow(SAY), Actions: [misshapen] }, paths: ofAction.map(path => `Actions.0.Transitions.${path}`) },
    { content: { ...flow(SAY), Actions: [{ ...SAY, Parameters: null }] }, paths: ['Actions.0.Parameters'] },
  ])('has all the problems of its shape: $paths', ({ content, paths }) => {
    expect(findingsOf(content, {}).map(({ says }) => says.split(':')[0])).toEqual(paths);
  });
});

test.each(WARNED)('Amazon Connect takes it, with a warning: $at: $wants', ({ wants, at, given, expected = {} }) => {
  const says = `warning: ${placeOf(at)}: ${wants}`;
  expect(findingsOf(contentOf(given), expected)).toEqual([{ refused: false, says }]);
});

const criteria = { Steps: [{ Expression: { AttributeCondition: { ProficiencyLevel: 4.5 } } }] };
const bare = (Type: string, ways: Ways) => ({ Identifier: 'A', Type, Transitions: { NextAction: 'End', ...ways } });
test.each<{ title: string; given: object; expected?: Expected }>([
  { title: 'a reference of one word', given: compare('$.Channel') },
  { title: 'a reference in brackets', given: compare("$.SegmentAttributes['connect:Subtype']") },
  { title: 'a message without an error branch', given: SAY },
  { title: 'view data with types', given: view({ ViewData: { n: [1, { Optional: true }] } }) },
  {
    title: 'input of the declared types',
    given: invoke({ text: '$.Attributes.a', count: 7 }, 'Yes', 'No'),
    expected: INVOKED,
  },
  {
    title: 'a module of another id',
    given: invoke({ x: 'y' }),
    expected: { invoked: [{ id: 'other' }, { contract: CONTRACT }, { contract: CONTRACT }] },
  },
  {
    title: 'a return with a branch and data',
    given: back({ Result: 'No', ResultData: { text: '$.External.a' } }),
    expected: OWN,
  },
  { title: 'a return without', given: back(), expected: OWN },
  { title: 'a module that never returns', given: { ...flow(SAY), Settings: { ...PART, Transitions: [] } } },
  {
    title: 'no parameters where none are needed',
    given: bare('TransferContactToQueue', errors('NoMatchingError', 'QueueAtCapacity')),
  },
  {
    title: 'no parameters of a choice',
    given: bare('DistributeByPercentage', { ...errors('NoMatchingCondition'), ...when('NumberLessThan', '51') }),
  },
  {
    title: 'an end without transitions',
    given: { ...flow(SAY), Actions: [SAY, { Identifier: 'End', Type: 'DisconnectParticipant' }] },
  },
  {
    title: 'a hold without NextAction',
    given: {
      ...flow({ ...iterate({ PromptId: 'id' }), Transitions: {} }),
      Actions: [{ ...iterate({ PromptId: 'id' }), Transitions: {} }],
    },
  },
  {
    title: 'an invocation without NoMatchingCondition',
    given: action('InvokeFlowModule', { FlowModuleId: 'id' }, FAILED),
  },
  { title: 'a number of loops', given: action('Loop', { LoopCount: 2 }, on('ContinueLooping', 'DoneLooping')) },
  { title: 'a number of seconds', given: input({ InputTimeLimitSeconds: 5 }) },
  { title: 'a proficiency', given: set('UpdateContactRoutingCriteria', { RoutingCriteria: criteria }) },
  { title: 'a number as an operand', given: compare('$.Channel', when('Equals', 1 as never)) },
  { title: 'a menu', given: input({ DTMFConfiguration: { DisableCancelKey: 'True' } }) },
  { title: 'an input that is stored', given: input(STORED, FAILED) },
  {
    title: 'an input that only sets the buffer',
    given: action('GetParticipantInput', { EnableDTMFBuffer: 'True' }, FAILED),
  },
  { title: 'staffing', given: staffing(when('NumberGreaterThan', '0')) },
  { title: 'a size of a queue', given: staffing(when('NumberLessThan', '7'), 'NumberOfContactsInQueue') },
  { title: 'hours with both conditions', given: hours('True', 'False') },
  { title: 'a bot with its two errors', given: bot({}) },
  {
    title: 'a minute of an asynchronous call',
    given: lambda({ InvocationTimeLimitSeconds: '60', InvocationType: 'ASYNCHRONOUS' }),
  },
  {
    title: 'a voice without an error branch',
    given: set('UpdateContactTextToSpeechVoice', { TextToSpeechVoice: 'Joanna' }, {}),
  },
])('Amazon Connect takes $title', ({ given, expected = {} }) => {
  expect(findingsOf(contentOf(given), expected)).toEqual([]);
});

test.each([
  { unchecked: ['CreateTask'], given: set('CreateTask', { Name: 'x' }) },
  { unchecked: ['GetParticipantInput'], given: input({ AudioConfiguration: {} }) },
  { unchecked: [], given: input({}) },
  { unchecked: [], given: action('toString') },
  { unchecked: [], given: { Actions: 7 } },
])('the types with parameters that are not checked: $unchecked', ({ unchecked, given }) => {
  expect(uncheckedTypes(contentOf(given))).toEqual(unchecked);
});
