import { describe, expect, test } from '@jest/globals';
import { isFinished, reasonOf } from '../../src/outcome.ts';
import type { FlowParameter } from '../../src/request.ts';
import { chatRequest, read } from '../support/chat-request.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';
const STORE = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED', SESSION_STORE_TABLE: 's', SESSION_STORE_KEY: 'k'.repeat(32) };
const OFF = { SOURCE_CONTACT_CHECK: 'OFF' };
const DEFAULT = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
const EMPTY = ['', '   ', undefined, null, '$.Modules.Input.rehydrationType', '$.Modules.Input.sourceContactId'];

describe('a parameter', () => {
  test.each<{ name: Exclude<FlowParameter, 'sourceContactId'>; given: unknown[]; is: unknown; environment?: object }>([
    { name: 'rehydrationType', given: ['  Entire_Past_Session ', ...EMPTY], is: 'ENTIRE_PAST_SESSION' },
    { name: 'rehydrationType', given: ['from_segment'], is: 'FROM_SEGMENT' },
    { name: 'rehydrationType', given: [' from_last_agent_Segment'], is: 'FROM_LAST_AGENT_SEGMENT' },
    { name: 'rehydrationType', given: EMPTY, is: 'FROM_SEGMENT', environment: DEFAULT },
    { name: 'mode', given: ['Continue', ...EMPTY], is: 'CONTINUE' },
    { name: 'mode', given: [' find '], is: 'FIND' },
    { name: 'timeLimitSeconds', given: [9, '9', ' 9 '], is: 9 },
    { name: 'timeLimitSeconds', given: ['1'], is: 1 },
    { name: 'timeLimitSeconds', given: ['60'], is: 60 },
    { name: 'timeLimitSeconds', given: EMPTY, is: 8 },
  ])('$name is $is where the flow gives one of $given', ({ name, given, is, environment }) => {
    const found = given.map(value => chatRequest({ [name]: value }, {}, environment)[name]);
    expect(found).toEqual(given.map(() => is));
  });

  const [TYPE, LIMIT] = ['InvalidRehydrationTypeError', 'InvalidTimeLimitError'];
  const [MODE, UNKNOWN] = ['InvalidModeError', 'UnknownParameterError'];
  const LAST = { rehydrationType: 'FROM_LAST_AGENT_SEGMENT' };
  const NO_LONGER = 'customerId, which no longer exists.*Set contact attributes.*remove';
  test.each<{ name: string; given: object; environment?: object; words: string }>([
    { name: TYPE, given: { rehydrationType: 'ANY_SEGMENT' }, words: 'rehydrationType is "ANY_SEGMENT";' },
    { name: TYPE, given: { rehydrationType: 7 }, words: 'rehydrationType is 7;' },
    { name: TYPE, given: LAST, environment: OFF, words: 'SOURCE_CONTACT_CHECK' },
    { name: TYPE, given: { rehydrationType: 'FROM_SEGMENT' }, environment: STORE, words: 'sourceContactId' },
    { name: MODE, given: { mode: 'LOOK' }, words: 'mode is "LOOK"; it must be one of CONTINUE, FIND' },
    { name: MODE, given: { mode: 'FIND' }, environment: OFF, words: 'mode is "FIND", which needs.*CONTACT_CHECK' },
    ...['0', '61', '-1', '8s', '1e1', '0x8', true].map(timeLimitSeconds => {
      const words = `timeLimitSeconds is ${JSON.stringify(timeLimitSeconds)};`;
      return { name: LIMIT, given: { timeLimitSeconds }, words };
    }),
    // Not even empty; nobody learns the value.
    { name: UNKNOWN, given: { sourceContactID: 'a-secret' }, words: 'parameter "sourceContactID",.*sourceContactId' },
    { name: UNKNOWN, given: { ' rehydrationType': '' }, words: 'parameter " rehydrationType",.*sourceContactId' },
    { name: UNKNOWN, given: { '': null }, words: 'parameter "",.*sourceContactId' },
    ...['a-secret', null].map(customerId => ({ name: UNKNOWN, given: { customerId }, words: NO_LONGER })),
  ])('that is $given is an error for the flow author, $name: $words ($#)', ({ name, given, environment, words }) => {
    const reading = () => read({ ...given }, {}, environment);
    expect(reading).toThrow(expect.objectContaining({ name, message: expect.stringMatching(words) }));
    expect(reading).not.toThrow('a-secret');
  });

  const DEEP_LIST = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
  test.each([
    { what: 'an address', value: 'ann@example.com', shown: 'a text of 15 characters' },
    { what: 'a phone number', value: 12025550143, shown: 'a text of 11 characters' },
    { what: 'five digits', value: 'ann-1-2-3-4-5', shown: 'a text of 13 characters' },
    { what: 'four digits', value: 'ann-1-2-3-4', shown: '"ann-1-2-3-4"' },
    { what: 'a long word', value: 'x'.repeat(41), shown: 'a text of 41 characters' },
    { what: 'a list', value: DEEP_LIST, shown: 'a list' },
    { what: 'an object', value: { secret: 1 }, shown: 'an object' },
  ])('that is $what may be the value of a customer, and an error shows $shown', ({ value, shown }) => {
    for (const name of ['rehydrationType', 'mode', 'timeLimitSeconds']) {
      expect(() => read({ [name]: value })).toThrow(`${name} is ${shown};`);
    }
  });
});

