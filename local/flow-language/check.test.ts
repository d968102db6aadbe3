import { expect, test } from '@jest/globals';
import { checkFlow } from './check.ts';
import type { Expected } from './rule.ts';
import type { Action } from './shape.ts';
import { action, BOTH, END, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } from './test-support.ts';

const MENU = { Text: 'Press 1', StoreInput: 'False', InputTimeLimitSeconds: '5' };
const MENU_ERRORS = errors('NoMatchingError', 'NoMatchingCondition', 'InputTimeLimitExceeded');
const TIMED = errors('NoMatchingError', 'InputTimeLimitExceeded');
const VIEW = { ViewResource: { Id: 'arn' }, InvocationTimeLimitSeconds: '400' };
const VIEW_ERRORS = errors('NoMatchingError', 'NoMatchingCondition', 'TimeLimitExceeded');
const MISMATCH = errors('NoMatchingError', 'ChannelMismatch');
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag${n}`, 'x']));

/** An action "A" of each of these types, which Amazon Connect takes. */
const VALID = [
  SAY,
  INVOKE,
  action('CheckHoursOfOperation', {}, { ...FAILED, ...on('True', 'False') }),
  action('CheckMetricData', { MetricType: 'NumberOfAgentsStaffed' }, { ...BOTH, ...when('NumberGreaterThan', '0') }),
  action('CheckVoiceId', {}, FAILED),
  action('Compare', { ComparisonValue: '$.Channel' }, { ...errors('NoMatchingCondition'), ...on('x') }),
  action('ConnectParticipantWithLexBot', { Text: 'Hi', LexV2Bot: { AliasArn: 'arn' } }, BOTH),
  action('CreateTask'),
  action('DistributeByPercentage', {}, { ...errors('NoMatchingCondition'), ...when('NumberLessThan', '51') }),
  action('GetParticipantInput', MENU, MENU_ERRORS),
  action('InvokeFlowModule', { FlowModuleId: 'id' }, FAILED),
  action('Loop', { LoopCount: 2 }, on('ContinueLooping', 'DoneLooping')),
  action('MessageParticipantIteratively', { Messages: [{ PromptId: 'id' }] }),
  action('ShowView', VIEW, VIEW_ERRORS),
  action('TagContact', { Tags: tags(6) }, FAILED),
  action('TransferContactToQueue', {}, errors('NoMatchingError', 'QueueAtCapacity')),
  action('UntagContact', { TagKeys: ['a'] }, FAILED),
  action('UpdateContactAttributes', { Attributes: { a: ' ' } }, FAILED),
  action('UpdateContactData', { Name: 'x' }, FAILED),
  action('UpdateContactRecordingAndAnalyticsBehavior', { VoiceBehavior: {} }, MISMATCH),
  action('UpdateContactRoutingBehavior'),
  action('UpdateContactTargetQueue', {}, FAILED),
  action('UpdateContactTextToSpeechVoice', { TextToSpeechVoice: 'Joanna' }),
  action('UpdateFlowAttributes', { FlowAttributes: { b: { Value: 'y' } } }, FAILED),
  action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' }),
  action('Wait', { TimeLimitSeconds: '5' }, { ...FAILED, ...on('WaitCompleted') }),
];

/** A valid action with some parameters, errors or conditions changed. */
function of(type: string, parameters: object = {}, ways: Action['Transitions'] = {}): Action {
  const { Parameters, Transitions, ...valid } = VALID.find(({ Type }) => Type === type) ?? action(type);
  return { ...valid, Parameters: { ...Parameters, ...parameters }, Transitions: { ...Transitions, ...ways } };
}

const CONTRACT = {
  input: { text: 'string', count: 'integer' },
  resultData: { text: 'string' },
  results: ['Yes', 'No'],
  onlyWith: new Map([['No', 'text']]),
};
/** Something that is checked with more knowledge: of its kind, its contract, or the modules that it invokes. */
const knowing = (expected: Expected, given: object) => ({ expected, given });
const own = (given: object, contract: object = {}) => knowing({ own: { ...CONTRACT, ...contract } }, given);
const invoke = (Input: object, ...results: string[]) =>
  knowing({ invoked: [{ contract: CONTRACT }] }, of('InvokeFlowModule', { Input }, on(...results)));
const back = (Parameters: Action['Parameters'] = {}) => moduleOf({ ...RETURN, Parameters });
const compare = (ComparisonValue: string) => of('Compare', { ComparisonValue });
const named = (Identifier: string) => ({ ...SAY, Identifier });
const seconds = (InvocationTimeLimitSeconds: unknown, InvocationType?: string) =>
  of('InvokeLambdaFunction', { InvocationTimeLimitSeconds, InvocationType });
const MESSAGES = { Text: 'Bye', SSML: '<speak/>' };
const XML = { ResponseValidation: { ResponseType: 'XML' } };
const ROUTING = { QueuePriority: '1', QueueTimeAdjustmentSeconds: '1' };
const STORED = { StoreInput: 'True', InputValidation: { CustomValidation: { MaximumLength: 6 } } };
const MANY = Array.from({ length: 250 }, (_, n) => ({ ...named(`${n}`), Transitions: { NextAction: `${n + 1}` } }));
const PART = { InputParameters: [], OutputParameters: [] };
const NAME = 'Identifier: a name that no other action has, of 1 to 50 characters without %:(\\/)=$,;[]{}';
const ONE = 'one of these parameters, and no other of them';
const NOT_BOTH = 'at most one of these parameters';
const LEAF = 'a reference with a leaf, such as $.External.reason';
const DECLARED = 'what the contract declares, in its type (a reference is a string)';
const C = 'Transitions.Conditions';
const E = 'Transitions.Errors';

/** The problem: where (in the action "A" unless it says so), what the service wants there; and flows or actions with it. */
const REFUSED: Record<string, object | object[]> = {
  'Actions: a flow, no flow module': knowing({ kind: 'flow' }, back()),
  'Actions: Settings at its top, which make it a flow module, no flow': knowing({ kind: 'module' }, flow(SAY)),
  'Version: 2019-10-30': { ...flow(SAY), Version: '2019-10-31' },
  'Actions: at most 250 actions': { ...flow(...MANY), Actions: [...MANY, { ...END, Identifier: '250' }] },
  'StartAction: an action of the flow': { ...flow(SAY), StartAction: 'Nowhere', Actions: [] },
  'Settings: no Settings in a flow, or the three lists of a module in it': [
    { ...flow(SAY), Settings: {} },
    { ...flow(SAY), Settings: PART },
  ],
  'Settings: this in a module': { ...back(), Settings: undefined },
  'Settings.Transitions: this in a module': [
    { ...back(), Settings: PART },
    knowing({ kind: 'module' }, { ...flow(SAY), Settings: PART }),
  ],
  'transitions.results: at most 8 branches, each once': [
    own(back(), { results: [...'123456789'] }),
    own(back(), { results: ['a', 'a'] }),
  ],
  ...Object.fromEntries(
    ['a:b', 'toString', 'x'.repeat(51), ''].map(name => [`action "${name}", ${NAME}`, named(name)]),
  ),
  [`action "A", ${NAME}`]: flow({ ...SAY }, SAY),
  'Type toString: an action type of the flow language': of('toString'),

  'Parameters.InputValidation: this parameter': of('GetParticipantInput', { StoreInput: 'True' }, FAILED),
  'Parameters.TimeoutSeconds: no such parameter': of('Wait', { TimeoutSeconds: '5' }),
  'action "Return", Parameters.Text: no such parameter': back({ Text: 'Bye' }),
  'Parameters.References: no such parameter': of('UpdateContactData', { References: {} }),
  'Parameters.InputValidation: no such parameter': of('GetParticipantInput', { InputValidation: {} }),
  [`Parameters Text SSML PromptId Media: ${ONE}`]: [
    of('MessageParticipant', { SSML: '<speak/>' }),
    of('MessageParticipant', { PromptId: 'id' }),
    of('MessageParticipant', { Text: undefined, SSML: '<speak/>', Media: {} }),
  ],
  [`Parameters Text SSML PromptId Media LexInitializationData: ${ONE}`]: of('ConnectParticipantWithLexBot', MESSAGES),
  [`Parameters QueueId AgentId: ${NOT_BOTH}`]: of('UpdateContactTargetQueue', { QueueId: 'q', AgentId: 'a' }),
  [`Parameters QueuePriority QueueTimeAdjustmentSeconds: ${NOT_BOTH}`]: of('UpdateContactRoutingBehavior', ROUTING),

  'Parameters.Tags.deep.0: a text': of('TagContact', { Tags: { deep: [null] } }),
  'Parameters.QueueId: a text': of('UpdateContactTargetQueue', { QueueId: { QueueId: 'q' } }),
  'Parameters.DTMFConfiguration.a: a text or a number': of('GetParticipantInput', { DTMFConfiguration: { a: true } }),
  'Parameters.LoopCount: a number or a reference': of('Loop', { LoopCount: 'undefined' }),
  'Parameters.InvocationType: one of the values that the reference names': seconds('8', 'async'),
  'Parameters.Attributes.b: a text that is not empty': of('UpdateContactAttributes', { Attributes: { a: ' ', b: '' } }),
  'Parameters.ViewData.a: a text that is not empty': of('ShowView', { ViewData: { a: '' } }),
  [`${C}.0.Condition.Operands.0: a text that is not empty`]: of('Compare', {}, when('Equals', '')),
  [`${E}.0.ErrorType: a text that is not empty`]: of('CreateTask', {}, errors('')),
  [`${E}.0.NextAction: a text that is not empty`]: of('CreateTask', {}, errors('NoMatchingError:')),
  'Parameters.InvocationTimeLimitSeconds: a whole number of seconds, from 1 to 8, or to 60 in an asynchronous call': [
    ...[9, 0, '0', '1.5', '-1', 'soon', '$.Attributes.seconds', true].map(each => seconds(each)),
    seconds('61', 'ASYNCHRONOUS'),
  ],
  'Parameters.ResponseValidation.ResponseType: STRING_MAP or JSON': of('InvokeLambdaFunction', XML),
  'Parameters.FlowAttributes.a: an object with a Value': of('UpdateFlowAttributes', { FlowAttributes: { a: 'x' } }),
  'Parameters.TagKeys: at least one key': of('UntagContact', { TagKeys: [] }),
  'Parameters.Tags: at most 6 tags': of('TagContact', { Tags: tags(7) }),
  'Parameters: at least one field to set': of('UpdateContactData', { Name: undefined, TargetContact: 'Current' }),
  'Parameters.Messages: messages, each of one Text, SSML, PromptId or Media': [
    of('MessageParticipantIteratively', { Messages: [] }),
    of('MessageParticipantIteratively', { Messages: [{}] }),
    of('MessageParticipantIteratively', { Messages: [{ Text: 'Hold' }, { Text: 'Hold', PromptId: 'id' }] }),
  ],

  [`Parameters.ComparisonValue: ${LEAF}`]: ['$.External', '$.Modules.ResultData', 'gold', '$.a b'].map(compare),
  [`${C} Contains: one of the nine operators`]: of('Compare', {}, when('Contains', 'x')),
  [`${C} []: one operand`]: of('Compare', {}, when('Equals')),
  [`${C} [a,b]: one operand`]: of('Compare', {}, when('Equals', 'a', 'b')),
  [`${C} Returned: this condition`]: of('Wait', { Events: ['Returned'] }),
  [`${C} ContinueLooping: this condition`]: of('Loop', {}, on('DoneLooping')),
  [`${C} False: this condition`]: of('CheckHoursOfOperation', {}, on('True')),
  [`${C}: a condition`]: ['CheckMetricData', 'Compare'].map(type => of(type, {}, on())),
  [`${C} Equals 0: no such condition`]: of('CheckMetricData', {}, when('Equals', '0')),
  [`${C} NumberGreaterThan 1: no such condition`]: of('CheckMetricData', {}, when('NumberGreaterThan', '1')),
  [`${C} NumberGreaterOrEqualTo 0: no such condition`]: of('CheckMetricData', {}, when('NumberGreaterOrEqualTo', '0')),
  [`${C} TextContains 1: no such condition`]: of('CheckMetricData', { MetricType: 'x' }, when('TextContains', '1')),
  [`${C} Equals Maybe: no such condition`]: of('CheckHoursOfOperation', {}, on('True', 'False', 'Maybe')),
  [`${C} Equals 12: no such condition`]: of('GetParticipantInput', {}, on('12')),
  [`${C} Equals 1: no such condition`]: [
    of('GetParticipantInput', STORED, { ...FAILED, ...on('1') }),
    of('UntagContact', {}, on('1')),
  ],

  [`${E} NoMatchingError: no such error`]: [of('Compare', {}, BOTH), of('UpdateFlowLoggingBehavior', {}, FAILED)],
  [`${E} NoMatchingCondition: no such error`]: [of('CheckHoursOfOperation', {}, BOTH), of('CheckVoiceId', {}, BOTH)],
  [`${E} InputTimeLimitExceeded: no such error`]: of('GetParticipantInput', STORED, TIMED),

  'Transitions to End: no transition where the flow ends': of('EndFlowExecution'),
  'Transitions.NextAction: this transition': { ...SAY, Transitions: FAILED },
  'Transitions to Lost: an action of the flow': of('CreateTask', {}, errors('NoMatchingError:Lost')),
  'action "Return", Parameters.Result: a branch that the contract declares': own(back({ Result: 'Success' })),
  [`${C} Maybe: a branch that the module declares`]: invoke({}, 'Yes', 'No', 'Maybe'),
  [`Parameters.Input.other: ${DECLARED}`]: invoke({ other: 'x' }, 'Yes', 'No'),
  [`Parameters.Input.count: ${DECLARED}`]: ['7', '$.Attributes.a'].map(count => invoke({ count }, 'Yes', 'No')),
  [`Parameters.Input.toString: ${DECLARED}`]: invoke({ toString: 'x' }, 'Yes', 'No'),
  [`action "Return", Parameters.ResultData.x: ${DECLARED}`]: own(back({ ResultData: { x: 'y' } })),
};

const IN_VIEW = 'an empty text in the data of a view, which the service may refuse';
const LATER = [{ id: 'id', returns: ['Later'] }, { id: 'another' }];
const BRANCH = 'the module can return with this branch, and no condition takes it';
const WARNED: Record<string, object> = {
  'Actions Lost: nothing leads to this action': flow(SAY, named('Lost')),
  [`Parameters.ViewData.Cards.0.Detail: ${IN_VIEW}`]: of('ShowView', { ViewData: { Cards: [{ Detail: '' }] } }),
  [`${C} Yes: ${BRANCH}`]: invoke({}),
  [`${C} No: ${BRANCH}`]: invoke({ text: 'x' }, 'Yes'),
  [`${C} Later: ${BRANCH}`]: knowing({ invoked: LATER }, of('InvokeFlowModule')),
};

const hold = { ...of('MessageParticipantIteratively'), Transitions: {} };
const ACCEPTED: Record<string, object> = {
  ...Object.fromEntries(VALID.map(valid => [valid.Type, valid])),
  'a reference in brackets': compare("$.SegmentAttributes['connect:Subtype']"),
  'view data with types': of('ShowView', { ViewData: { n: [1, { Optional: true }] } }),
  'input of the declared types': invoke({ text: '$.Attributes.a', count: 7 }, 'Yes', 'No'),
  'a module of another id': knowing(
    { invoked: [{ id: 'other' }, { contract: CONTRACT }, { contract: CONTRACT }] },
    of('InvokeFlowModule', { Input: { x: 'y' } }),
  ),
  'a return with a branch and data': own(back({ Result: 'No', ResultData: { text: '$.External.a' } })),
  'a return without': own(back()),
  'a module that never returns': { ...flow(SAY), Settings: { ...PART, Transitions: [] } },
  'no parameters where none are needed': { ...of('TransferContactToQueue'), Parameters: undefined },
  'an end without transitions': { ...flow(SAY), Actions: [SAY, { Identifier: 'End', Type: 'DisconnectParticipant' }] },
  'a hold without NextAction': { ...flow(hold), Actions: [hold] },
  'a number as an operand': of('Compare', {}, when('Equals', 1)),
  'a setting of keys': of('GetParticipantInput', { DTMFConfiguration: { DisableCancelKey: 'True' } }, on('1')),
  'an input that is stored': of('GetParticipantInput', STORED, FAILED),
  'an input that only sets the buffer': action('GetParticipantInput', { EnableDTMFBuffer: 'True' }, FAILED),
  'the size of a queue': of('CheckMetricData', { MetricType: 'x' }, when('NumberLessThan', '7')),
  'a minute of an asynchronous call': seconds('60', 'ASYNCHRONOUS'),
};

/** The findings in what a file would hold, without what is `undefined`. */
function check(one: object) {
  const { given, expected = {} } = 'given' in one ? (one as ReturnType<typeof knowing>) : { given: one };
  return checkFlow(JSON.parse(JSON.stringify('Type' in given ? flow(given as Action) : given)), expected);
}

const rowsOf = (table: Record<string, object | object[]>) =>
  Object.entries(table).flatMap(([said, given]) => {
    const finding = /^(Parameters|Transitions|Type)/.test(said) ? `action "A", ${said}` : said;
    return [given].flat().map(one => ({ finding, one }));
  });

test.each(rowsOf(REFUSED))('Amazon Connect refuses a flow, and wants at $finding ($#)', ({ finding, one }) => {
  const problems = [finding.replace(': ', ': the service wants ')];
  expect(check(one)).toMatchObject({ problems, warnings: [] });
});

test.each(rowsOf(WARNED))('Amazon Connect takes a flow, with a warning: $finding', ({ finding, one }) => {
  expect(check(one)).toMatchObject({ problems: [], warnings: [`warning: ${finding}`] });
});

test.each(rowsOf(ACCEPTED))('Amazon Connect takes $finding', ({ one }) => {
  expect(check(one)).toMatchObject({ problems: [], warnings: [] });
});

test.each(VALID)('Amazon Connect wants each parameter and each error of $Type', ({ Type, Parameters, Transitions }) => {
  for (const name of Object.keys(Parameters)) {
    const missing = /^action "A", Parameters.*: the service wants (this|one of these|at least one)/;
    expect(check(of(Type, { [name]: undefined })).problems[0]).toMatch(missing);
  }
  const { Errors = [] } = Transitions;
  for (const error of Errors) {
    const { problems } = check(of(Type, {}, { Errors: Errors.filter(each => each !== error) }));
    expect(problems).toEqual([`action "A", ${E} ${error.ErrorType}: the service wants this error`]);
  }
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
])('a flow has all the problems of its shape: $paths', ({ content, paths }) => {
  expect(checkFlow(content, {}).problems.map(problem => problem.split(':')[0])).toEqual(paths);
});

test.each([
  { unchecked: ['CreateTask'], given: of('CreateTask') },
  { unchecked: ['GetParticipantInput'], given: of('GetParticipantInput', { AudioConfiguration: {} }) },
  { unchecked: [], given: of('GetParticipantInput') },
  { unchecked: [], given: of('toString') },
  { unchecked: [], given: { Actions: 7 } },
])('the types with parameters that are not checked: $unchecked', ({ unchecked, given }) => {
  expect(check(given).unchecked).toEqual(unchecked);
});
