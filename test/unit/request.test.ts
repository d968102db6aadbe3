import { describe, expect, test } from '@jest/globals';
import { INSTANCE_ARN, NEW_CHAT } from '../../local/connect/index.ts';
import { chatRequest, read } from './chat-request.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';
const STORE = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', SESSION_STORE_TABLE: 's', SESSION_STORE_KEY: 'k'.repeat(32) };

/** The error that takes the flow's Error branch, with these words. */
const error = (name: string, words: string | RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(words) });

describe('the rehydration type', () => {
  const DEFAULT = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
  const EMPTY = ['', '   ', undefined, null, '$.Modules.Input.rehydrationType'];

  test.each<[unknown, string, object]>([
    ['FROM_SEGMENT', 'FROM_SEGMENT', {}],
    ['from_segment', 'FROM_SEGMENT', {}],
    ['  Entire_Past_Session ', 'ENTIRE_PAST_SESSION', DEFAULT],
    [' from_last_agent_Segment', 'FROM_LAST_AGENT_SEGMENT', {}],
    ...EMPTY.map((empty): [unknown, string, object] => [empty, 'ENTIRE_PAST_SESSION', {}]),
    ...EMPTY.map((empty): [unknown, string, object] => [empty, 'FROM_SEGMENT', DEFAULT]),
  ])('%j is %s, in a function with %j', (rehydrationType, type, environment) => {
    expect(chatRequest({ rehydrationType }, {}, environment).rehydrationType).toBe(type);
  });

  test.each<[unknown, object, RegExp]>([
    ['ANY_SEGMENT', {}, /rehydrationType is "ANY_SEGMENT";/],
    [7, {}, /rehydrationType is 7;/],
    ['FROM_LAST_AGENT_SEGMENT', { SOURCE_CONTACT_CHECK: 'OFF' }, /SOURCE_CONTACT_CHECK/],
    ['FROM_SEGMENT', STORE, /sourceContactId/],
  ])('%j is an error in a function with %j', (rehydrationType, environment, words) => {
    expect(() => read({ rehydrationType }, {}, environment)).toThrow(error('InvalidRehydrationTypeError', words));
  });

  test('may be FROM_SEGMENT with a session store where a contact is named', () => {
    expect(chatRequest({ sourceContactId: PAST, rehydrationType: 'FROM_SEGMENT' }, {}, STORE).named).toBeDefined();
  });
});

describe('the time limit', () => {
  test('is a whole number of seconds from 1 to 60, and 8 unless it is given', () => {
    const limits = [9, '3', ' 9 ', '1', '60', '', ' ', undefined, null, '$.Modules.Input.timeLimitSeconds'].map(
      timeLimitSeconds => chatRequest({ timeLimitSeconds }).timeLimitSeconds,
    );
    expect(limits).toEqual([9, 3, 9, 1, 60, 8, 8, 8, 8, 8]);
  });

  test.each(['0', '61', '-1', '8s', '1e1', '0x8', true])('%j is an error that quotes it', limit => {
    const message = `timeLimitSeconds is ${JSON.stringify(limit)};`;
    expect(() => read({ timeLimitSeconds: limit })).toThrow(error('InvalidTimeLimitError', message));
  });
});

