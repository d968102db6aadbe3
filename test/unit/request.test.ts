import { describe, expect, test } from '@jest/globals';
import { NEW_CHAT } from '../../local/connect/index.ts';
import { isFinished, reasonOf } from '../../src/outcome.ts';
import { chatRequest, read } from '../support/chat-request.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';
const STORE = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', SESSION_STORE_TABLE: 's', SESSION_STORE_KEY: 'k'.repeat(32) };
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };

/** The error that takes the flow's Error branch, with these words. */
const error = (name: string, words: string | RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(words) });

const MODULE_INPUTS = ['$.Modules.Input.rehydrationType', '$.Modules.Input.mode', '$.Modules.Input.sourceContactId'];
const EMPTY = ['', '   ', undefined, null, ...MODULE_INPUTS];

describe('the rehydration type', () => {
  test('is given in any letter case, with spaces around it, or the default of the function', () => {
    const read = (rehydrationType: unknown, environment = {}) =>
      chatRequest({ rehydrationType }, {}, environment).rehydrationType;
    const given = ['from_segment', '  Entire_Past_Session ', ' from_last_agent_Segment', undefined];
    const types = ['FROM_SEGMENT', 'ENTIRE_PAST_SESSION', 'FROM_LAST_AGENT_SEGMENT', 'ENTIRE_PAST_SESSION'];
    expect(given.map(type => read(type))).toEqual(types);
    const DEFAULT = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
    expect(EMPTY.filter(empty => read(empty, DEFAULT) !== 'FROM_SEGMENT')).toEqual([]);
    expect(read('Entire_past_session', DEFAULT)).toBe('ENTIRE_PAST_SESSION');
  });

  test.each<{ what: string; type: unknown; environment?: object; words: RegExp }>([
    { what: 'is another word', type: 'ANY_SEGMENT', words: /rehydrationType is "ANY_SEGMENT";/ },
    { what: 'is a number', type: 7, words: /rehydrationType is 7;/ },
    { what: 'needs a check', type: 'FROM_LAST_AGENT_SEGMENT', environment: OFF, words: /SOURCE_CONTACT_CHECK/ },
    { what: 'needs a named contact', type: 'FROM_SEGMENT', environment: STORE, words: /sourceContactId/ },
  ])('is an error where it $what: $type', ({ type: rehydrationType, environment = {}, words }) => {
    expect(() => read({ rehydrationType }, {}, environment)).toThrow(error('InvalidRehydrationTypeError', words));
  });

  test('may be FROM_SEGMENT with a session store where a contact is named', () => {
    expect(chatRequest({ sourceContactId: PAST, rehydrationType: 'FROM_SEGMENT' }, {}, STORE).named).toBeDefined();
  });
});

describe('the time limit', () => {
  const limits = (given: unknown[]) =>
    given.map(timeLimitSeconds => chatRequest({ timeLimitSeconds }).timeLimitSeconds);

  test('is a whole number of seconds from 1 to 60, and 8 unless it is given', () => {
    expect(limits([9, '3', ' 9 ', '1', '60'])).toEqual([9, 3, 9, 1, 60]);
    expect(new Set(limits(EMPTY))).toEqual(new Set([8]));
  });

  test.each(['0', '61', '-1', '8s', '1e1', '0x8', true])('%j is an error that quotes it', limit => {
    const message = `timeLimitSeconds is ${JSON.stringify(limit)};`;
    expect(() => read({ timeLimitSeconds: limit })).toThrow(error('InvalidTimeLimitError', message));
  });
});

describe('the mode', () => {
  test('is CONTINUE unless it is FIND, in any letter case', () => {
    const modes = ['Continue', ' find ', ...EMPTY].map(mode => chatRequest({ mode }).mode);
    expect(modes).toEqual(['CONTINUE', 'FIND', ...EMPTY.map(() => 'CONTINUE')]);
  });

  test.each([
    { mode: 'LOOK', environment: {}, words: 'mode is "LOOK"; it must be one of CONTINUE, FIND' },
    { mode: 'FIND', environment: OFF, words: 'mode is "FIND", which needs.*SOURCE_CONTACT_CHECK' },
  ])('is an error where $words', ({ mode, environment, words }) => {
    expect(() => read({ mode }, {}, environment)).toThrow(error('InvalidModeError', words));
  });
});

describe('a parameter', () => {
  const DEEP_LIST = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
  test.each([
    { what: 'an address', value: 'ann@example.com', shown: 'a text of 15 characters' },
    { what: 'a phone number', value: 12025550143, shown: 'a text of 11 characters' },
    { what: 'five digits', value: 'ann-1-2-3-4-5', shown: 'a text of 13 characters' },
    { what: 'four digits', value: 'ann-1-2-3-4', shown: '"ann-1-2-3-4"' },
    { what: 'a name', value: 'Ann Nilsson', shown: 'a text of 11 characters' },
    { what: 'a fraction', value: '2.5', shown: 'a text of 3 characters' },
    { what: 'a long word', value: 'x'.repeat(40), shown: `"${'x'.repeat(40)}"` },
    { what: 'a longer word', value: 'x'.repeat(41), shown: 'a text of 41 characters' },
    { what: 'a list', value: DEEP_LIST, shown: 'a list' },
    { what: 'an object', value: { secret: 1 }, shown: 'an object' },
  ])('that is $what may be the value of a customer, and an error shows $shown', ({ value, shown }) => {
    for (const name of ['rehydrationType', 'mode', 'timeLimitSeconds']) {
      expect(() => read({ [name]: value })).toThrow(`${name} is ${shown};`);
    }
  });

  test.each([
    { name: 'sourceContactID', words: 'parameter "sourceContactID",.*sourceContactId' },
    { name: ' rehydrationType', words: 'parameter " rehydrationType",.*sourceContactId' },
    { name: '', words: 'parameter "",.*sourceContactId' },
    { name: 'customerId', words: 'customerId, which no longer exists.*Set contact attributes.*remove' },
  ])('that is not known, "$name", is an error without its value', ({ name, words }) => {
    for (const value of ['a-secret', '', null, 42]) {
      const reading = () => read({ sourceContactId: PAST, [name]: value });
      expect(reading).toThrow(error('UnknownParameterError', words));
      expect(reading).not.toThrow('a-secret');
    }
  });
});

