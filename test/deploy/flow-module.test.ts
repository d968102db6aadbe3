import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  AGENT_A1,
  C1,
  C3,
  INSTANCE_ID,
  type LocalConnect,
  QUEUE,
  startLocalConnect,
} from '../../local/connect/index.ts';
import {
  type Action,
  type FlowRun,
  parseFlow,
  runFlow,
  startFunction,
  targetsOf,
} from '../../local/flow-runner/index.ts';
import { toFlowAttributes } from '../../src/flow-attributes.ts';
import { answer, functionThat, sampleContact } from '../flow-runner/support.ts';
import { at, deployed, readTemplate, textOf } from './template-reader.ts';

interface FlowModule {
  Version: string;
  Metadata: { ActionMetadata: Record<string, unknown> };
  Actions: Action[];
  Settings: Record<string, unknown> & { Transitions: Record<string, string>[] };
}

const file = readFileSync('flow-module/persistent-chat.json', 'utf8');
const flowModule: FlowModule = JSON.parse(file);
const flow = parseFlow(file, 'persistent-chat.json');
const actions = [...flow.actions.values()];
const updates = actions.filter(action => action.Type === 'UpdateContactAttributes');
const invocation = actions.find(action => action.Type === 'InvokeLambdaFunction');
const NONE = {
  chatHistoryStatus: '',
  chatHistoryReason: '',
  chatHistoryContinuedFrom: '',
  chatHistoryRetryAfterSeconds: '',
  chatHistoryAgentId: '',
  chatHistoryQueueId: '',
  chatHistoryEndedSecondsAgo: '',
};
/** What a chat before left, or a contact that this one continues. */
const STALE = Object.fromEntries(Object.keys(NONE).map(name => [name, 'stale']));

/** Runs the module with a function that gives this answer, and these actions failing. */
async function run(given: unknown, ...failing: string[]) {
  const contact = sampleContact(undefined, { Attributes: STALE });
  const fake = functionThat(given);
  const errorFor: FlowRun['errorFor'] = ({ Identifier }) =>
    failing.includes(Identifier) ? 'NoMatchingError' : undefined;
  const steps = await runFlow(flow, { contact, invokeFunction: fake.invokeFunction, errorFor });
  return { attributes: contact.Attributes, taken: steps.map(step => `${step.identifier}: ${step.branch}`), ...fake };
}

describe('the flow module', () => {
  test("is the template's, to the letter", () => {
    const content = at(readTemplate(), 'Resources', 'PersistentChatFlowModule', 'Properties', 'Content');
    expect(at(content, 'Fn::Sub')).toBe(file);
  });

  test('invokes the function of its stack, and knows nothing else of the stack', () => {
    expect(file.match(/\$\{[^}]*\}/g)).toEqual([`\${PersistentChatFunction.Arn}`]);
    const resource = at(deployed({ InstanceArn: 'arn:instance/id' }), 'Resources', 'PersistentChatFlowModule');
    const content: FlowModule = JSON.parse(textOf(at(resource, 'Properties', 'Content')));
    expect(content.Actions).toContainEqual(
      expect.objectContaining({
        Parameters: expect.objectContaining({ LambdaFunctionARN: 'PersistentChatFunction.Arn' }),
      }),
    );
  });

  test('is created after Amazon Connect knows the function and may invoke it', () => {
    const resource = at(readTemplate(), 'Resources', 'PersistentChatFlowModule');
    expect(at(resource, 'DependsOn')).toEqual(['PersistentChatAssociation', 'PersistentChatPermission']);
  });

  test('has the settings without which Amazon Connect refuses a module', () => {
    expect(flowModule.Version).toBe('2019-10-30');
    expect(Object.keys(flowModule.Settings).sort()).toEqual(['InputParameters', 'OutputParameters', 'Transitions']);
    expect(flowModule.Settings.Transitions.map(transition => transition['ReferenceName'])).toEqual([
      'Success',
      'Error',
    ]);
    for (const transition of flowModule.Settings.Transitions) {
      expect(Object.keys(transition).sort()).toEqual(['Description', 'DisplayName', 'ReferenceName']);
    }
  });

  test('names its actions as the flow language allows, and places each in the designer', () => {
    expect(flow.actions.size).toBe(flowModule.Actions.length);
    for (const name of flow.actions.keys()) expect(name).toMatch(/^[^%:(\\/)=$,;[\]{}]{1,50}$/);
    expect(Object.keys(flowModule.Metadata.ActionMetadata)).toEqual([...flow.actions.keys()]);
  });

  test('has no action that nothing leads to', () => {
    expect(new Set([flow.start, ...actions.flatMap(targetsOf)])).toEqual(new Set(flow.actions.keys()));
  });
});

