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
import { type FlowRun, readModule, runFlow, startFunction, targetsOf } from '../../local/flow-runner/index.ts';
import { toFlowAttributes } from '../../src/result.ts';
import { answer, functionThat, sampleContact } from '../flow-runner/support.ts';
import { at, deployed, textOf } from './template-reader.ts';

const flow = readModule();
const actions = [...flow.actions.values()];
const resource = at(deployed({ InstanceArn: 'arn:instance/id' }), 'Resources', 'PersistentChatFlowModule');
const content = JSON.parse(textOf(at(resource, 'Properties', 'Content')));

/** What the module leaves of a chat that has no history. */
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
  test('invokes the function of its stack, once Amazon Connect knows it and may invoke it', () => {
    const [{ Parameters }] = content.Actions;
    expect(Parameters).toEqual({
      LambdaFunctionARN: 'PersistentChatFunction.Arn',
      InvocationTimeLimitSeconds: '8',
      // No attribute, which a chat page may have set.
      LambdaInvocationAttributes: { timeLimitSeconds: '8' },
      ResponseValidation: { ResponseType: 'STRING_MAP' },
    });
    expect(at(resource, 'DependsOn')).toEqual(['PersistentChatAssociation', 'PersistentChatPermission']);
  });

  test('is there unless it is switched off', () => {
    const without = deployed({ InstanceArn: 'arn:instance/id', CreateFlowModule: 'No' });
    expect(without['Resources']).not.toHaveProperty('PersistentChatFlowModule');
    expect(without['Outputs']).not.toHaveProperty('FlowModuleArn');
  });

  test('has the settings without which Amazon Connect refuses a module', () => {
    expect([content.Version, Object.keys(content.Settings).sort()]).toEqual([
      '2019-10-30',
      ['InputParameters', 'OutputParameters', 'Transitions'],
    ]);
    for (const transition of content.Settings.Transitions) {
      expect(Object.keys(transition).sort()).toEqual(['Description', 'DisplayName', 'ReferenceName']);
    }
  });

  test('names its actions as the flow language allows, places each in the designer, and leads to each', () => {
    expect([...flow.actions.keys()]).toEqual(Object.keys(content.Metadata.ActionMetadata));
    for (const [name, metadata] of Object.entries(content.Metadata.ActionMetadata)) {
      expect(name).toMatch(/^[^%:(\\/)=$,;[\]{}]{1,50}$/);
      expect(metadata).toEqual({ position: { x: expect.any(Number), y: expect.any(Number) }, isFriendlyName: true });
    }
    expect(new Set([flow.start, ...actions.flatMap(targetsOf)])).toEqual(new Set(flow.actions.keys()));
  });
});

describe('every way through the flow module', () => {
  const CONTINUED = answer({
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
        ...NONE,
        chatHistoryStatus: 'ASSOCIATED',
        chatHistoryContinuedFrom: C3,
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
      expect(connect.calls.map(call => call.instanceId)).toContain(INSTANCE_ID);
    } finally {
      lambda.close();
      await connect.close();
    }
  });
});

describe('what the flow module sets', () => {
  const updates = actions.filter(action => action.Type === 'UpdateContactAttributes');

  test('is for the contact of this chat, and read by names that the function returns', () => {
    for (const update of updates) expect(update.Parameters).toMatchObject({ TargetContact: 'Current' });
    const returned = Object.keys(toFlowAttributes({ outcome: { status: 'NO_SOURCE_CONTACT' } }));
    for (const [, key] of JSON.stringify(updates).matchAll(/\$\.External\.(\w+)/g)) expect(returned).toContain(key);
  });
});
