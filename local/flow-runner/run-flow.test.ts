import { describe, expect, test } from '@jest/globals';
import * as actions from '../flow-language/test-support.ts';
import { type Action, type FlowRun, runFlow, toFlow } from './index.ts';
import { interpolate, resolve } from './references.ts';
import { fakeClock, functionThat, sampleContact } from './test-support.ts';

const { action, BOTH, errors, FAILED, flow, INVOKE, moduleOf, on, RETURN, SAY, when } = actions;
const CALL = action('InvokeFlowModule', { FlowModuleId: 'id' }, BOTH);
const say = (Text: string) => action('MessageParticipant', { Text });
const update = (Attributes: object) => action('UpdateContactAttributes', { Attributes }, FAILED);
const wait = (TimeLimitSeconds: string) => action('Wait', { TimeLimitSeconds }, { ...FAILED, ...on('WaitCompleted') });
const compare = (name: string, operator: string, operand: string) => {
  const ways = { ...errors('NoMatchingCondition'), ...when(operator, operand) };
  return action('Compare', { ComparisonValue: `$.Attributes.${name}` }, ways);
};
const staffed = (of: object) => {
  const parameters = { MetricType: 'NumberOfAgentsStaffed', ...of };
  return action('CheckMetricData', parameters, { ...BOTH, ...when('NumberGreaterThan', '0') });
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
  return { steps, branches: steps.map(({ branch }) => branch), contact, clock };
}

describe('a flow', () => {
  test.each<{ what: string; first: Action; branch: string; given?: Partial<FlowRun> }>([
    { what: 'is passed over', first: action('CreateTask', {}, FAILED), branch: 'NextAction' },
    { what: 'invokes a module', first: CALL, branch: 'NextAction', given: { module: asModule(RETURN) } },
    {
      what: 'sets an empty agent id',
      first: action('UpdateContactTargetQueue', { AgentId: '$.Attributes.nobody' }, FAILED),
      branch: 'NoMatchingError',
    },
    {
      what: 'transfers without a queue',
      first: action('TransferContactToQueue', {}, errors('NoMatchingError', 'QueueAtCapacity')),
      branch: 'NoMatchingError',
    },
    { what: 'checks a metric without a queue', first: staffed({}), branch: 'NoMatchingError' },
    { what: 'checks a metric of an agent', first: staffed({ AgentId: 'a' }), branch: 'NumberGreaterThan 0' },
    { what: 'compares nothing', first: compare('nothing', 'NumberLessThan', '7'), branch: 'NoMatchingCondition' },
    ...['$.Attributes.none', '0', '1.5', '-1', '$.Attributes.text', '604801'].map(time => {
      return { what: `waits ${time} seconds`, first: wait(time), branch: 'NoMatchingError' };
    }),
  ])('whose first action $what takes its branch $branch', async ({ first, branch, given }) => {
    expect((await run([first], given)).branches[0]).toBe(branch);
  });

  test('waits', async () => {
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
  ])('compares: $operator holds with $holds, and fails with $fails', async ({ name, operator, holds, fails }) => {
    const [holding, failing] = await Promise.all(
      [holds, fails].map(operand => run([compare(name, operator, operand)])),
    );
    expect([holding?.branches[0], failing?.branches[0]]).toEqual([`${operator} ${holds}`, 'NoMatchingCondition']);
  });

  test('sets all attributes of an update, also those that end up empty, and keeps the others; or none', async () => {
    const contact = sampleContact(undefined, { Attributes: { kept: '1', old: '2' } });
    const updates = [update({ copy: '$.Attributes.kept', old: '$.External.x' })];
    await run(updates, { contact, errorFor: () => 'NoMatchingError' }).catch(() => {});
    expect(contact.Attributes).toEqual({ kept: '1', old: '2' });
    await run(updates, { contact });
    expect(contact.Attributes).toEqual({ kept: '1', old: '', copy: '1' });
  });

  test("gives a function a copy of the contact's attributes", async () => {
    const fake = functionThat({});
    await run([INVOKE, update({ number: '8' })], fake);
    expect(fake.events).toMatchObject([{ Details: { ContactData: { Attributes: { number: '7' } } } }]);
  });

  test('reads nothing of what a function before returned when the function fails', async () => {
    const failing = { ...INVOKE, Transitions: errors('NoMatchingError:3') };
    const said = say('It said $.External.said now');
    const { steps, branches } = await run(
      [INVOKE, said, failing, said],
      functionThat({ said: 'yes' }, new Error('down')),
    );
    expect(steps.flatMap(step => step.said ?? [])).toEqual(['It said yes now', 'It said  now']);
    expect(branches[2]).toBe('NoMatchingError');
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
    const { steps, branches } = await run([call, text], { module, ...fake });
    expect(fake.events).toMatchObject([{ Details: { Parameters: { a: '7', b: '' } } }]);
    expect([branches[0], steps[1]?.said]).toEqual(['Equals Yes', 'Yes, hello, , ']);
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

test('a reference stands for its value, or an empty text', () => {
  const namespaces = { Attributes: { a: '1' }, Modules: { Input: { 'b-c': 2 } } };
  const values = {
    '$.Attributes.a': '1',
    '$.Modules.Input.b-c': '2',
    '$.Attributes.b': '',
    '$.Attributes.toString': '',
    '$.Queue.Name': '',
    '$.Attributes': '',
    'plain $.Attributes.a': 'plain $.Attributes.a',
  };
  expect(resolve({ deep: Object.keys(values) }, namespaces)).toEqual({ deep: Object.values(values) });
  // In a message, it is resolved where it stands.
  expect(interpolate('$.Attributes.a of $.Modules.Input.b-c, $5', namespaces)).toBe('1 of 2, $5');
});