describe('the source contact', () => {
  const LAST_CHAT = { SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat' };
  const BY_ATTRIBUTE = { Attributes: { sourceContactId: PAST } };
  const BY_LAST_CHAT = { Attributes: { sourceContactId: 'other', lastChat: ` ${PAST}\n` } };
  const INHERITED = { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' };

  test('is named by the parameter, else by the attribute', () => {
    const named = (sourceContactId: unknown, contact: object, environment = {}) =>
      chatRequest({ sourceContactId }, { ...contact }, environment).named;
    const byAttribute = { sourceContactId: PAST, sourceContactIdFrom: 'attribute' };
    const byParameter = { sourceContactId: PAST, sourceContactIdFrom: 'parameter' };
    expect(named(PAST, { Attributes: { sourceContactId: 'other' } })).toEqual(byParameter);
    expect(EMPTY.map(empty => named(empty, BY_ATTRIBUTE))).toEqual(EMPTY.map(() => byAttribute));
    expect(named('', BY_LAST_CHAT, LAST_CHAT)).toEqual(byAttribute);
  });

  test.each<{ what: string; contact: object; environment?: object }>([
    { what: 'another attribute has it', contact: BY_ATTRIBUTE, environment: LAST_CHAT },
    { what: 'no attribute but every object has it', contact: { Attributes: {} }, environment: INHERITED },
    { what: 'the attribute is blank', contact: { Attributes: { sourceContactId: ' ' } } },
    { what: 'there are no attributes', contact: { Attributes: null } },
  ])('is not named where $what', ({ contact, environment = {} }) => {
    expect(chatRequest(null, { ...contact }, environment).named).toBeUndefined();
  });

  const ARN = 'arn:aws:connect:us-east-1:111122223333:instance/abc';
  const FULL = `${ARN}/contact/${PAST}`;
  test.each([
    { what: 'with spaces around it', id: ` ${PAST}\n`, read: PAST, instance: ARN },
    { what: 'in capitals', id: PAST.toUpperCase(), read: PAST.toUpperCase(), instance: ARN },
    { what: 'with 256 characters', id: 'x'.repeat(256), read: 'x'.repeat(256), instance: ARN },
    { what: 'as a number', id: 5, read: '5', instance: ARN },
    { what: 'as an ARN', id: FULL, read: PAST, instance: ` ${ARN} ` },
    { what: 'as an ARN of an instance with a slash', id: FULL, read: PAST, instance: `${ARN}/` },
    { what: 'as an ARN in other letters', id: FULL, read: PAST, instance: ARN.replace('arn:aws', 'ARN:AWS') },
  ])('may be typed $what', ({ id: sourceContactId, read, instance: InstanceARN }) => {
    const request = chatRequest({ sourceContactId }, { InstanceARN });
    expect(request).toMatchObject({ named: { sourceContactId: read }, refused: undefined });
  });

  test('is refused where it cannot be an id', () => {
    const texts = ['$.Attributes.sourceContactId', `"${PAST}"`, `${PAST};`, `${PAST} ${PAST}`, 'x'.repeat(257), 'ä'];
    const paths = ['\ud800', '.', '..', 'a/b', 'a\u0000b', `${ARN}/contact/`, `${ARN}/contact/a/b`];
    const refusedFor = (sourceContactId: string) => chatRequest({ sourceContactId }, { InstanceARN: ARN }).refused;
    const all = [...texts, ...paths, `${ARN}d/contact/${PAST}`];
    expect(all.filter(id => refusedFor(id) !== 'SOURCE_CONTACT_ID_INVALID')).toEqual([]);
  });

  const CURRENT = 'SOURCE_CONTACT_IN_CURRENT_SESSION';
  const REQUIRED = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
  test.each<{ refused: string; fields: object; environment?: object }>([
    { refused: 'CUSTOMER_UNKNOWN', fields: {}, environment: REQUIRED },
    { refused: CURRENT, fields: { ContactId: PAST, CustomerId: 'ann' }, environment: REQUIRED },
    { refused: CURRENT, fields: { ContactId: PAST.toUpperCase() } },
    { refused: CURRENT, fields: { ContactId: ` ${PAST}` } },
    { refused: CURRENT, fields: { InitialContactId: PAST } },
    { refused: CURRENT, fields: { PreviousContactId: PAST }, environment: OFF },
  ])('is refused with $refused without any call, for the contact $fields', ({ refused, fields, environment = {} }) => {
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
