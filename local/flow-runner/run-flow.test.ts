import { expect, test } from '@jest/globals';
import * as actions from '../flow-language/test-support.ts';
import { type Action, type FlowRun, runFlow, toFlow } from './index.ts';
import { interpolate, resolve } from './references.ts';
import { fakeClock, functionThat, sampleContact } from './test-support.ts';

const { action, BOTH, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } = actions;
const call = (Input: object = {}) =>
  action('InvokeFlowModule', { FlowModuleId: 'id', Input }, { ...BOTH, ...on('Yes') });
const say = (Text: string) => action('MessageParticipant', { Text });
const wait = (TimeLimitSeconds: string) => action('Wait', { TimeLimitSeconds }, { ...FAILED, ...on('WaitCompleted') });
const compare = (name: string, operator: string, operand: string) => {
  const ways = { ...errors('NoMatchingCondition'), ...when(operator, operand) };
  return action('Compare', { ComparisonValue: `$.Attributes.${name}` }, ways);
};
const STAFFED = { ...BOTH, ...when('NumberGreaterThan', '0') };
const staffed = (of: object) => action('CheckMetricData', { MetricType: 'NumberOfAgentsStaffed', ...of }, STAFFED);
const targetAgent = (AgentId: string) => action('UpdateContactTargetQueue', { AgentId }, FAILED);
const TRANSFER = action('TransferContactToQueue', {}, errors('NoMatchingError', 'QueueAtCapacity'));

/** These actions, named after their place, of which each leads to the next one, whatever branch it takes. */
function chain(actions: Action[], end: string): Action[] {
  return actions.map(({ Transitions: { Errors = [], Conditions = [] }, ...each }, index) => {
    const next = { NextAction: index + 1 < actions.length ? `${index + 1}` : end };
    const onward = <T extends object>(ways: readonly T[]) => ways.map(way => ({ ...way, ...next }));
    const Transitions = { ...next, Errors: onward(Errors), Conditions: onward(Conditions) };
    return { ...each, Identifier: `${index}`, Transitions };
  });
}
const asModule = (actions: Action[], Parameters = {}) =>
  toFlow(moduleOf(...chain(actions, 'Return'), { ...RETURN, Parameters }), 'module.json');

async function run(actions: Action[], given: Partial<FlowRun> = {}) {
  const { contact = sampleContact({ Attributes: { text: 'a-b', number: '7' } }) } = given;
  const clock = fakeClock();
  const checked = toFlow(flow(...chain(actions, 'End')), 'test.json');
  const steps = await runFlow(checked, { contact, clock, ...functionThat({}), ...given });
  return { steps, branches: steps.map(({ branch }) => branch), contact, clock };
}

test.each<{ what: string; first: Action; branch: string }>([
  { what: 'is passed over', first: action('CreateTask', {}, FAILED), branch: 'NextAction' },
  { what: 'invokes a module', first: call(), branch: 'NextAction' },
  { what: 'sets an empty agent id', first: targetAgent('$.Attributes.nobody'), branch: 'NoMatchingError' },
  { what: 'transfers without a queue', first: TRANSFER, branch: 'NoMatchingError' },
  { what: 'checks a metric without a queue', first: staffed({}), branch: 'NoMatchingError' },
  { what: 'checks a metric of an agent', first: staffed({ AgentId: 'a' }), branch: 'NumberGreaterThan 0' },
  { what: 'compares nothing', first: compare('nothing', 'NumberLessThan', '7'), branch: 'NoMatchingCondition' },
  ...['$.Attributes.none', '0', '1.5', '-1', '$.Attributes.text', '604801'].map(time => {
    return { what: `waits ${time} seconds`, first: wait(time), branch: 'NoMatchingError' };
  }),
])('an action that $what takes its branch $branch', async ({ first, branch }) => {
  expect((await run([first], { module: asModule([]) })).branches[0]).toBe(branch);
});

test('a wait takes its time', async () => {
  const { branches, clock } = await run([wait('$.Attributes.number')]);
  expect([branches[0], clock.slept]).toEqual(['Equals WaitCompleted', [7_000]]);
});

test.each([
  { name: 'text', operator: 'Equals', holds: 'a-b', fails: 'a-c' },
  { name: 'text', operator: 'TextContains', holds: '-', fails: '+' },
  { name: 'text', operator: 'TextStartsWith', holds: 'a', fails: 'b' },
  { name: 'text', operator: 'TextEndsWith', holds: 'b', fails: 'a' },
  { name: 'number', operator: 'NumberGreaterThan', holds: '6', fails: '7' },
  { name: 'number', operator: 'NumberGreaterOrEqualTo', holds: '7', fails: '8' },
  { name: 'number', operator: 'NumberLessThan', holds: '8', fails: '7' },
  { name: 'number', operator: 'NumberLessOrEqualTo', holds: '7', fails: '6' },
])('$operator $holds holds for this $name, $fails does not', async ({ name, operator, holds, fails }) => {
  const { branches } = await run([holds, fails].map(operand => compare(name, operator, operand)));
  expect(branches.slice(0, 2)).toEqual([`${operator} ${holds}`, 'NoMatchingCondition']);
});

