import { describe, expect, test } from '@jest/globals';
import { AGENT_A1, C1, C3, INSTANCE_ID, QUEUE, startLocalConnect } from '../../local/connect/index.ts';
import { readModule, runFlow, startFunction, toFlow } from '../../local/flow-runner/index.ts';
import { FLOW_PARAMETERS } from '../../src/request.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { action, answer, errors, flow, functionThat, sampleContact } from '../flow-runner/support.ts';
import { at, deployed, textOf } from './template-reader.ts';

const module = readModule();
const actions = [...module.actions.values()];
const resource = at(deployed({ InstanceArn: 'arn:instance/id' }), 'Resources', 'PersistentChatFlowModule');
const content = JSON.parse(textOf(at(resource, 'Properties', 'Content')));

/** The result data, and the contact attributes of the same meaning, in the module's order. */
const FIELDS: [data: string, attribute: string][] = [
  ['status', 'chatHistoryStatus'],
  ['reason', 'chatHistoryReason'],
  ['continuedFromContactId', 'chatHistoryContinuedFrom'],
  ['retryAfterSeconds', 'chatHistoryRetryAfterSeconds'],
  ['agentId', 'chatHistoryAgentId'],
  ['queueId', 'chatHistoryQueueId'],
  ['endedSecondsAgo', 'chatHistoryEndedSecondsAgo'],
];
/** What a chat before left, or a contact that this one continues. */
const STALE = Object.fromEntries(FIELDS.map(([, attribute]) => [attribute, 'stale']));

/** Runs a flow that invokes the module with this input, a function that answers so, and these actions failing. */
async function run(given: unknown, failing: string[] = [], Input: Record<string, string> = {}) {
  const contact = sampleContact(undefined, { Attributes: STALE });
  const branches = errors('NoMatchingCondition', 'NoMatchingError');
  const invoke = action(
    'InvokeFlowModule',
    { FlowModuleId: 'id', ...(Object.keys(Input).length && { Input }) },
    branches,
  );
  const fake = functionThat(given);
  const [call] = await runFlow(toFlow(flow(invoke), 'test.json', { invoked: module.contract }), {
    contact,
    module,
    invokeFunction: fake.invokeFunction,
    errorFor: ({ Identifier }) => (failing.includes(Identifier) ? 'NoMatchingError' : undefined),
  });
  const { result, resultData } = call?.steps?.at(-1) ?? {};
  const taken = call?.steps?.map(step => `${step.identifier}: ${step.branch}`) ?? [];
  const read = (values: object | undefined, index: 0 | 1) =>
    FIELDS.map(names => String(Object(values)[names[index]])).join(' ');
  return { result, returned: read(resultData, 0), written: read(contact.Attributes, 1), taken, ...fake };
}

describe('the flow module', () => {
  test('invokes the function of its stack with its inputs, once Amazon Connect knows it and may invoke it', () => {
    const [{ Parameters }] = content.Actions;
    expect(Parameters).toEqual({
      LambdaFunctionARN: 'PersistentChatFunction.Arn',
      InvocationTimeLimitSeconds: '8',
      // No attribute, which a chat page may have set.
      LambdaInvocationAttributes: {
        sourceContactId: '$.Modules.Input.sourceContactId',
        rehydrationType: '$.Modules.Input.rehydrationType',
        timeLimitSeconds: '8',
      },
      ResponseValidation: { ResponseType: 'STRING_MAP' },
    });
    expect(Object.keys(Parameters.LambdaInvocationAttributes)).toEqual(FLOW_PARAMETERS);
    expect(at(resource, 'DependsOn')).toEqual(['PersistentChatAssociation', 'PersistentChatPermission']);
  });

  test('is there unless it is switched off', () => {
    const without = deployed({ InstanceArn: 'arn:instance/id', CreateFlowModule: 'No' });
    expect(without['Resources']).not.toHaveProperty('PersistentChatFlowModule');
    expect(without['Outputs']).not.toHaveProperty('FlowModuleArn');
  });

  test('has three branches, two inputs and seven results, all texts', () => {
    expect(module.contract).toEqual({
      input: { sourceContactId: 'string', rehydrationType: 'string' },
      resultData: Object.fromEntries(FIELDS.map(([data]) => [data, 'string'])),
      results: ['Continued', 'TryAgain', 'NoHistory'],
    });
    const { transitions } = JSON.parse(textOf(at(resource, 'Properties', 'Settings')));
    for (const { description } of transitions.results) expect(description).toMatch(/\w{2}/);
  });

  test('has what the console writes at the top, and a place in the designer for each action', () => {
    const inert = (name: string) => ({ DisplayName: name, ReferenceName: name, Description: '' });
    const Transitions = [inert('Success'), inert('Error')];
    expect(content.Settings).toEqual({ InputParameters: [], OutputParameters: [], Transitions });
    expect(Object.keys(content.Metadata.ActionMetadata)).toEqual([...module.actions.keys()]);
    const placed = { position: { x: expect.any(Number), y: expect.any(Number) }, isFriendlyName: true };
    for (const metadata of Object.values(content.Metadata.ActionMetadata)) expect(metadata).toEqual(placed);
  });

  test('reads what the function returns, and sets attributes of this contact', () => {
    const names = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));
    for (const [, name] of JSON.stringify(content).matchAll(/\$\.External\.(\w+)/g)) expect(names).toContain(name);
    for (const { Type, Parameters } of actions) {
      if (Type === 'UpdateContactAttributes') expect(Parameters).toMatchObject({ TargetContact: 'Current' });
    }
  });
});

