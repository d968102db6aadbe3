import { describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, NEW_CHAT } from '../../local/connect/index.ts';
import { parseContactFlowEvent } from '../../src/contact-flow-event.ts';
import { type Applicable, type Resolved, resolveRequest } from '../../src/request.ts';
import { readSettings } from '../../src/settings.ts';
import { chatEvent } from '../support/events.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';

function resolve(parameters: Record<string, unknown> | null, contactData = {}, environment = {}): Resolved {
  return resolveRequest(parseContactFlowEvent(chatEvent(parameters, contactData)), readSettings(environment));
}

function applicable(...given: Parameters<typeof resolve>): Applicable {
  const resolved = resolve(...given);
  if ('outcome' in resolved) throw new Error(`Not applicable: ${JSON.stringify(resolved.outcome)}`);
  return resolved;
}

const namedBy = (...given: Parameters<typeof resolve>) => applicable(...given).named;

/** The error that takes the flow's Error branch, with these words. */
const error = (name: string, words: string | RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(words) });

/** What each value of a parameter comes to, beside the value, so that a failure names it. */
function read<T>(parameter: string, values: unknown[], look: (applicable: Applicable) => T) {
  return values.map(value => [value, look(applicable({ sourceContactId: PAST, [parameter]: value }))]);
}

describe('the rehydration type', () => {
  const types = [
    ['FROM_SEGMENT', 'FROM_SEGMENT'],
    ['from_segment', 'FROM_SEGMENT'],
    ['  Entire_Past_Session ', 'ENTIRE_PAST_SESSION'],
  ];

  test('is read whatever its letter case and the spaces around it', () => {
    const given = types.map(([value]) => value);
    expect(read('rehydrationType', given, ({ chat }) => chat.rehydrationType)).toEqual(types);
  });

  test("left empty is the function's default", () => {
    const environment = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
    for (const rehydrationType of ['', '   ', undefined, null]) {
      const parameters = { sourceContactId: PAST, rehydrationType };
      expect(applicable(parameters).chat.rehydrationType).toBe('ENTIRE_PAST_SESSION');
      expect(applicable(parameters, {}, environment).chat.rehydrationType).toBe('FROM_SEGMENT');
    }
  });

  test('that does not exist is an error that quotes it', () => {
    for (const rehydrationType of ['ANY_SEGMENT', 'FROM SEGMENT', 7]) {
      expect(() => resolve({ sourceContactId: PAST, rehydrationType })).toThrow(
        error('InvalidRehydrationTypeError', `rehydrationType is ${JSON.stringify(rehydrationType)};`),
      );
    }
  });
});

describe('the time limit', () => {
  test('is a whole number of seconds from 1 to 60, and 8 unless it is given', () => {
    const limits = [
      ...[
        ['3', 3],
        [' 8 ', 8],
        ['1', 1],
        ['60', 60],
        [9, 9],
      ],
      ...[
        ['', 8],
        [' ', 8],
        [undefined, 8],
        [null, 8],
      ],
    ];
    const given = limits.map(([value]) => value);
    expect(read('timeLimitSeconds', given, ({ timeLimitSeconds }) => timeLimitSeconds)).toEqual(limits);
  });

  test('of anything else is an error that quotes it', () => {
    for (const timeLimitSeconds of ['0', '61', '-1', '2.5', '8s', '1e1', '0x8', '١', true]) {
      expect(() => resolve({ sourceContactId: PAST, timeLimitSeconds })).toThrow(
        error('InvalidTimeLimitError', `timeLimitSeconds is ${JSON.stringify(timeLimitSeconds)};`.replace('.', '\\.')),
      );
    }
  });
});