test('an update sets all attributes, also those that end up empty, and keeps the others; or sets none', async () => {
  const contact = sampleContact({ Attributes: { kept: '1', old: '2' } });
  const Attributes = { copy: '$.Attributes.kept', old: '$.External.x' };
  const updates = [action('UpdateContactAttributes', { Attributes }, FAILED)];
  await run(updates, {
    contact,
    errorFor: ({ Type }) => (Type === 'UpdateContactAttributes' ? 'NoMatchingError' : undefined),
  });
  expect(contact.Attributes).toEqual({ kept: '1', old: '2' });
  await run(updates, { contact: Object.assign(contact, { DisconnectTimestamp: undefined }) });
  expect(contact.Attributes).toEqual({ kept: '1', old: '', copy: '1' });
});

test("a function gets a copy of the contact's attributes", async () => {
  const Attributes = { a: '1' };
  const fake = functionThat({});
  await run([INVOKE], { contact: sampleContact({ Attributes }), ...fake });
  Attributes.a = '2';
  expect(fake.events).toMatchObject([{ Details: { ContactData: { Attributes: { a: '1' } } } }]);
});

test('a flow reads nothing of what a function before returned when the function fails', async () => {
  const said = say('It said $.External.said now');
  const { steps } = await run([INVOKE, said, INVOKE, said], functionThat({ said: 'yes' }, new Error('down')));
  const now = [{ said: 'It said yes now' }, { branch: 'NoMatchingError' }, { said: 'It said  now' }];
  expect(steps.slice(1, 4)).toMatchObject(now);
});

test('a module gets its input; its branch and its result data can be read, but nothing of its function', async () => {
  const inputs = { LambdaInvocationAttributes: { a: '$.Modules.Input.a', b: '$.Modules.Input.b' } };
  const first = { ...INVOKE, Parameters: { ...INVOKE.Parameters, ...inputs } };
  const module = asModule([first], { Result: 'Yes', ResultData: { answer: '$.External.said' } });
  const text = say('$.Modules.Result, $.Modules.ResultData.answer, $.External.said, $.Modules.Input.a');
  const fake = functionThat({ said: 'hello' });
  const { steps } = await run([call({ a: '$.Attributes.number' }), text], { module, ...fake });
  expect(fake.events).toMatchObject([{ Details: { Parameters: { a: '7', b: '' } } }]);
  expect(steps).toMatchObject([{ branch: 'Equals Yes' }, { said: 'Yes, hello, , ' }, {}]);
});

test('a flow ends with the contact', async () => {
  const { contact } = await run([SAY]);
  expect(contact.DisconnectTimestamp).toBeInstanceOf(Date);
  expect((await run([SAY], { contact })).steps).toEqual([]);
});

const circle = { ...SAY, Transitions: { NextAction: 'A' } };
const elsewhere = action('TransferToFlow', { ContactFlowId: 'id' }, FAILED);
test.each<{ what: string; first: Action; sentence: RegExp; error?: string }>([
  { what: 'runs in a circle', first: circle, sentence: /1000 steps/ },
  { what: 'invokes a module without having one', first: call(), sentence: /the run has none/ },
  { what: 'reaches what is not run here', first: elsewhere, sentence: /"A": TransferToFlow is not run here/ },
  { what: 'fails without an error branch', first: SAY, sentence: /no branch Nope/, error: 'Nope' },
])('a flow that $what fails with a sentence', async ({ first, sentence, error }) => {
  const given = { contact: sampleContact(), ...functionThat({}), errorFor: () => error };
  await expect(runFlow(toFlow(flow(first), 'test.json'), given)).rejects.toThrow(sentence);
});

test('modules invoke modules five deep at most', async () => {
  const invocations: Action[] = [];
  const errorFor = (invocation: Action) => void invocations.push(invocation);
  const running = run([call()], { module: asModule([call()]), errorFor });
  await expect(running).rejects.toThrow('more than 5 deep');
  expect(invocations).toHaveLength(6);
});

test('a reference stands for its value, or for an empty text', () => {
  const namespaces = { Attributes: { a: '1' }, Modules: { Input: { 'b-c': 2 } } };
  const values = {
    '$.Attributes.a': '1',
    '$.Modules.Input.b-c': '2',
    '$.Attributes.b': '',
    '$.Attributes.toString': '',
    '$.Attributes': '',
    'plain $.Attributes.a': 'plain $.Attributes.a',
  };
  expect(resolve({ deep: Object.keys(values) }, namespaces)).toEqual({ deep: Object.values(values) });
  // In a message, it is resolved where it stands.
  expect(interpolate('$.Attributes.a of $.Modules.Input.b-c, $5', namespaces)).toBe('1 of 2, $5');
});
