import { describe, expect, test } from '@jest/globals';
import { parseFlow, readFlow, readModule } from '../../local/flow-runner/index.ts';

const END = { Identifier: 'End', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} };
const wait = (parameters: object, transitions: object = { NextAction: 'End' }) => ({
  Identifier: 'Wait a while',
  Type: 'Wait',
  Parameters: parameters,
  Transitions: transitions,
});
const parse = (...actions: object[]) =>
  parseFlow(JSON.stringify({ StartAction: 'End', Actions: [...actions, END] }), 'some/flow.json');

describe('a file in the flow language', () => {
  test('is known, where it is one of the project', () => {
    for (const { actions } of [readModule(), readFlow('examples/returning-customer-flow.json')]) {
      expect(actions.size).toBeGreaterThan(4);
    }
  });

  test('has a name, a start and actions', () => {
    const flow = parse(wait({ TimeLimitSeconds: '5' }));
    expect([flow.name, flow.start, [...flow.actions.keys()]]).toEqual(['flow', 'End', ['Wait a while', 'End']]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'an unknown type',
      () => parse({ ...END, Identifier: 'Go round', Type: 'Loop' }),
      /^some\/flow\.json: the action "Go round" is of type Loop, which the flow runner does not know\./,
    ],
    [
      'a type that only sounds like one',
      () => parse({ ...END, Identifier: 'x', Type: 'toString' }),
      /is of type toString, which/,
    ],
    [
      'an unknown parameter',
      () => parse(wait({ TimeLimitSeconds: '5', Events: ['CustomerReturned'] })),
      /^some\/flow\.json: the action "Wait a while" has the parameter Events, which .* for Wait\.$/,
    ],
    [
      'a transition to nowhere',
      () => parse(wait({}, { NextAction: 'Elsewhere' })),
      /has a transition to "Elsewhere", but no such action/,
    ],
    [
      'an error transition to nowhere',
      () => parse(wait({}, { NextAction: 'End', Errors: [{ NextAction: 'Lost', ErrorType: 'NoMatchingError' }] })),
      /"Lost"/,
    ],
    ['no actions', () => parseFlow('{"StartAction": "End"}', 'x.json'), /^x\.json is no flow: /],
    ['no JSON', () => parseFlow('{', 'x.json'), /^x\.json is not JSON: /],
    ['no file', () => readFlow('no-such-file.json'), /^There is no file no-such-file\.json\.$/],
  ])('with %s is refused with a sentence that names it', (_, read, sentence) => {
    expect(read).toThrow(sentence);
  });
});