describe('a parameter', () => {
  test.each([
    ['+12025550143', 'a text of 12 characters'],
    ['ann@example.com', 'a text of 15 characters'],
    ['12025550143', 'a text of 11 characters'],
    [12025550143, 'a text of 11 characters'],
    ['ann-1-2-3-4-5', 'a text of 13 characters'],
    ['ann-1-2-3-4', '"ann-1-2-3-4"'],
    ['Ann Nilsson', 'a text of 11 characters'],
    ['2.5', 'a text of 3 characters'],
    ['\u0661', 'a text of 1 characters'],
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), 'a text of 41 characters'],
    [JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`), 'a list'],
    [{ secret: 1 }, 'an object'],
  ])("that may be a customer's, or is no text, is an error without its content: %s", (value, shown) => {
    for (const name of ['rehydrationType', 'timeLimitSeconds']) {
      expect(() => read({ [name]: value })).toThrow(`${name} is ${shown};`);
    }
  });

  test.each([
    ['sourceContactID', 'parameter "sourceContactID",.*sourceContactId'],
    [' rehydrationType', 'parameter " rehydrationType",.*sourceContactId'],
    ['', 'parameter "",.*sourceContactId'],
    ['customerId', 'customerId, which no longer exists.*Set contact attributes.*remove'],
  ])('that is not known, %j, is an error without its value: %s', (name, words) => {
    for (const value of ['a-secret', '', null, 42]) {
      const reading = () => read({ sourceContactId: PAST, [name]: value });
      expect(reading).toThrow(error('UnknownParameterError', words));
      expect(reading).not.toThrow('a-secret');
    }
  });
});

describe('the source contact', () => {
  const INVALID = 'SOURCE_CONTACT_ID_INVALID';
  const CURRENT = 'SOURCE_CONTACT_IN_CURRENT_SESSION';
  const LAST_CHAT = { SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat' };
  const from = (sourceContactIdFrom: string) => ({ sourceContactId: PAST, sourceContactIdFrom });
  const [parameter, attribute] = [from('parameter'), from('attribute')];

  test.each<[object | undefined, Record<string, unknown> | null, object, object]>([
    [parameter, { sourceContactId: PAST }, { sourceContactId: 'other' }, {}],
    [attribute, { sourceContactId: '' }, { sourceContactId: PAST }, {}],
    [attribute, { sourceContactId: '  ' }, { sourceContactId: PAST }, {}],
    [attribute, { sourceContactId: null }, { sourceContactId: PAST }, {}],
    [attribute, {}, { sourceContactId: PAST }, {}],
    [attribute, {}, { sourceContactId: 'other', lastChat: PAST }, LAST_CHAT],
    [undefined, {}, { sourceContactId: PAST }, LAST_CHAT],
    [undefined, {}, {}, { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' }],
    [undefined, null, {}, {}],
    [undefined, { sourceContactId: ' ' }, { sourceContactId: ' ' }, {}],
    [attribute, { sourceContactId: '$.Modules.Input.sourceContactId' }, { sourceContactId: PAST }, {}],
  ])('is %j, of the parameters %j, else of the attributes %j: %j', (named, parameters, Attributes, environment) => {
    expect(chatRequest(parameters, { Attributes }, environment).named).toEqual(named);
  });

  test.each<[unknown, string]>([
    [` ${PAST}\n`, PAST],
    [PAST.toUpperCase(), PAST.toUpperCase()],
    [`${INSTANCE_ARN}/contact/${PAST}`, PAST],
    [` ${INSTANCE_ARN.toUpperCase()}/contact/${PAST} `, PAST],
    ['x'.repeat(256), 'x'.repeat(256)],
  ])('may be typed with spaces around it, or as the ARN of a contact of this instance: %j', (given, read) => {
    for (const parameters of [{ sourceContactId: given }, {}]) {
      const request = chatRequest(parameters, { Attributes: { sourceContactId: given } });
      expect(request).toMatchObject({ named: { sourceContactId: read }, refused: undefined });
    }
  });

  test('may be an ARN, whatever stands around the instance in the event', () => {
    const arn = 'arn:aws:connect:us-east-1:111122223333:instance/abc';
    for (const InstanceARN of [arn, ` ${arn} `, `${arn}/`, arn.toUpperCase().replace('INSTANCE', 'instance')]) {
      const given = { sourceContactId: `${arn.toUpperCase()}/contact/past` };
      expect(chatRequest(given, { InstanceARN }).named).toMatchObject({ sourceContactId: 'past' });
    }
  });

  test('that is a number is read as its text, and one that is an object is invalid', () => {
    expect(chatRequest({ sourceContactId: 5 })).toMatchObject({ named: { sourceContactId: '5' }, refused: undefined });
    expect(chatRequest({ sourceContactId: {} })).toMatchObject({ refused: INVALID });
  });

  test.each([
    ...['$.Attributes.sourceContactId', `"${PAST}"`, `${PAST};`, `${PAST} ${PAST}`, 'x'.repeat(257), 'ä', '\ud800'],
    ...['.', '..', 'a/b', 'a\u0000b', `${INSTANCE_ARN}/contact/`, `${INSTANCE_ARN}/contact/a/b`],
    `arn:aws:connect:us-east-1:111122223333:instance/elsewhere/contact/${PAST}`,
  ])('that cannot be an id is refused, by parameter and by attribute: %j', sourceContactId => {
    expect(chatRequest({ sourceContactId }).refused).toBe(INVALID);
    expect(chatRequest({}, { Attributes: { sourceContactId } }).refused).toBe(INVALID);
  });

  // An invalid id comes before an unknown customer, and that one before the current session.
  test.each<[string | undefined, string, object, string]>([
    [INVALID, 'no id', {}, 'OWNER_REQUIRED'],
    ['CUSTOMER_UNKNOWN', PAST, {}, 'OWNER_REQUIRED'],
    ['CUSTOMER_UNKNOWN', PAST, { ContactId: PAST }, 'OWNER_REQUIRED'],
    [CURRENT, PAST, { ContactId: PAST, CustomerId: 'ann' }, 'OWNER_REQUIRED'],
    [CURRENT, PAST, { ContactId: PAST.toUpperCase() }, 'OWNER_IF_KNOWN'],
    [CURRENT, PAST, { ContactId: ` ${PAST}` }, 'OWNER_IF_KNOWN'],
    [CURRENT, PAST, { InitialContactId: PAST }, 'OWNER_IF_KNOWN'],
    [CURRENT, PAST, { PreviousContactId: PAST }, 'OFF'],
    [undefined, PAST, { CustomerId: 'ann' }, 'OWNER_REQUIRED'],
    [undefined, PAST, {}, 'OWNER_IF_KNOWN'],
  ])('is refused with %s without any call: %s, of %j with %s', (refused, sourceContactId, fields, check) => {
    expect(chatRequest({ sourceContactId }, fields, { SOURCE_CONTACT_CHECK: check }).refused).toBe(refused);
  });
});

test('a session whose initial contact is missing begins with the current contact', () => {
  const initial = [undefined, null, ' ', ' first '].map(InitialContactId => chatRequest({}, { InitialContactId }));
  expect(initial.map(chat => chat.initialContactId)).toEqual([NEW_CHAT, NEW_CHAT, NEW_CHAT, 'first']);
});

const SUBTYPE_GUIDE = { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } };
const OFF = { ENABLED: 'No' };
test.each<[string, object, object?]>([
  ['SWITCHED_OFF', {}, OFF],
  ['SWITCHED_OFF', { Channel: 'VOICE', InitiationMethod: 'DISCONNECT', ...SUBTYPE_GUIDE }, OFF],
  ['CHANNEL_NOT_SUPPORTED', { Channel: 'VOICE', InitiationMethod: 'DISCONNECT', ...SUBTYPE_GUIDE }],
  ['CHANNEL_NOT_SUPPORTED', { Channel: 'EMAIL' }],
  ['CHANNEL_NOT_SUPPORTED', { Channel: undefined }],
  ['GUIDE', { InitiationMethod: 'DISCONNECT', ...SUBTYPE_GUIDE }],
  ['DISCONNECT_FLOW', { InitiationMethod: 'DISCONNECT' }],
])('nothing is to be done, whatever the parameters: %s for %j', (reason, contactData, environment = {}) => {
  const wrong = { sourceContactId: PAST, rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG', unknown: '' };
  expect(read(wrong, contactData, environment)).toEqual({ status: 'NOT_APPLICABLE', reason });
});

test.each([
  [{ unknown: '', rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' }, 'UnknownParameterError'],
  [{ rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' }, 'InvalidTimeLimitError'],
  [{ rehydrationType: 'WRONG' }, 'InvalidRehydrationTypeError'],
])('the checks have an order, and a missing source contact comes last: %j is %s', (parameters, name) => {
  expect(() => read(parameters)).toThrow(expect.objectContaining({ name }));
});