describe('a parameter', () => {
  test.each([
    ['+12025550143', 12],
    ['ann@example.com', 15],
    ['I want to know where my order is, please', 40],
    ['x'.repeat(41), 41],
  ])("that may be a customer's is an error without its content: %s", (value, length) => {
    for (const name of ['rehydrationType', 'timeLimitSeconds']) {
      const message = length > 40 || /\d{5}|@/.test(value) ? `a text of ${length} characters;` : `"${value}";`;
      expect(() => resolve({ [name]: value })).toThrow(`${name} is ${message}`);
    }
  });

  test.each(['rehydrationType', 'timeLimitSeconds'])('that is no text is an error without its content: %s', name => {
    const deep = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
    expect(() => resolve({ [name]: deep })).toThrow(new RegExp(`${name} is a list;`));
    expect(() => resolve({ [name]: { secret: 1 } })).toThrow(new RegExp(`${name} is an object;`));
  });

  test('that the function does not know is an error with its name and the known ones, also when it is empty', () => {
    for (const name of ['sourceContactID', 'RehydrationType', ' sourceContactId', '']) {
      for (const value of ['a-secret', '', null]) {
        const resolving = () => resolve({ sourceContactId: PAST, [name]: value });
        expect(resolving).toThrow(
          error('UnknownParameterError', `parameter ${JSON.stringify(name)},.*sourceContactId`),
        );
        expect(resolving).not.toThrow('a-secret');
      }
    }
  });

  test('that no longer exists, customerId, is an error that says what to do instead, without its value', () => {
    for (const customerId of ['a-secret', '', 42]) {
      const resolving = () => resolve({ sourceContactId: PAST, customerId });
      expect(resolving).toThrow(error('UnknownParameterError', /customerId.*Set contact attributes.*remove/));
      expect(resolving).not.toThrow('a-secret');
    }
  });
});

