import { describe, expect, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { isFinished, reasonOf } from '../../src/outcome.ts';
import { chatRequest, read } from '../support/chat-request.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';
const STORE = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', SESSION_STORE_TABLE: 's', SESSION_STORE_KEY: 'k'.repeat(32) };

/** The error that takes the flow's Error branch, with these words. */
const error = (name: string, words: string | RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(words) });

describe('the rehydration type', () => {
  const DEFAULT = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
  const EMPTY = ['', '   ', undefined, null, '$.Modules.Input.rehydrationType'];

  test.each<[unknown, string, object]>([
    ['from_segment', 'FROM_SEGMENT', {}],
    ['  Entire_Past_Session ', 'ENTIRE_PAST_SESSION', DEFAULT],
    [' from_last_agent_Segment', 'FROM_LAST_AGENT_SEGMENT', {}],
    [undefined, 'ENTIRE_PAST_SESSION', {}],
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
    const given = [9, '3', ' 9 ', '1', '60', '', ' ', undefined, null, '$.Modules.Input.timeLimitSeconds'];
    const limits = given.map(timeLimitSeconds => chatRequest({ timeLimitSeconds }).timeLimitSeconds);
    expect(limits).toEqual([9, 3, 9, 1, 60, 8, 8, 8, 8, 8]);
  });

  test.each(['0', '61', '-1', '8s', '1e1', '0x8', true])('%j is an error that quotes it', limit => {
    const message = `timeLimitSeconds is ${JSON.stringify(limit)};`;
    expect(() => read({ timeLimitSeconds: limit })).toThrow(error('InvalidTimeLimitError', message));
  });
});

describe('the mode', () => {
  test.each([
    [undefined, 'CONTINUE'],
    ['', 'CONTINUE'],
    [' ', 'CONTINUE'],
    ['$.Modules.Input.mode', 'CONTINUE'],
    ['Continue', 'CONTINUE'],
    [' find ', 'FIND'],
  ])('of %j is %s', (mode, read) => {
    expect(chatRequest({ mode }).mode).toBe(read);
  });

  test.each([
    [{ mode: 'LOOK' }, {}, 'mode is "LOOK"; it must be one of CONTINUE, FIND'],
    [{ mode: 'FIND' }, { SOURCE_CONTACT_CHECK: 'OFF' }, 'mode is "FIND", which needs.*SOURCE_CONTACT_CHECK'],
  ])('%j is an error in a function with %j: %s', (parameters, environment, words) => {
    expect(() => read(parameters, {}, environment)).toThrow(error('InvalidModeError', words));
  });
});

