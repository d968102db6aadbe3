import { describe, expect, test } from '@jest/globals';
import { action, BOTH, branchesOf, flow } from '../../local/flow-language/test-support.ts';
import { readModule, toFlow } from '../../local/flow-runner/index.ts';
import { runWith } from '../../local/flow-runner/test-support.ts';
import { FLOW_PARAMETERS } from '../../src/request.ts';
import { answer } from '../support/flow-attributes.ts';
import { properties } from './template-reader.ts';

const module = readModule('template.yaml');
const actions = [...module.actions.values()];
const { Content, Settings } = properties('PersistentChatFlowModule');
const content = JSON.parse(String(Content));

/** The result data, in the module's order, and the contact attributes of the same meaning. */
const RESULT_DATA = 'status reason continuedFromContactId retryAfterSeconds agentId queueId endedSecondsAgo'.split(' ');
const NAMES = 'Status Reason ContinuedFrom RetryAfterSeconds AgentId QueueId EndedSecondsAgo'.split(' ');
const ATTRIBUTES = NAMES.map(name => `chatHistory${name}`);
const textsOf = (values: unknown, names: string[]) => names.map(name => String(Object(values)[name])).join(' ');

describe('the flow module', () => {
  test('invokes the function of its stack with its inputs', () => {
    // No attribute, which a chat page may have set.
    const inputs = FLOW_PARAMETERS.map(name => [name, name === 'timeLimitSeconds' ? '8' : `$.Modules.Input.${name}`]);
    expect(content.Actions[0].Parameters).toEqual({
      LambdaFunctionARN: 'PersistentChatFunction.Arn',
      InvocationTimeLimitSeconds: '8',
      LambdaInvocationAttributes: Object.fromEntries(inputs),
      ResponseValidation: { ResponseType: 'STRING_MAP' },
    });
  });

  test('has four described branches, three inputs and seven results, all texts, and sets attributes of this contact', () => {
    expect(module.contract).toEqual({
      input: { sourceContactId: 'string', rehydrationType: 'string', mode: 'string' },
      resultData: Object.fromEntries(RESULT_DATA.map(name => [name, 'string'])),
      results: ['Continued', 'Found', 'TryAgain', 'NoHistory'],
      onlyWith: new Map([['Found', 'mode']]),
    });
    for (const { description } of JSON.parse(String(Settings)).transitions.results)
      expect(description).toMatch(/\w{2}/);
    const updates = actions.filter(({ Type }) => Type === 'UpdateContactAttributes');
    for (const { Parameters } of updates) expect(Parameters).toMatchObject({ TargetContact: 'Current' });
  });

  test('has what the console writes at the top, and a place in the designer for each action', () => {
    const inert = (name: string) => ({ DisplayName: name, ReferenceName: name, Description: '' });
    const Transitions = [inert('Success'), inert('Error')];
    expect(content.Settings).toEqual({ InputParameters: [], OutputParameters: [], Transitions });
    const placed = { position: { x: expect.any(Number), y: expect.any(Number) }, isFriendlyName: true };
    const places = Object.fromEntries([...module.actions.keys()].map(name => [name, placed]));
    expect(content.Metadata.ActionMetadata).toEqual(places);
  });
});

describe('every way through the flow module', () => {
  const invoke = action('InvokeFlowModule', { FlowModuleId: 'id' }, BOTH);
  const invoking = toFlow(flow(invoke), 'test.json', { invoked: [module] });
  // Left by an earlier chat, or copied from the contact that this one continues.
  const Attributes = Object.fromEntries(ATTRIBUTES.map(name => [name, 'stale']));

  const source = { sourceAgentId: 'agent', sourceQueueId: 'queue', sourceEndedSecondsAgo: '86400' };
  const CONTINUED = answer({ continuedFromContactId: 'past', ...source });
  const AGAIN = answer({ associationStatus: 'REJECTED', reason: 'SOURCE_CONTACT_JUST_ENDED', retryAfterSeconds: '45' });
  const PERSISTENT = answer({ associationStatus: 'ALREADY_PERSISTENT', reason: 'ALREADY_PERSISTENT' });
  const FOUND = answer({ associationStatus: 'FOUND', ...source });
  const NEW = answer({ associationStatus: 'NO_SOURCE_CONTACT' });
  const DOWN = new Error('down');
  const FULL = 'ASSOCIATED  past  agent queue 86400';
  const ERROR = 'FAILED ERROR_BRANCH NONE NONE NONE NONE NONE';
  const NOT_WRITTEN = 'ASSOCIATED ATTRIBUTES_NOT_WRITTEN NONE NONE NONE NONE NONE';
  const UNTOUCHED = 'stale stale stale stale stale stale stale';
  const BOTH_FAIL = ['Set result', 'Set attributes not written'];

  const ways = new Set<string>();
  test.each<[string, unknown, string, string, string?, string[]?]>([
    ['a chat that was continued', CONTINUED, 'Continued', FULL],
    ['a chat that is persistent already', PERSISTENT, 'Continued', 'ALREADY_PERSISTENT ALREADY_PERSISTENT     '],
    ['a past chat that was found', FOUND, 'Found', 'FOUND    agent queue 86400'],
    ['a chat whose source just ended', AGAIN, 'TryAgain', 'REJECTED SOURCE_CONTACT_JUST_ENDED  45   '],
    ['a new customer', NEW, 'NoHistory', 'NO_SOURCE_CONTACT      '],
    ['a function that fails', DOWN, 'NoHistory', ERROR],
    ['an answer that is no flat object of strings', { associationStatus: 1 }, 'NoHistory', ERROR],
    ['a result that cannot be written', CONTINUED, 'Continued', FULL, NOT_WRITTEN, ['Set result']],
    ['attributes that cannot be written', CONTINUED, 'Continued', FULL, UNTOUCHED, BOTH_FAIL],
    ['a failure that cannot be written', DOWN, 'NoHistory', ERROR, UNTOUCHED, ['Set error branch']],
  ])('returns with %s', async (...[, given, branch, returned, written = returned, failing = []]) => {
    const { steps, contact } = await runWith(invoking, [given], { module, failing, Attributes });
    const taken = steps[0]?.steps ?? [];
    const { result, resultData } = taken.at(-1) ?? {};
    expect(result).toBe(branch);
    expect(textsOf(resultData, RESULT_DATA)).toBe(returned);
    expect(textsOf(contact.Attributes, ATTRIBUTES)).toBe(written);
    for (const { identifier, branch } of taken) ways.add(`${identifier}: ${branch}`);
  });

  test('is taken by one of these rows', () => {
    expect(ways).toEqual(new Set(actions.flatMap(branchesOf)));
  });
});