describe('every way through the flow module', () => {
  const CONTINUED = answer({
    associationStatus: 'ASSOCIATED',
    continuedFromContactId: C3,
    sourceAgentId: 'agent',
    sourceQueueId: 'queue',
    sourceEndedSecondsAgo: '86400',
  });
  const JUST_ENDED = answer({
    associationStatus: 'REJECTED',
    reason: 'SOURCE_CONTACT_JUST_ENDED',
    retryAfterSeconds: '45',
  });
  const DOWN = new Error('down');
  const ERROR_BRANCH = { ...NONE, chatHistoryStatus: 'FAILED', chatHistoryReason: 'ERROR_BRANCH' };

  const WAYS: [name: string, given: unknown, failing: string[], left: Record<string, string>][] = [
    [
      'a chat that was continued',
      CONTINUED,
      [],
      {
        chatHistoryStatus: 'ASSOCIATED',
        chatHistoryReason: '',
        chatHistoryContinuedFrom: C3,
        chatHistoryRetryAfterSeconds: '',
        chatHistoryAgentId: 'agent',
        chatHistoryQueueId: 'queue',
        chatHistoryEndedSecondsAgo: '86400',
      },
    ],
    [
      'a chat whose source just ended',
      JUST_ENDED,
      [],
      {
        ...NONE,
        chatHistoryStatus: 'REJECTED',
        chatHistoryReason: 'SOURCE_CONTACT_JUST_ENDED',
        chatHistoryRetryAfterSeconds: '45',
      },
    ],
    ['a function that fails', DOWN, [], ERROR_BRANCH],
    ['an answer that is no flat object of strings', { associationStatus: 1 }, [], ERROR_BRANCH],
    [
      'a result that cannot be written',
      CONTINUED,
      ['Set result'],
      { ...NONE, chatHistoryStatus: 'ASSOCIATED', chatHistoryReason: 'ATTRIBUTES_NOT_WRITTEN' },
    ],
    ['attributes that cannot be written at all', CONTINUED, ['Set result', 'Set attributes not written'], STALE],
    ['a failure that cannot be written', DOWN, ['Set error branch'], STALE],
  ];

  test.each(WAYS)('returns with %s, and has set every attribute or tried to', async (_, given, failing, left) => {
    const { attributes, taken } = await run(given, ...failing);
    expect(attributes).toEqual(left);
    expect(taken.at(-1)).toBe('Return: End');
  });

  test('is one of those', async () => {
    const taken = await Promise.all(WAYS.map(async ([, given, failing]) => (await run(given, ...failing)).taken));
    const branches = actions.flatMap(({ Identifier, Type, Transitions: { Errors = [] } }) =>
      [Type === 'EndFlowModuleExecution' ? 'End' : 'NextAction', ...Errors.map(error => error.ErrorType)].map(
        branch => `${Identifier}: ${branch}`,
      ),
    );
    expect(new Set(taken.flat())).toEqual(new Set(branches));
  });

  test('goes on by an error branch where an action fails', () => {
    for (const { Type, Transitions } of actions) {
      const errors = Transitions.Errors?.map(error => error.ErrorType) ?? [];
      expect([Type, errors]).toEqual([Type, Type === 'EndFlowModuleExecution' ? [] : ['NoMatchingError']]);
    }
  });

  test('invokes a function that fails three times, for 8 seconds at most', async () => {
    const { events, limits } = await run(DOWN);
    expect(events).toHaveLength(3);
    for (const limit of limits) expect(limit).toBeLessThanOrEqual(8_000);
  });

  test('works with the built function and the local Amazon Connect', async () => {
    const connect: LocalConnect = await startLocalConnect();
    const lambda = startFunction(connect.url);
    try {
      const contact = connect.contacts.get(sampleContact().Id) ?? sampleContact();
      contact.Attributes = { ...contact.Attributes, ...STALE, sourceContactId: C1 };
      await runFlow(flow, { contact, invokeFunction: lambda.invoke });
      expect(contact.Attributes).toMatchObject({
        chatHistoryStatus: 'ASSOCIATED',
        chatHistoryReason: '',
        chatHistoryContinuedFrom: C3,
        chatHistoryRetryAfterSeconds: '',
        chatHistoryAgentId: AGENT_A1.Id,
        chatHistoryQueueId: QUEUE.Id,
        chatHistoryEndedSecondsAgo: expect.stringMatching(/^\d+$/),
      });
      expect(Object.values(contact.Attributes)).not.toContain('stale');
      expect(connect.calls.map(call => call.instanceId)).toContain(INSTANCE_ID);
    } finally {
      lambda.close();
      await connect.close();
    }
  });
});

describe('what the flow module sets', () => {
  test('is for the contact of this chat', () => {
    for (const update of updates) expect(update.Parameters.TargetContact).toBe('Current');
  });

  test('is read by names that the function returns', () => {
    const returned = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' }, asked: {} }));
    for (const [, key] of file.matchAll(/\$\.External\.(\w+)/g)) expect(returned).toContain(key);
  });
});

describe('what the flow module passes to the function', () => {
  test("is the block's own time limit and no attribute, which a chat page may have set", () => {
    expect(invocation?.Parameters.InvocationTimeLimitSeconds).toBe('8');
    expect(invocation?.Parameters.LambdaInvocationAttributes).toEqual({ timeLimitSeconds: '8' });
    expect(file).not.toContain('$.Attributes');
  });

  test('comes back as a flat object of strings', () => {
    expect(invocation?.Parameters.ResponseValidation).toEqual({ ResponseType: 'STRING_MAP' });
  });
});
