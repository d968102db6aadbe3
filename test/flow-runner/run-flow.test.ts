import { describe, expect, test } from '@jest/globals';
import { type FlowRun, parseFlow, runFlow } from '../../local/flow-runner/index.ts';
import { resolve } from '../../local/flow-runner/references.ts';
import { fakeClock, functionThat, sampleContact } from './support.ts';

const FAILED = [{ NextAction: 'End', ErrorType: 'NoMatchingError' }];
const END = { Identifier: 'End', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} };

/** Runs a flow of this action and an end; `Type` is its name, too. */
async function runOne(Type: string, Parameters: object, Transitions: object, run: Partial<FlowRun> = {}) {
  const Actions = [{ Identifier: Type, Type, Parameters, Transitions }, END];
  const flow = parseFlow(JSON.stringify({ StartAction: Type, Actions }), 'one.json');
  const contact = run.contact ?? sampleContact();
  const clock = fakeClock();
  const steps = await runFlow(flow, { contact, clock, ...functionThat({}), ...run });
  return { steps, contact, clock };
}

describe('a flow', () => {
  test('waits for as long as an attribute says, without real time', async () => {
    const waits = {
      Errors: FAILED,
      Conditions: [{ NextAction: 'End', Condition: { Operator: 'Equals', Operands: ['WaitCompleted'] } }],
    };
    const contact = sampleContact(undefined, { Attributes: { pause: '45' } });
    const { steps, clock } = await runOne('Wait', { TimeLimitSeconds: '$.Attributes.pause' }, waits, { contact });
    expect(steps[0]).toMatchObject({ branch: 'Equals WaitCompleted', waitedSeconds: 45 });
    expect(clock.slept).toEqual([45_000]);
    for (const pause of ['', '0', '1.5', '-1', 'soon', '604801']) {
      const { steps } = await runOne('Wait', { TimeLimitSeconds: pause }, waits);
      expect([pause, steps[0]?.branch]).toEqual([pause, 'NoMatchingError']);
    }
  });

  test('sets all attributes of an update, also those that end up empty, and keeps the others', async () => {
    const contact = sampleContact(undefined, { Attributes: { kept: '1', old: '2' } });
    const Attributes = { old: '', copy: '$.Attributes.kept', missing: '$.Attributes.nothing' };
    const { steps } = await runOne('UpdateContactAttributes', { Attributes }, { NextAction: 'End' }, { contact });
    expect(contact.Attributes).toEqual({ kept: '1', old: '', copy: '1', missing: '' });
    expect(steps[0]?.set).toEqual({ old: '', copy: '1', missing: '' });
  });

  test('sets none of them where the update fails', async () => {
    const contact = sampleContact(undefined, { Attributes: { kept: '1' } });
    const Attributes = { kept: '2', other: '3' };
    const transitions = { NextAction: 'End', Errors: FAILED };
    const errorFor: FlowRun['errorFor'] = ({ Type }) =>
      Type === 'UpdateContactAttributes' ? 'NoMatchingError' : undefined;
    await runOne('UpdateContactAttributes', { Attributes }, transitions, { contact, errorFor });
    expect(contact.Attributes).toEqual({ kept: '1' });
  });

  test('reads nothing of what a function before returned when the function fails', async () => {
    const invoke = (Identifier: string, NextAction: string) => ({
      Identifier,
      Type: 'InvokeLambdaFunction',
      Parameters: { InvocationTimeLimitSeconds: '8' },
      Transitions: { NextAction, Errors: [{ NextAction: 'Set', ErrorType: 'NoMatchingError' }] },
    });
    const set = {
      Identifier: 'Set',
      Type: 'UpdateContactAttributes',
      Parameters: { Attributes: { seen: '$.External.said' } },
      Transitions: { NextAction: 'End' },
    };
    const Actions = [invoke('First', 'Second'), invoke('Second', 'Set'), set, END];
    const flow = parseFlow(JSON.stringify({ StartAction: 'First', Actions }), 'two.json');
    const contact = sampleContact();
    await runFlow(flow, { contact, ...functionThat({ said: 'hello' }, new Error('down')) });
    expect(contact.Attributes).toMatchObject({ seen: '' });
  });

  test('reads nothing of what the function of its module returned', async () => {
    const invoke = {
      Identifier: 'Invoke',
      Type: 'InvokeLambdaFunction',
      Parameters: { InvocationTimeLimitSeconds: '8' },
      Transitions: { NextAction: 'Return' },
    };
    const back = { Identifier: 'Return', Type: 'EndFlowModuleExecution', Parameters: {}, Transitions: {} };
    const module = parseFlow(JSON.stringify({ StartAction: 'Invoke', Actions: [invoke, back] }), 'module.json');
    const call = { Identifier: 'Call', Type: 'InvokeFlowModule', Parameters: {}, Transitions: { NextAction: 'Say' } };
    const say = {
      Identifier: 'Say',
      Type: 'MessageParticipant',
      Parameters: { Text: '$.External.said' },
      Transitions: { NextAction: 'End' },
    };
    const flow = parseFlow(JSON.stringify({ StartAction: 'Call', Actions: [call, say, END] }), 'flow.json');
    const steps = await runFlow(flow, { contact: sampleContact(), module, ...functionThat({ said: 'hello' }) });
    expect(steps[0]?.steps?.[0]?.returned).toEqual({ said: 'hello' });
    expect(steps[1]?.said).toBe('');
  });

  test('ends with the contact', async () => {
    const { contact } = await runOne('MessageParticipant', { Text: 'Bye' }, { NextAction: 'End' });
    expect(contact.DisconnectTimestamp).toBeInstanceOf(Date);
    const ended = sampleContact(undefined, { DisconnectTimestamp: new Date() });
    const { steps } = await runOne('MessageParticipant', { Text: 'Bye' }, { NextAction: 'End' }, { contact: ended });
    expect(steps).toEqual([]);
  });

  test.each([
    ['UpdateContactTargetQueue', { AgentId: '$.Attributes.nobody' }],
    ['TransferContactToQueue', {}],
    ['CheckMetricData', { MetricType: 'NumberOfAgentsStaffed' }],
  ])('takes the Error branch of %s without a queue', async (type, parameters) => {
    const { steps } = await runOne(type, parameters, { NextAction: 'End', Errors: FAILED });
    expect(steps[0]?.branch).toBe('NoMatchingError');
  });

  test.each<[string, [string, object, object], RegExp]>([
    ['goes in a circle', ['MessageParticipant', { Text: '' }, { NextAction: 'MessageParticipant' }], /1000 steps/],
    ['lacks a branch', ['TransferContactToQueue', {}, { NextAction: 'End' }], /has no branch NoMatchingError/],
    ['invokes a module that there is not', ['InvokeFlowModule', {}, { NextAction: 'End' }], /the run has none/],
    [
      'compares in a way that the runner does not know',
      [
        'Compare',
        { ComparisonValue: '$.Attributes.x' },
        { Conditions: [{ NextAction: 'End', Condition: { Operator: 'TextStartsWith', Operands: [''] } }] },
      ],
      /"Compare" \(Compare\) has no branch TextStartsWith that the flow runner knows/,
    ],
  ])('that %s fails with a sentence', async (_, action, sentence) => {
    await expect(runOne(...action)).rejects.toThrow(sentence);
  });
});

describe('a reference', () => {
  const namespaces = { Attributes: { a: '1' }, External: { 'b-c': '2' } };
  test.each([
    ['$.Attributes.a', '1'],
    ['$.External.b-c', '2'],
    ['$.Attributes.b', ''],
    ['$.Attributes.toString', ''],
    ['$.Queue.Name', ''],
    ['$.Attributes', ''],
    ['plain $.Attributes.a', 'plain $.Attributes.a'],
    ['', ''],
  ])('%j stands for %j', (parameter, value) => {
    expect(resolve(parameter, namespaces)).toBe(value);
  });
});