describe('the source contact', () => {
  const LAST_CHAT = { SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat' };
  const INHERITED = { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' };
  const BY_ATTRIBUTE = { Attributes: { sourceContactId: PAST, lastChat: ` ${PAST}\n` } };
  const ARN = 'arn:aws:connect:us-east-1:111122223333:instance/abc';
  const FULL = `${ARN}/contact/${PAST}`;
  const CAPITALS = PAST.toUpperCase();
  const LONG = 'x'.repeat(256);

  test.each<{ what: string; ids: unknown[]; contact?: object; environment?: object; from?: string; named?: string }>([
    { what: 'by the parameter', ids: [PAST, ` ${PAST}\n`], contact: { Attributes: { sourceContactId: 'other' } } },
    { what: 'by the attribute', ids: EMPTY, contact: BY_ATTRIBUTE, from: 'attribute' },
    { what: 'by another attribute', ids: [''], contact: BY_ATTRIBUTE, environment: LAST_CHAT, from: 'attribute' },
    { what: 'not by a blank attribute', ids: [''], contact: { Attributes: { sourceContactId: ' ' } }, from: 'none' },
    { what: 'not by what every object has', ids: [''], environment: INHERITED, from: 'none' },
    { what: 'not without attributes', ids: [''], contact: { Attributes: null }, from: 'none' },
    { what: 'in capitals', ids: [CAPITALS], named: CAPITALS },
    { what: 'with 256 characters', ids: [LONG], named: LONG },
    { what: 'by its ARN', ids: [FULL], contact: { InstanceARN: ` ${ARN} ` } },
    { what: 'by its ARN in other letters', ids: [FULL], contact: { InstanceARN: ARN.replace('arn:aws', 'ARN:AWS') } },
  ])('is named $what', ({ ids, contact = {}, environment, from = 'parameter', named = PAST }) => {
    const found = ids.map(sourceContactId => chatRequest({ sourceContactId }, contact, environment));
    const candidate = from === 'none' ? undefined : { sourceContactId: named, sourceContactIdFrom: from };
    expect(found.map(request => request.named)).toEqual(ids.map(() => candidate));
    expect(found.filter(request => request.namedRefusal)).toEqual([]);
  });

  test('is named with a session store and FROM_SEGMENT', () => {
    expect(chatRequest({ sourceContactId: PAST, rehydrationType: 'FROM_SEGMENT' }, {}, STORE).named).toBeDefined();
  });

  test('is refused where it cannot be an id', () => {
    const texts = ['$.Attributes.sourceContactId', `"${PAST}"`, `${PAST};`, `${PAST} ${PAST}`, `${LONG}x`, 'ä'];
    const paths = ['\ud800', '.', '..', 'a/b', 'a\u0000b', `${ARN}/contact/`, `${ARN}/contact/a/b`];
    const refusedFor = (sourceContactId: string) => chatRequest({ sourceContactId }, { InstanceARN: ARN }).namedRefusal;
    const all = [...texts, ...paths, `${ARN}d/contact/${PAST}`];
    expect(all.filter(id => refusedFor(id) !== 'SOURCE_CONTACT_ID_INVALID')).toEqual([]);
  });

  const CURRENT = 'SOURCE_CONTACT_IN_CURRENT_SESSION';
  const REQUIRED = { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
  test.each<{ refused: string; fields: object; environment?: object }>([
    { refused: 'CUSTOMER_UNKNOWN', fields: {}, environment: REQUIRED },
    { refused: CURRENT, fields: { ContactId: PAST, CustomerId: 'ann' }, environment: REQUIRED },
    { refused: CURRENT, fields: { ContactId: ` ${CAPITALS}` } },
    { refused: CURRENT, fields: { InitialContactId: PAST } },
    { refused: CURRENT, fields: { PreviousContactId: PAST }, environment: OFF },
  ])('is refused with $refused without any call, for the contact $fields', ({ refused, fields, environment }) => {
    expect(chatRequest({ sourceContactId: PAST }, fields, environment).namedRefusal).toBe(refused);
  });
});

// AWS's example of the chat widget's JWT gives this subtype to customers' chats. The other reasons are in test/block/precedence.test.ts.
test.each([
  { what: 'linked, without a customer id', RelatedContactId: 'agent', CustomerId: null, reason: 'GUIDE' },
  { what: 'linked, with a blank customer id', RelatedContactId: 'agent', CustomerId: ' ', reason: 'GUIDE' },
  { what: 'linked, with a customer id', RelatedContactId: 'past', CustomerId: 'ann', reason: undefined },
  { what: 'linked, with a doubtful customer id', RelatedContactId: 'past', CustomerId: 'a-null', reason: undefined },
  { what: 'not linked', RelatedContactId: ' ', CustomerId: null, reason: undefined },
])('a contact of subtype connect:Guide that is $what is not applicable: $reason', ({ reason, ...row }) => {
  const found = ['connect:Guide', 'Connect:GUIDE', 'connect:Chat'].map(ValueString => {
    const request = read({}, { ...row, SegmentAttributes: { 'connect:Subtype': { ValueString } } });
    return isFinished(request) ? reasonOf(request.outcome) : undefined;
  });
  expect(found).toEqual([reason, reason, undefined]);
});
