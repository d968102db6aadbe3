import { describe, expect, test } from '@jest/globals';
import * as actions from '../flow-language/test-support.ts';
import { type Action, type FlowRun, runFlow, toFlow } from './index.ts';
import { interpolate, resolve } from './references.ts';
import { fakeClock, functionThat, sampleContact } from './test-support.ts';

const { action, BOTH, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } = actions;
const CALL = action('InvokeFlowModule', { FlowModuleId: 'id' }, BOTH);
const say = (Text: string) => action('MessageParticipant', { Text });
const wait = (TimeLimitSeconds: string) => action('Wait', { TimeLimitSeconds }, { ...FAILED, ...on('WaitCompleted') });
const compare = (name: string, operator: string, operand: string) => {
  const ways = { ...errors('NoMatchingCondition'), ...when(operator, operand) };
  return action('Compare', { ComparisonValue: `$.Attributes.${name}` }, ways);
};
const asModule = (...actions: Action[]) => toFlow(moduleOf(...actions), 'module.json');

/** Runs a flow of these actions, one after the other, named after their place. */
async function run(actions: Action[], given: Partial<FlowRun> = {}) {
  const named = actions.map((each, index) => {
    const NextAction = index + 1 < actions.length ? `${index + 1}` : 'End';
    return { ...each, Identifier: `${index}`, Transitions: { ...each.Transitions, NextAction } };
  });
  const { contact = sampleContact(undefined, { Attributes: { text: 'a-b', number: '7' } }) } = given;
  const clock = fakeClock();
  const steps = await runFlow(toFlow(flow(...named), 'test.json'), { contact, clock, ...functionThat({}), ...given });
  return { steps, contact, clock };
}

