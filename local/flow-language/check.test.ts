import { describe, expect, test } from '@jest/globals';
import { type Expected, findingsOf, uncheckedTypes, WANTS } from './check.ts';
import type { Action, Content } from './shape.ts';
import { action, BOTH, END, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } from './test-support.ts';

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
const FULL = errors('NoMatchingError', 'QueueAtCapacity');
const set = (type: string, parameters: Action['Parameters'], ways: Ways = FAILED) => action(type, parameters, ways);

const CONTRACT = {
  input: { text: 'string', count: 'integer' },
  resultData: { text: 'string' },
  results: ['Yes', 'No'],
  onlyWith: new Map([['No', 'text']]),
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
/** Rows of one rule: for each place what is there, one or several. */
const rows = (wants: string, places: Record<string, object | object[]>, expected: Expected = {}): Row[] =>
  Object.entries(places).flatMap(([at, given]) => [given].flat().map(one => ({ wants, at, given: one, expected })));
/** Rows of one rule and one place, which depends on what is there. */
const each = <T>(wants: string, values: T[], place: (value: T) => [string, object], expected: Expected = {}) =>
  values.map((value): Row => ({ wants, at: place(value)[0], given: place(value)[1], expected }));
const C = 'Transitions.Conditions';
const E = 'Transitions.Errors';
const MAIN = 'Parameters Text SSML PromptId Media';
const BEHAVIORS = 'Parameters ChatBehavior VoiceBehavior ScreenRecordingBehavior';
const ROUTING = { QueuePriority: '1', QueueTimeAdjustmentSeconds: '1' };
const minute = lambda({ InvocationTimeLimitSeconds: '61', InvocationType: 'ASYNCHRONOUS' });
const lost = { ...SAY, Transitions: { NextAction: 'End', ...errors('NoMatchingError:Lost') } };

const REFUSED: Row[] = [
  ...rows('a flow, no flow module', { Actions: back() }, { kind: 'flow' }),
  ...rows('2019-10-30', { Version: { ...flow(SAY), Version: '2019-10-31' } }),
  ...rows('at most 250 actions', { Actions: { ...flow(...MANY), Actions: [...MANY, { ...END, Identifier: '250' }] } }),
  ...rows('an action of the flow', { StartAction: { ...flow(SAY), StartAction: 'Nowhere', Actions: [] } }),
  ...rows(SETTINGS, { Settings: [{}, PART].map(Settings => ({ ...flow(SAY), Settings })) }),
  ...rows('this in a module', {
    Settings: { ...back(), Settings: undefined },
    'Settings.Transitions': { ...back(), Settings: PART },
  }),
  ...rows('this in a module', { 'Settings.Transitions': { ...flow(SAY), Settings: PART } }, { kind: 'module' }),
  ...rows('Settings at its top, which make it a flow module, no flow', { Actions: flow(SAY) }, { kind: 'module' }),
  ...rows(BRANCH_COUNT, { 'transitions.results': back() }, { own: { ...CONTRACT, results: [...'123456789'] } }),
  ...rows(BRANCH_COUNT, { 'transitions.results': back() }, { own: { ...CONTRACT, results: ['a', 'a'] } }),
  ...each(NAME, ['a:b', 'toString', 'x'.repeat(51), ''], name => [
    `action "${name}", Identifier`,
    { ...SAY, Identifier: name },
  ]),
  ...rows(NAME, { 'action "A", Identifier': flow({ ...SAY }, SAY) }),
  ...each('an action type of the flow language', ['PlayPrompt', 'toString', 'CheckStaffing', 'UnTagContact'], type => [
    `Type ${type}`,
    action(type),
  ]),

  ...rows('this parameter', {
    'Parameters.FlowModuleId': action('InvokeFlowModule', {}, BOTH),
    'Parameters.InvocationTimeLimitSeconds': view({ InvocationTimeLimitSeconds: undefined }),
    'Parameters.StoreInput': input({ StoreInput: undefined }),
    'Parameters.InputValidation': input({ StoreInput: 'True' }, FAILED),
  }),
  ...rows('no such parameter', {
    'Parameters.TimeoutSeconds': wait({ TimeoutSeconds: '5' }, 'WaitCompleted'),
    'action "Return", Parameters.Text': back({ Text: 'Bye' }),
    'Parameters.QueueId': set('TransferContactToQueue', { QueueId: 'x' }, FULL),
    'Parameters.References': set('UpdateContactData', { Name: 'x', References: {} }),
    'Parameters.InputValidation': input({ InputValidation: {} }),
  }),
  ...rows(ONE, {
    [MAIN]: [
      ...[{ Text: 'Bye', SSML: '<speak/>' }, { Text: 'Bye', PromptId: 'id' }, { SSML: '<speak/>', Media: {} }, {}].map(
        say,
      ),
      input({ Text: undefined }),
    ],
    [`${MAIN} LexInitializationData`]: [bot({ SSML: '<speak/>' }), bot({ Text: undefined })],
    'Parameters LexBot LexV2Bot': bot({ LexV2Bot: undefined }),
    [BEHAVIORS]: set('UpdateContactRecordingAndAnalyticsBehavior', {}, errors('NoMatchingError', 'ChannelMismatch')),
  }),
  ...rows('at most one of these parameters', {
    'Parameters QueueId AgentId': set('UpdateContactTargetQueue', { QueueId: 'q', AgentId: 'a' }),
    'Parameters QueuePriority QueueTimeAdjustmentSeconds': set('UpdateContactRoutingBehavior', ROUTING, {}),
  }),

  ...rows('a text', {
    'Parameters.Attributes.a': update({ a: 1 }),
    'Parameters.Tags.deep.0': set('TagContact', { Tags: { deep: [null] } }),
    'Parameters.QueueId': set('UpdateContactTargetQueue', { QueueId: { QueueId: 'q' } }),
  }),
  ...rows('a text or a number', {
    'Parameters.DTMFConfiguration.DisableCancelKey': input({ DTMFConfiguration: { DisableCancelKey: true } }),
  }),
  ...rows('a number or a reference', {
    'Parameters.InvocationTimeLimitSeconds': view({ InvocationTimeLimitSeconds: 'undefined' }),
  }),
  ...rows('one of the values that the reference names', {
    'Parameters.InvocationType': lambda({ InvocationType: 'async' }),
  }),
  ...rows('a text that is not empty', {
    'Parameters.Attributes.b': update({ a: ' ', b: '' }),
    'Parameters.Input.text': invoke({ text: '' }),
    'Parameters.ViewData.a': view({ ViewData: { a: '' } }),
    'Parameters.Name': set('CreateTask', { Name: '' }),
    [`${C}.0.Condition.Operands.0`]: compare('$.Channel', when('Equals', '')),
    [`${E}.0.ErrorType`]: action('CreateTask', {}, errors(':End')),
    [`${E}.0.NextAction`]: action('CreateTask', {}, errors('NoMatchingError:')),
  }),
  ...each(SECONDS, [9, 0, '0', '1.5', '-1', 'soon', '$.Attributes.seconds', true], InvocationTimeLimitSeconds => [
    'Parameters.InvocationTimeLimitSeconds',
    lambda({ InvocationTimeLimitSeconds }),
  ]),
  ...rows(SECONDS, { 'Parameters.InvocationTimeLimitSeconds': minute }),
  ...rows('STRING_MAP or JSON', {
    'Parameters.ResponseValidation.ResponseType': lambda({ ResponseValidation: { ResponseType: 'XML' } }),
  }),
  ...rows('an object with a Value', {
    'Parameters.FlowAttributes.a': set('UpdateFlowAttributes', { FlowAttributes: { a: 'x', b: { Value: 'y' } } }),
  }),
  ...rows('at least one key', { 'Parameters.TagKeys': set('UntagContact', { TagKeys: [] }) }),
  ...rows('at most 6 tags', {
    'Parameters.Tags': set('TagContact', { Tags: Object.fromEntries([...'abcdefg'].entries()) }),
  }),
  ...rows('at least one field to set', {
    Parameters: [{}, { TargetContact: 'Current' }].map(given => set('UpdateContactData', given)),
  }),
  ...rows(MESSAGES, {
    'Parameters.Messages': [iterate(), iterate({}), iterate({ Text: 'Hold' }, { Text: 'Hold', PromptId: 'id' })],
  }),

  ...rows(LEAF, {
    'Parameters.ComparisonValue': ['$.External', '$.Modules.ResultData', 'gold', '$.a b'].map(each => compare(each)),
  }),
  ...rows('one of the nine operators', { [`${C} Contains`]: compare('$.Channel', when('Contains', 'x')) }),
  ...rows('one operand', {
    [`${C} []`]: compare('$.Channel', when('Equals')),
    [`${C} [a,b]`]: compare('$.Channel', when('Equals', 'a', 'b')),
  }),
  ...rows('this condition', {
    [`${C} WaitCompleted`]: wait({}),
    [`${C} Returned`]: wait({ Events: ['Returned'] }, 'WaitCompleted'),
    [`${C} ContinueLooping`]: action('Loop', { LoopCount: '2' }, on('DoneLooping')),
    [`${C} False`]: hours('True'),
  }),
  ...rows('a condition', { [C]: [staffing({}), compare('$.Channel', {})] }),
  ...rows('no such condition', {
    [`${C} Equals 0`]: staffing(when('Equals', '0')),
    [`${C} NumberGreaterThan 1`]: staffing(when('NumberGreaterThan', '1')),
    [`${C} NumberGreaterOrEqualTo 0`]: staffing(when('NumberGreaterOrEqualTo', '0')),
    [`${C} TextContains 1`]: staffing(when('TextContains', '1'), 'NumberOfContactsInQueue'),
    [`${C} Equals Maybe`]: hours('True', 'False', 'Maybe'),
    [`${C} Equals 12`]: input({}, { ...MENU_ERRORS, ...on('12') }),
    [`${C} Equals 1`]: [
      input(STORED, { ...FAILED, ...on('1') }),
      set('UntagContact', { TagKeys: ['a'] }, { ...FAILED, ...on('1') }),
    ],
  }),

  ...rows('this error', {
    [`${E} NoMatchingError`]: [
      { ...INVOKE, Transitions: { NextAction: 'End' } },
      action('UpdateContactAttributes', { Attributes: {} }),
      action('TagContact', { Tags: { a: 'b' } }),
      action('UntagContact', { TagKeys: ['a'] }),
      action('InvokeFlowModule', { FlowModuleId: 'id' }, errors('NoMatchingCondition')),
    ],
    [`${E} NoMatchingCondition`]: [
      action('Compare', { ComparisonValue: '$.Channel' }, on('x')),
      action('CheckMetricData', { MetricType: 'x' }, { ...FAILED, ...when('Equals', '0') }),
      bot({}, FAILED),
      input({}, errors('NoMatchingError', 'InputTimeLimitExceeded')),
    ],
    [`${E} QueueAtCapacity`]: set('TransferContactToQueue', {}),
    [`${E} InputTimeLimitExceeded`]: input({}, BOTH),
    [`${E} TimeLimitExceeded`]: { ...view({}), Transitions: { NextAction: 'End', ...BOTH } },
  }),
  ...rows('no such error', {
    [`${E} NoMatchingError`]: [
      compare('$.Channel', { ...BOTH, ...on('x') }),
      set('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' }),
    ],
    [`${E} NoMatchingCondition`]: [
      action('CheckHoursOfOperation', {}, { ...BOTH, ...on('True', 'False') }),
      set('CheckVoiceId', {}, BOTH),
    ],
    [`${E} InputTimeLimitExceeded`]: input(STORED, errors('NoMatchingError', 'InputTimeLimitExceeded')),
  }),

  ...rows('no transition where the flow ends', { 'Transitions to End': action('EndFlowExecution') }),
  ...rows('this transition', { 'Transitions.NextAction': { ...SAY, Transitions: FAILED } }),
  ...rows('an action of the flow', { 'Transitions to Lost': lost }),
  ...rows(
    'a branch that the contract declares',
    { 'action "Return", Parameters.Result': back({ Result: 'Success' }) },
    OWN,
  ),
  ...rows('a branch that the module declares', { [`${C} Maybe`]: invoke({}, 'Yes', 'No', 'Maybe') }, INVOKED),
  ...each<object>(
    DECLARED,
    [{ other: 'x' }, { count: '7' }, { count: '$.Attributes.a' }, { text: 7 }, { toString: 'x' }],
    Input => [`Parameters.Input.${Object.keys(Input)}`, invoke(Input, 'Yes', 'No')],
    INVOKED,
  ),
  ...rows(DECLARED, { 'action "Return", Parameters.ResultData.x': back({ ResultData: { x: 'y' } }) }, OWN),
];

const WARNED: Row[] = [
  ...rows('nothing leads to this action', { 'Actions Lost': flow(SAY, { ...SAY, Identifier: 'Lost' }) }),
  ...rows(IN_VIEW, { 'Parameters.ViewData.Cards.0.Detail': view({ ViewData: { Cards: [{ Detail: '' }] } }) }),
  ...rows(BRANCH, { [`${C} Yes`]: invoke({}), [`${C} No`]: invoke({ text: 'x' }, 'Yes') }, INVOKED),
  ...rows(BRANCH, { [`${C} Later`]: invoke({}, 'Yes') }, { invoked: [{ id: 'id', returns: ['Later'] }] }),
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
