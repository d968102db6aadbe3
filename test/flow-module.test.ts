import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { toFlowAttributes } from '../src/flow-attributes.ts';
import { at, deployed, readTemplate, textOf } from './template-reader.ts';

interface Action {
  Identifier: string;
  Type: string;
  Parameters: {
    Attributes?: Record<string, string>;
    LambdaInvocationAttributes?: Record<string, string>;
    InvocationTimeLimitSeconds?: string;
    [name: string]: unknown;
  };
  Transitions: {
    NextAction?: string;
    Conditions?: { NextAction: string }[];
    Errors?: { NextAction: string; ErrorType: string }[];
  };
}

interface FlowModule {
  Version: string;
  StartAction: string;
  Metadata: { ActionMetadata: Record<string, unknown> };
  Actions: Action[];
  Settings: Record<string, unknown> & { Transitions: Record<string, string>[] };
}

/** One action of a way through the module, and whether the way goes on by its error branch. */
interface Step {
  action: Action;
  failed: boolean;
}

const file = readFileSync('flow-module/persistent-chat.json', 'utf8');
const flowModule: FlowModule = JSON.parse(file);
const actions = new Map(flowModule.Actions.map(action => [action.Identifier, action]));
const ways = waysFrom(flowModule.StartAction, []);

/** Every way on from an action. One that leads nowhere or runs in a circle just ends, so that a test can say so. */
function waysFrom(identifier: string, before: readonly Step[]): Step[][] {
  const action = actions.get(identifier);
  if (!action || before.some(step => step.action === action)) return [[...before]];
  const next = exitsOf(action);
  if (next.length === 0) return [[...before, { action, failed: false }]];
  return next.flatMap(({ to, failed }) => waysFrom(to, [...before, { action, failed }]));
}

/** Where an action leads: where it succeeds, on each of its conditions, and where it fails. */
function exitsOf({ Transitions: { NextAction, Conditions = [], Errors = [] } }: Action) {
  return [
    ...(NextAction ? [{ to: NextAction, failed: false }] : []),
    ...Conditions.map(condition => ({ to: condition.NextAction, failed: false })),
    ...Errors.map(error => ({ to: error.NextAction, failed: true })),
  ];
}

/** What a way through the module leaves in the contact attributes; an update sets all of its attributes or none. */
function written(way: readonly Step[]): Record<string, string> {
  return Object.assign({}, ...way.filter(step => !step.failed).map(step => step.action.Parameters.Attributes ?? {}));
}

const writes = flowModule.Actions.filter(action => action.Type === 'UpdateContactAttributes');
const keys = [...new Set(writes.flatMap(action => Object.keys(action.Parameters.Attributes ?? {})))].sort();
const invocation = flowModule.Actions.find(action => action.Type === 'InvokeLambdaFunction');

describe('the flow module', () => {
  test("is the template's, to the letter", () => {
    const content = at(readTemplate(), 'Resources', 'PersistentChatFlowModule', 'Properties', 'Content');
    expect(at(content, 'Fn::Sub')).toBe(file);
  });

  test('invokes the function of its stack, and knows nothing else of the stack', () => {
    expect(file.match(/\$\{[^}]*\}/g)).toEqual([`\${PersistentChatFunction.Arn}`]);
    const resource = at(deployed({ InstanceArn: 'arn:instance/id' }), 'Resources', 'PersistentChatFlowModule');
    const content: FlowModule = JSON.parse(textOf(at(resource, 'Properties', 'Content')));
    expect(content.Actions.map(action => action.Parameters['LambdaFunctionARN'])).toContain(
      'PersistentChatFunction.Arn',
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
    expect(actions.size).toBe(flowModule.Actions.length);
    for (const name of actions.keys()) expect(name).toMatch(/^[^%:(\\/)=$,;[\]{}]{1,50}$/);
    expect(Object.keys(flowModule.Metadata.ActionMetadata)).toEqual([...actions.keys()]);
  });
});