describe('a parameter', () => {
  test.each([
    ['ann@example.com', 'a text of 15 characters'],
    [12025550143, 'a text of 11 characters'],
    ['ann-1-2-3-4-5', 'a text of 13 characters'],
    ['ann-1-2-3-4', '"ann-1-2-3-4"'],
    ['Ann Nilsson', 'a text of 11 characters'],
    ['2.5', 'a text of 3 characters'],
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), 'a text of 41 characters'],
    [JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`), 'a list'],
    [{ secret: 1 }, 'an object'],
  ])("that may be a customer's, or is no text, is an error without its content: %s", (value, shown) => {
    for (const name of ['rehydrationType', 'mode', 'timeLimitSeconds']) {
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

  test.each<[from: string | undefined, Record<string, unknown> | null, object | null, object]>([
    ['parameter', { sourceContactId: PAST }, { sourceContactId: 'other' }, {}],
    ['attribute', { sourceContactId: '  ' }, { sourceContactId: PAST }, {}],
    ['attribute', { sourceContactId: null }, { sourceContactId: PAST }, {}],
    ['attribute', { sourceContactId: '$.Modules.Input.sourceContactId' }, { sourceContactId: PAST }, {}],
    ['attribute', {}, { sourceContactId: 'other', lastChat: ` ${PAST}\n` }, LAST_CHAT],
    [undefined, {}, { sourceContactId: PAST }, LAST_CHAT],
    [undefined, {}, {}, { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' }],
    [undefined, null, { sourceContactId: ' ' }, {}],
    [undefined, {}, null, {}],
  ])('is named by the %s, of the parameters %j, else of the attributes %j: %j', (from, parameters, ...others) => {
    const [Attributes, environment] = others;
    const named = from && { sourceContactId: PAST, sourceContactIdFrom: from };
    expect(chatRequest(parameters, { Attributes }, environment).named).toEqual(named);
  });

  const ARN = 'arn:aws:connect:us-east-1:111122223333:instance/abc';
  test.each([
    [` ${PAST}\n`, PAST, ARN],
    [PAST.toUpperCase(), PAST.toUpperCase(), ARN],
    ['x'.repeat(256), 'x'.repeat(256), ARN],
    [5, '5', ARN],
    ...[ARN, ` ${ARN} `, `${ARN}/`].map(instance => [` ${ARN.toUpperCase()}/contact/${PAST} `, PAST, instance]),
    [`${ARN}/contact/${PAST}`, PAST, ARN.replace('arn:aws', 'ARN:AWS')],
  ])('may be typed with spaces around it, or as the ARN of a contact of this instance: %j', (id, read, InstanceARN) => {
    const request = chatRequest({ sourceContactId: id }, { InstanceARN });
    expect(request).toMatchObject({ named: { sourceContactId: read }, refused: undefined });
  });

  test.each([
    ...['$.Attributes.sourceContactId', `"${PAST}"`, `${PAST};`, `${PAST} ${PAST}`, 'x'.repeat(257), 'ä', '\ud800'],
    ...['.', '..', 'a/b', 'a\u0000b', `${ARN}/contact/`, `${ARN}/contact/a/b`, `${ARN}d/contact/${PAST}`],
  ])('that cannot be an id is refused: %j', sourceContactId => {
    expect(chatRequest({ sourceContactId }, { InstanceARN: ARN }).refused).toBe(INVALID);
  });

  const REQUIRED = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
  test.each<[string | undefined, object, object?]>([
    ['CUSTOMER_UNKNOWN', {}, REQUIRED],
    [CURRENT, { ContactId: PAST, CustomerId: 'ann' }, REQUIRED],
    [CURRENT, { ContactId: PAST.toUpperCase() }],
    [CURRENT, { ContactId: ` ${PAST}` }],
    [CURRENT, { InitialContactId: PAST }],
    [CURRENT, { PreviousContactId: PAST }, { SOURCE_CONTACT_CHECK: 'OFF' }],
    [undefined, { CustomerId: 'ann' }, REQUIRED],
    [undefined, {}],
  ])('is refused with %s without any call, for the contact %j: %j', (refused, fields, environment = {}) => {
    expect(chatRequest({ sourceContactId: PAST }, fields, environment).refused).toBe(refused);
  });
});

test('a session whose initial contact is missing begins with the current contact', () => {
  const initial = [undefined, null, ' ', ' first '].map(InitialContactId => chatRequest({}, { InitialContactId }));
  expect(initial.map(chat => chat.initialContactId)).toEqual([NEW_CHAT, NEW_CHAT, NEW_CHAT, 'first']);
});

// AWS's example of the chat widget's JWT gives this subtype to customers' chats.
test.each([
  { what: 'linked, without a customer id', contact: { RelatedContactId: 'agent', CustomerId: null }, reason: 'GUIDE' },
  { what: 'linked, with a customer id', contact: { RelatedContactId: 'past', CustomerId: 'ann' }, reason: undefined },
  { what: 'not linked', contact: { RelatedContactId: ' ', CustomerId: null }, reason: undefined },
])('a contact of subtype connect:Guide that is $what is not applicable: $reason', ({ contact, reason }) => {
  const SegmentAttributes = { 'connect:Subtype': { ValueString: 'connect:Guide' } };
  const request = read({}, { ...contact, SegmentAttributes });
  expect(isFinished(request) ? reasonOf(request.outcome) : undefined).toBe(reason);
});

// The other reasons, and the order of all, are in test/block/precedence.test.ts.
test.each(['EMAIL', undefined])('the channel %s is not supported', Channel => {
  expect(read({}, { Channel })).toEqual({ outcome: { status: 'NOT_APPLICABLE', reason: 'CHANNEL_NOT_SUPPORTED' } });
});