describe('every way through the flow module', () => {
  const CONTINUED = answer({
    continuedFromContactId: 'past',
    sourceAgentId: 'agent',
    sourceQueueId: 'queue',
    sourceEndedSecondsAgo: '86400',
  });
  const AGAIN = answer({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '45' });
  const PERSISTENT = answer({ associationStatus: 'ALREADY_PERSISTENT', reason: 'ALREADY_PERSISTENT' });
  const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
  const DOWN = new Error('down');
  const FULL = 'ASSOCIATED  past  agent queue 86400';
  const ERROR = 'FAILED ERROR_BRANCH NONE NONE NONE NONE NONE';
  const NOT_WRITTEN = 'ASSOCIATED ATTRIBUTES_NOT_WRITTEN NONE NONE NONE NONE NONE';
  const UNTOUCHED = 'stale stale stale stale stale stale stale';

  test.each<[string, unknown, string, string, string?, string[]?]>([
    ['a chat that was continued', CONTINUED, 'Continued', FULL],
    ['a chat that is persistent already', PERSISTENT, 'Continued', 'ALREADY_PERSISTENT ALREADY_PERSISTENT     '],
    ['a chat whose source just ended', AGAIN, 'TryAgain', 'REJECTED SOURCE_CONTACT_JUST_ENDED  45   '],
    ['a new customer', NEW, 'NoHistory', 'NO_SOURCE_CONTACT      '],
    ['a function that fails', DOWN, 'NoHistory', ERROR],
    ['an answer that is no flat object of strings', { associationStatus: 1 }, 'NoHistory', ERROR],
    ['a result that cannot be written', CONTINUED, 'Continued', FULL, NOT_WRITTEN, ['Set result']],
    [
      'attributes that cannot be',
      CONTINUED,
      'Continued',
      FULL,
      UNTOUCHED,
      ['Set result', 'Set attributes not written'],
    ],
    ['a failure that cannot be written', DOWN, 'NoHistory', ERROR, UNTOUCHED, ['Set error branch']],
  ])('returns with %s', async (...[, given, result, returned, written = returned, failing = []]) => {
    const came = await run(given, failing);
    expect([came.result, came.returned, came.written]).toEqual([result, returned, written]);
    for (const branch of came.taken) ways.add(branch);
  });
  const ways = new Set<string>();

  test('is one of those', () => {
    const branches = actions.flatMap(({ Identifier, Type, Transitions: { Errors = [], Conditions = [] } }) =>
      [
        ...(Type === 'Compare' ? [] : [Type === 'EndFlowModuleExecution' ? 'End' : 'NextAction']),
        ...Errors.map(error => error.ErrorType),
        ...Conditions.map(({ Condition: { Operator, Operands } }) => `${Operator} ${Operands}`),
      ].map(branch => `${Identifier}: ${branch}`),
    );
    expect(ways).toEqual(new Set(branches));
  });

  test.each([
    [{}, { sourceContactId: '', rehydrationType: '' }],
    [
      { sourceContactId: C1, rehydrationType: 'FROM_SEGMENT' },
      { sourceContactId: C1, rehydrationType: 'FROM_SEGMENT' },
    ],
  ])('hands its input to the function: %j', async (input, parameters) => {
    const { events } = await run(NEW, [], input);
    expect(events).toMatchObject([{ Details: { Parameters: { ...parameters, timeLimitSeconds: '8' } } }]);
  });

  test('invokes a function that fails three times, for 8 seconds at most', async () => {
    const { events, limits } = await run(DOWN);
    expect(events).toHaveLength(3);
    for (const limit of limits) expect(limit).toBeLessThanOrEqual(8_000);
  });

  test('works with the built function and the local Amazon Connect', async () => {
    const connect = await startLocalConnect();
    const lambda = startFunction(connect.url);
    try {
      const contact = connect.contacts.get(sampleContact().Id) ?? sampleContact();
      contact.Attributes = { ...contact.Attributes, ...STALE, sourceContactId: C1 };
      const steps = await runFlow(module, { contact, invokeFunction: lambda.invoke });
      expect(steps.at(-1)?.result).toBe('Continued');
      expect(FIELDS.map(([, attribute]) => contact.Attributes?.[attribute])).toEqual([
        'ASSOCIATED',
        '',
        C3,
        '',
        AGENT_A1.Id,
        QUEUE.Id,
        expect.stringMatching(/^\d+$/),
      ]);
      expect(connect.calls.map(call => call.instanceId)).toContain(INSTANCE_ID);
    } finally {
      lambda.close();
      await connect.close();
    }
  });
});