describe('every way through the flow module', () => {
  test('leads to actions that exist, and every action is on one', () => {
    const targets = flowModule.Actions.flatMap(action => exitsOf(action).map(exit => exit.to));
    for (const target of [flowModule.StartAction, ...targets]) expect([...actions.keys()]).toContain(target);
    expect(new Set(ways.flat().map(step => step.action))).toEqual(new Set(flowModule.Actions));
  });

  test('returns to the flow', () => {
    for (const way of ways) {
      const last = way.at(-1)?.action;
      expect(last).toMatchObject({ Type: 'EndFlowModuleExecution', Parameters: {}, Transitions: {} });
    }
  });

  test('goes on by an error branch where an action fails', () => {
    for (const { Type, Transitions } of flowModule.Actions) {
      const errors = Transitions.Errors?.map(error => error.ErrorType) ?? [];
      expect([Type, errors]).toEqual([Type, Type === 'EndFlowModuleExecution' ? [] : ['NoMatchingError']]);
    }
  });

  test('writes every key, or has tried the values that need nothing', () => {
    expect(keys).toHaveLength(4);
    expect(ways).toHaveLength(5);
    for (const way of ways) {
      const lastWrite = way.findLast(step => step.action.Type === 'UpdateContactAttributes');
      expect(Object.keys(lastWrite?.action.Parameters.Attributes ?? {}).sort()).toEqual(keys);
      if (lastWrite?.failed)
        expect(Object.values(lastWrite.action.Parameters.Attributes ?? {}).join()).not.toContain('$');
      else expect(Object.keys(written(way)).sort()).toEqual(keys);
    }
  });

  test('says that the Error branch was taken where it was, and reads nothing that another function may have left', () => {
    const failures = ways.filter(way => way[0]?.failed);
    expect(failures).toHaveLength(2);
    expect(written(failures[0] ?? [])).toEqual({
      chatHistoryStatus: 'FAILED',
      chatHistoryReason: 'ERROR_BRANCH',
      chatHistoryContinuedFrom: '',
      chatHistoryRetryAfterSeconds: '',
    });
    const read = failures.flatMap(way => way.slice(1).map(step => JSON.stringify(step.action.Parameters)));
    expect(read.join()).not.toContain('$.External');
  });
});

describe('what the flow module writes', () => {
  test('stands under one prefix, in the contact of this chat', () => {
    for (const key of keys) expect(key).toMatch(/^chatHistory[A-Z]/);
    for (const write of writes) expect(write.Parameters['TargetContact']).toBe('Current');
  });

  test('is what the function returns, each flow attribute under its own name', () => {
    expect(actions.get('Write what came back')?.Parameters.Attributes).toEqual({
      chatHistoryStatus: '$.External.associationStatus',
      chatHistoryReason: '$.External.reason',
      chatHistoryContinuedFrom: '$.External.continuedFromContactId',
      chatHistoryRetryAfterSeconds: '$.External.retryAfterSeconds',
    });
    const returned = Object.keys(toFlowAttributes({ status: 'NO_SOURCE_CONTACT' }, {}));
    for (const [, key] of file.matchAll(/\$\.External\.(\w+)/g)) expect(returned).toContain(key);
  });
});

describe('what the flow module asks the function', () => {
  test("is to continue the chat that the contact's attributes name, within the block's own time", () => {
    expect(invocation?.Parameters).toEqual({
      LambdaFunctionARN: `\${PersistentChatFunction.Arn}`,
      InvocationTimeLimitSeconds: '8',
      LambdaInvocationAttributes: {
        sourceContactId: '$.Attributes.sourceContactId',
        rehydrationType: '$.Attributes.rehydrationType',
        timeLimitSeconds: '8',
      },
      ResponseValidation: { ResponseType: 'STRING_MAP' },
    });
  });

  test('never takes the customer from attributes, which the browser may have set', () => {
    expect(file).not.toMatch(/customerId/i);
  });
});
