import { describe, expect, test } from '@jest/globals';
import { type Action, type FlowRun, runFlow, toFlow } from '../../local/flow-runner/index.ts';
import { interpolate, resolve } from '../../local/flow-runner/references.ts';
import { action, errors, fakeClock, flow, functionThat, moduleOf, on, RETURN, sampleContact, when } from './support.ts';

const FAILED = errors('NoMatchingError');
const BOTH = errors('NoMatchingCondition', 'NoMatchingError');
const LAMBDA = { LambdaFunctionARN: 'arn', InvocationTimeLimitSeconds: '8' };
const invoke = action('InvokeLambdaFunction', LAMBDA, FAILED);
const CALL = action('InvokeFlowModule', { FlowModuleId: 'id' }, BOTH);
const SAY = action('MessageParticipant', { Text: 'Bye' });

/** Runs a flow of these actions, one after the other, named after their place. */
async function run(actions: Action[], given: Partial<FlowRun> = {}) {
  const named = actions.map(
    (each, index): Action => ({
      ...each,
      Identifier: String(index),
      Transitions: { ...each.Transitions, NextAction: index + 1 < actions.length ? String(index + 1) : 'End' },
    }),
  );
  const contact = given.contact ?? sampleContact();
  const clock = fakeClock();
  const flowOf = toFlow(flow(...named), 'test.json');
  const steps = await runFlow(flowOf, { contact, clock, ...functionThat({}), ...given });
  return { steps, contact, clock };
}