describe('the source contact', () => {
  const inAttribute = { Attributes: { sourceContactId: 'from-attribute' } };

  test('of the parameter wins over the one of the attribute', () => {
    expect(namedBy({ sourceContactId: PAST }, inAttribute)).toMatchObject({
      sourceContactId: PAST,
      sourceContactIdFrom: 'parameter',
    });
  });

  test('is the one of the attribute when the parameter is empty or absent', () => {
    for (const sourceContactId of ['', '  ', null, undefined]) {
      expect(namedBy({ sourceContactId }, inAttribute)).toMatchObject({
        sourceContactId: 'from-attribute',
        sourceContactIdFrom: 'attribute',
      });
    }
  });

  test('is read from the attribute that the deployment names', () => {
    const environment = { SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat' };
    expect(namedBy({}, { Attributes: { lastChat: PAST } }, environment)?.sourceContactId).toBe(PAST);
    expect(namedBy({}, inAttribute, environment)).toBeUndefined();
  });

  test("is not a property that every object has, should the attribute's name be one", () => {
    const environment = { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' };
    expect(namedBy({}, {}, environment)).toBeUndefined();
  });

  test('is absent without a parameter and an attribute', () => {
    for (const parameters of [{}, { sourceContactId: ' ' }, null]) expect(namedBy(parameters)).toBeUndefined();
  });

  test('may be typed with spaces around it, or as the ARN of a contact of this instance', () => {
    const ids = [
      [` ${PAST}\n`, PAST],
      [PAST.toUpperCase(), PAST.toUpperCase()],
      [`${INSTANCE_ARN}/contact/${PAST}`, PAST],
      [` ${INSTANCE_ARN}/contact/${PAST} `, PAST],
      ['x'.repeat(256), 'x'.repeat(256)],
    ] as const;
    for (const [given, sourceContactId] of ids) {
      const fromAttribute = namedBy({}, { Attributes: { sourceContactId: given } });
      expect(namedBy({ sourceContactId: given })).toEqual({ sourceContactId, sourceContactIdFrom: 'parameter' });
      expect(fromAttribute).toEqual({ sourceContactId, sourceContactIdFrom: 'attribute' });
    }
  });

  test('may be an ARN in any letter case, whatever stands behind the instance in the event', () => {
    const arn = 'arn:aws:connect:us-east-1:111122223333:instance/abc';
    for (const InstanceARN of [arn, ` ${arn} `, `${arn}/`]) {
      const given = { sourceContactId: `${arn.toUpperCase()}/contact/past` };
      expect(applicable(given, { InstanceARN }).named).toMatchObject({ sourceContactId: 'past' });
    }
  });

  test('that is a number is read as its text, and one that is an object is invalid', () => {
    expect(applicable({ sourceContactId: 5 }).named).toMatchObject({ sourceContactId: '5' });
    expect(applicable({ sourceContactId: {} }).named).toMatchObject({ refused: 'SOURCE_CONTACT_ID_INVALID' });
  });

  test('in the current session is judged after an unknown customer, who is refused whatever is named', () => {
    const environment = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
    const fields = { ContactId: PAST };
    expect(applicable({ sourceContactId: PAST }, fields, environment).named?.refused).toBeUndefined();
    const known = { ...fields, CustomerId: 'ann' };
    expect(applicable({ sourceContactId: PAST }, known, environment).named?.refused).toBe(
      'SOURCE_CONTACT_IN_CURRENT_SESSION',
    );
  });

  test('that cannot be an id is SOURCE_CONTACT_ID_INVALID, by parameter and by attribute', () => {
    const ids = [
      ...['$.Attributes.sourceContactId', `"${PAST}"`, `${PAST};`, `${PAST} ${PAST}`, 'x'.repeat(257), 'ä', '\ud800'],
      ...['.', '..', 'a/b', 'a\u0000b', `${INSTANCE_ARN}/contact/`, `${INSTANCE_ARN}/contact/a/b`],
      `arn:aws:connect:us-east-1:111122223333:instance/elsewhere/contact/${PAST}`,
    ];
    const refusals = ids.map(sourceContactId => [
      sourceContactId,
      namedBy({ sourceContactId })?.refused,
      namedBy({}, { Attributes: { sourceContactId } })?.refused,
    ]);
    const invalid = 'SOURCE_CONTACT_ID_INVALID';
    expect(refusals).toEqual(ids.map(id => [id, invalid, invalid]));
  });

  test.each(['ContactId', 'InitialContactId', 'PreviousContactId'])(
    'that is the %s of the current contact is in the current session, in any letter case',
    field => {
      for (const own of [PAST, PAST.toUpperCase(), ` ${PAST}`]) {
        expect(namedBy({ sourceContactId: PAST }, { [field]: own })).toMatchObject({
          refused: 'SOURCE_CONTACT_IN_CURRENT_SESSION',
        });
      }
    },
  );
});

test('a session whose initial contact is missing begins with the current contact', () => {
  for (const InitialContactId of [undefined, null, ' ']) {
    expect(applicable({ sourceContactId: PAST }, { InitialContactId }).chat.initialContactId).toBe(NEW_CHAT);
  }
});

describe('nothing is to be done', () => {
  const wrong = { sourceContactId: PAST, rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG', unknown: '' };

  test.each([
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'VOICE' }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'EMAIL' }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: undefined }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'VOICE', InitiationMethod: 'DISCONNECT' }],
    ['GUIDE', { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } }],
    ['DISCONNECT_FLOW', { InitiationMethod: 'DISCONNECT' }],
  ])('%s: %j, whatever its parameters', (reason, contactData) => {
    expect(resolve(wrong, contactData)).toMatchObject({ outcome: { status: 'NOT_APPLICABLE', reason } });
  });
});

test.each([
  [{ unknown: '', rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' }, 'UnknownParameterError'],
  [{ rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' }, 'InvalidTimeLimitError'],
  [{ rehydrationType: 'WRONG' }, 'InvalidRehydrationTypeError'],
])('the checks have an order, and a missing source contact comes last: %j is %s', (parameters, name) => {
  expect(() => resolve(parameters)).toThrow(expect.objectContaining({ name }));
});