describe('a flow', () => {
  const staffed = (of: object) =>
    action(
      'CheckMetricData',
      { MetricType: 'NumberOfAgentsStaffed', ...of },
      { ...BOTH, ...when('NumberGreaterThan', '0') },
    );
  const transfer = action('TransferContactToQueue', {}, errors('NoMatchingError', 'QueueAtCapacity'));
  const toNobody = action('UpdateContactTargetQueue', { AgentId: '$.Attributes.nobody' }, FAILED);
  const log = action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' });
  const rows: { what: string; first: Action; branch: string; given?: Partial<FlowRun> }[] = [
    { what: 'that is passed over', first: log, branch: 'NextAction' },
    { what: 'that invokes a module', first: CALL, branch: 'NextAction', given: { module: asModule(RETURN) } },
    { what: 'that sets an empty agent id', first: toNobody, branch: 'NoMatchingError' },
    { what: 'that transfers without a queue', first: transfer, branch: 'NoMatchingError' },
    { what: 'that checks a metric without a queue', first: staffed({}), branch: 'NoMatchingError' },
    { what: 'that checks a metric of an agent', first: staffed({ AgentId: 'a' }), branch: 'NumberGreaterThan 0' },
    { what: 'that waits', first: wait('$.Attributes.number'), branch: 'Equals WaitCompleted' },
    { what: 'that compares nothing', first: compare('nothing', 'NumberLessThan', '7'), branch: 'NoMatchingCondition' },
    ...['$.Attributes.none', '0', '1.5', '-1', '$.Attributes.text', '604801'].map(time => {
      return { what: `that waits ${time} seconds`, first: wait(time), branch: 'NoMatchingError' };
    }),
    ...[
      { name: 'text', operator: 'Equals', holds: 'a-b', fails: 'a-c' },
      { name: 'text', operator: 'TextContains', holds: '-', fails: '+' },
      { name: 'text', operator: 'TextStartsWith', holds: 'a', fails: 'b' },
      { name: 'text', operator: 'TextEndsWith', holds: 'b', fails: 'a' },
      { name: 'number', operator: 'NumberGreaterThan', holds: '6', fails: '7' },
      { name: 'number', operator: 'NumberGreaterOrEqualTo', holds: '7', fails: '8' },
      { name: 'number', operator: 'NumberLessThan', holds: '8', fails: '7' },
      { name: 'number', operator: 'NumberLessOrEqualTo', holds: '7', fails: '6' },
    ].flatMap(({ name, operator, holds, fails }) => [
      { what: `that compares with ${holds}`, first: compare(name, operator, holds), branch: `${operator} ${holds}` },
      {
        what: `that compares with ${fails} (${operator})`,
        first: compare(name, operator, fails),
        branch: 'NoMatchingCondition',
      },
    ]),
  ];
  test.each(rows)('whose first action is one $what takes its branch $branch', async ({ first, branch, given }) => {
    expect((await run([first], given)).steps[0]?.branch).toBe(branch);
  });

  test('sets all attributes of an update, also those that end up empty, and keeps the others; or none', async () => {
    const contact = sampleContact(undefined, { Attributes: { kept: '1', old: '2' } });
    const Attributes = { copy: '$.Attributes.kept', old: '$.External.x' };
    const update = action('UpdateContactAttributes', { Attributes }, FAILED);
    await run([update], { contact, errorFor: () => 'NoMatchingError' }).catch(() => {});
    expect(contact.Attributes).toEqual({ kept: '1', old: '2' });
    await run([update], { contact });
    expect(contact.Attributes).toEqual({ kept: '1', old: '', copy: '1' });
  });

  test("gives a function a copy of the contact's attributes", async () => {
    const Attributes = { a: '1' };
    const fake = functionThat({});
    await run([INVOKE], { contact: sampleContact(undefined, { Attributes }), ...fake });
    Attributes.a = '2';
    expect(fake.events).toMatchObject([{ Details: { ContactData: { Attributes: { a: '1' } } } }]);
  });

  test('reads nothing of what a function before returned when the function fails', async () => {
    const failing = { ...INVOKE, Transitions: errors('NoMatchingError:3') };
    const said = say('It said $.External.said now');
    const { steps } = await run([INVOKE, said, failing, said], functionThat({ said: 'yes' }, new Error('down')));
    expect(steps.flatMap(step => step.said ?? [])).toEqual(['It said yes now', 'It said  now']);
    expect(steps[2]?.branch).toBe('NoMatchingError');
  });

  test('gives a module its input, and reads its branch and its result data, but nothing of its function', async () => {
    const LambdaInvocationAttributes = { a: '$.Modules.Input.a', b: '$.Modules.Input.b' };
    const Transitions = { NextAction: 'Return', ...errors('NoMatchingError:Return') };
    const first = { ...INVOKE, Parameters: { ...INVOKE.Parameters, LambdaInvocationAttributes }, Transitions };
    const Parameters = { Result: 'Yes', ResultData: { answer: '$.External.said' } };
    const module = asModule(first, { ...RETURN, Parameters });
    const Conditions = [{ NextAction: '1', Condition: { Operator: 'Equals', Operands: ['Yes'] } }];
    const input = { FlowModuleId: 'id', Input: { a: '$.Attributes.number' } };
    const call = action('InvokeFlowModule', input, { ...BOTH, Conditions });
    const text = say('$.Modules.Result, $.Modules.ResultData.answer, $.External.said, $.Modules.Input.a');
    const fake = functionThat({ said: 'hello' });
    const { steps } = await run([call, text], { module, ...fake });
    expect(fake.events).toMatchObject([{ Details: { Parameters: { a: '7', b: '' } } }]);
    expect([steps[0]?.branch, steps[1]?.said]).toEqual(['Equals Yes', 'Yes, hello, , ']);
  });

  test('ends with the contact', async () => {
    const { contact } = await run([SAY]);
    expect(contact.DisconnectTimestamp).toBeInstanceOf(Date);
    expect((await run([SAY], { contact })).steps).toEqual([]);
  });

  const circle = { ...SAY, Transitions: { NextAction: 'A', ...errors('NoMatchingError:End') } };
  const elsewhere = action('TransferToFlow', { ContactFlowId: 'id' }, FAILED);
  test.each<{ what: string; first: Action; sentence: RegExp; error?: string }>([
    { what: 'runs in a circle', first: circle, sentence: /1000 steps/ },
    { what: 'invokes a module without having one', first: CALL, sentence: /the run has none/ },
    { what: 'reaches what is not run here', first: elsewhere, sentence: /"A": TransferToFlow is not run here/ },
    {
      what: 'fails without an error branch',
      first: SAY,
      sentence: /no branch NoMatchingError/,
      error: 'NoMatchingError',
    },
  ])('that $what fails with a sentence', async ({ first, sentence, error }) => {
    const given = { contact: sampleContact(), ...functionThat({}), errorFor: () => error };
    await expect(runFlow(toFlow(flow(first), 'test.json'), given)).rejects.toThrow(sentence);
  });

  test('invokes modules five deep at most', async () => {
    const Transitions = { NextAction: 'Return', ...errors('NoMatchingCondition:Return', 'NoMatchingError:Return') };
    const invocations: Action[] = [];
    const errorFor = (invocation: Action) => void invocations.push(invocation);
    const running = run([CALL], { module: asModule({ ...CALL, Transitions }, RETURN), errorFor });
    await expect(running).rejects.toThrow('more than 5 deep');
    expect(invocations).toHaveLength(6);
  });
});

describe('a reference', () => {
  const namespaces = { Attributes: { a: '1' }, Modules: { Input: { 'b-c': 2 } } };
  test.each([
    { parameter: '$.Attributes.a', value: '1' },
    { parameter: '$.Modules.Input.b-c', value: '2' },
    { parameter: '$.Attributes.b', value: '' },
    { parameter: '$.Attributes.toString', value: '' },
    { parameter: '$.Queue.Name', value: '' },
    { parameter: '$.Attributes', value: '' },
    { parameter: 'plain $.Attributes.a', value: 'plain $.Attributes.a' },
  ])('$parameter stands for $value', ({ parameter, value }) => {
    expect(resolve({ deep: [parameter] }, namespaces)).toEqual({ deep: [value] });
  });

  test('in a message is resolved where it stands', () => {
    expect(interpolate('$.Attributes.a of $.Modules.Input.b-c, $5', namespaces)).toBe('1 of 2, $5');
  });
});