describe('a flow', () => {
  test('waits for as long as an attribute says, without real time', async () => {
    const wait = (TimeLimitSeconds: string) =>
      action('Wait', { TimeLimitSeconds }, { ...FAILED, ...on('WaitCompleted') });
    const contact = sampleContact(undefined, { Attributes: { pause: '45' } });
    const { steps, clock } = await run([wait('$.Attributes.pause')], { contact });
    expect(steps[0]).toMatchObject({ branch: 'Equals WaitCompleted', waitedSeconds: 45 });
    expect(clock.slept).toEqual([45_000]);
    for (const pause of ['$.Attributes.none', '0', '1.5', '-1', 'soon', '604801']) {
      expect([pause, (await run([wait(pause)])).steps[0]?.branch]).toEqual([pause, 'NoMatchingError']);
    }
  });

  test('sets all attributes of an update, also those that end up empty, and keeps the others; or none', async () => {
    const contact = sampleContact(undefined, { Attributes: { kept: '1', old: '2' } });
    const Attributes = { copy: '$.Attributes.kept', old: '$.External.x' };
    const update = action('UpdateContactAttributes', { Attributes }, FAILED);
    await run([update], { contact, errorFor: () => 'NoMatchingError' }).catch(() => {});
    expect(contact.Attributes).toEqual({ kept: '1', old: '2' });
    const { steps } = await run([update], { contact });
    expect(contact.Attributes).toEqual({ kept: '1', old: '', copy: '1' });
    expect(steps[0]?.set).toEqual({ old: '', copy: '1' });
  });

  test('reads nothing of what a function before returned when the function fails', async () => {
    const say = action('MessageParticipant', { Text: 'It said $.External.said now' });
    const failing = { ...invoke, Transitions: errors('NoMatchingError:3') };
    const { steps } = await run([invoke, say, failing, say], functionThat({ said: 'yes' }, new Error('down')));
    expect(steps.flatMap(step => step.said ?? [])).toEqual(['It said yes now', 'It said  now']);
    expect(steps[2]?.branch).toBe('NoMatchingError');
  });

  test('gives a module its input, and reads its branch and its result data, but nothing of its function', async () => {
    const LambdaInvocationAttributes = { a: '$.Modules.Input.a', b: '$.Modules.Input.b' };
    const first = action(
      'InvokeLambdaFunction',
      { ...LAMBDA, LambdaInvocationAttributes },
      { NextAction: 'Return', ...errors('NoMatchingError:Return') },
    );
    const Parameters = { Result: 'Yes', ResultData: { answer: '$.External.said' } };
    const module = toFlow(moduleOf(first, { ...RETURN, Parameters }), 'module.json');
    const Input = { a: '$.Attributes.a' };
    const yes = { Conditions: [{ NextAction: '1', Condition: { Operator: 'Equals', Operands: ['Yes'] } }] };
    const call = action('InvokeFlowModule', { FlowModuleId: 'id', Input }, { ...BOTH, ...yes });
    const Text = '$.Modules.Result, $.Modules.ResultData.answer, $.External.said, $.Modules.Input.a';
    const say = action('MessageParticipant', { Text });
    const contact = sampleContact(undefined, { Attributes: { a: '1' } });
    const fake = functionThat({ said: 'hello' });
    const { steps } = await run([call, say], { contact, module, ...fake });
    expect(fake.events).toMatchObject([{ Details: { Parameters: { a: '1', b: '' } } }]);
    expect([steps[0]?.branch, steps[1]?.said]).toEqual(['Equals Yes', 'Yes, hello, , ']);
  });

  test('goes on where a module returns without a branch', async () => {
    const { steps } = await run([CALL], { module: toFlow(moduleOf(RETURN), 'module.json') });
    expect(steps[0]?.branch).toBe('NextAction');
  });

  test('passes over what changes nothing here', async () => {
    const { steps } = await run([action('UpdateFlowLoggingBehavior', { FlowLoggingBehavior: 'Enabled' })]);
    expect(steps.map(step => step.branch)).toEqual(['NextAction', 'End']);
  });

  test('ends with the contact', async () => {
    const { contact } = await run([SAY]);
    expect(contact.DisconnectTimestamp).toBeInstanceOf(Date);
    expect((await run([SAY], { contact })).steps).toEqual([]);
  });

  test.each([
    ['UpdateContactTargetQueue', { AgentId: '$.Attributes.nobody' }, FAILED],
    ['TransferContactToQueue', {}, errors('NoMatchingError', 'QueueAtCapacity')],
    ['CheckMetricData', { MetricType: 'NumberOfAgentsStaffed' }, BOTH],
  ])('takes the Error branch of %s without a queue', async (type, parameters, transitions) => {
    expect((await run([action(type, parameters, transitions)])).steps[0]?.branch).toBe('NoMatchingError');
  });

  test.each([
    ['text', 'Equals', 'a-b', 'a-c'],
    ['text', 'TextContains', '-', '+'],
    ['text', 'TextStartsWith', 'a', 'b'],
    ['text', 'TextEndsWith', 'b', 'a'],
    ['number', 'NumberGreaterThan', '6', '7'],
    ['number', 'NumberGreaterOrEqualTo', '7', '8'],
    ['number', 'NumberLessThan', '8', '7'],
    ['number', 'NumberLessOrEqualTo', '7', '6'],
    ['nothing', 'NumberLessThan', '', '7'],
  ])('compares a %s with %s', async (name, operator, yes, no) => {
    const ComparisonValue = `$.Attributes.${name}`;
    for (const operand of [yes, no].filter(Boolean)) {
      const contact = sampleContact(undefined, { Attributes: { text: 'a-b', number: '7' } });
      const branches = { ...errors('NoMatchingCondition'), ...when(operator, operand) };
      const { steps } = await run([action('Compare', { ComparisonValue }, branches)], { contact });
      expect(steps[0]?.branch).toBe(operand === yes ? `${operator} ${yes}` : 'NoMatchingCondition');
    }
  });

  test.each<[string, Action, RegExp]>([
    ['goes in a circle', { ...SAY, Transitions: { NextAction: 'A', ...errors('NoMatchingError:End') } }, /1000 steps/],
    ['invokes a module that there is not', CALL, /the run has none/],
    ['reaches what is not run here', action('TransferToFlow'), /"A": TransferToFlow is not run here/],
    ['fails without an error branch', SAY, /has no branch NoMatchingError/],
  ])('that %s fails with a sentence', async (name, first, sentence) => {
    const errorFor: FlowRun['errorFor'] = () => (name.startsWith('fails') ? 'NoMatchingError' : undefined);
    const given = { contact: sampleContact(), ...functionThat({}), errorFor };
    await expect(runFlow(toFlow(flow(first), 'test.json'), given)).rejects.toThrow(sentence);
  });

  test('invokes modules five deep at most', async () => {
    const ways = { NextAction: 'Return', ...errors('NoMatchingCondition:Return', 'NoMatchingError:Return') };
    const module = toFlow(moduleOf({ ...CALL, Transitions: ways }, RETURN), 'module.json');
    const invocations: Action[] = [];
    const errorFor = (invocation: Action) => void invocations.push(invocation);
    const running = runFlow(module, { contact: sampleContact(), module, errorFor, ...functionThat({}) });
    await expect(running).rejects.toThrow('more than 5 deep');
    expect(invocations).toHaveLength(6);
  });
});

describe('a reference', () => {
  const namespaces = { Attributes: { a: '1' }, Modules: { Input: { 'b-c': 2 } } };
  test.each([
    ['$.Attributes.a', '1'],
    ['$.Modules.Input.b-c', '2'],
    ['$.Attributes.b', ''],
    ['$.Attributes.toString', ''],
    ['$.Queue.Name', ''],
    ['$.Attributes', ''],
    ['plain $.Attributes.a', 'plain $.Attributes.a'],
  ])('%j stands for %j', (parameter, value) => {
    expect(resolve({ deep: [parameter] }, namespaces)).toEqual({ deep: [value] });
  });

  test('in a message is resolved where it stands', () => {
    expect(interpolate('$.Attributes.a of $.Modules.Input.b-c, $5', namespaces)).toBe('1 of 2, $5');
  });
});
