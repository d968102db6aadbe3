import { describe, expect, test } from '@jest/globals';
import { parseContactFlowEvent } from '../src/contact-flow-event.ts';
import type { Outcome } from '../src/outcome.ts';
import { type AssociationRequest, chooseRequest } from '../src/request.ts';
import { readSettings } from '../src/settings.ts';
import { chatEvent } from './support/events.ts';

const PAST = 'c1c1c1c1-0000-4000-8000-000000000001';

function choose(parameters: Record<string, unknown> | null, contactData = {}, environment = {}) {
  return chooseRequest(parseContactFlowEvent(chatEvent(parameters, contactData)), readSettings(environment));
}

function requestOf(...of: Parameters<typeof choose>): AssociationRequest {
  const choice = choose(...of);
  if ('outcome' in choice) throw new Error(`No request, but ${JSON.stringify(choice.outcome)}`);
  return choice.request;
}

function outcomeOf(...of: Parameters<typeof choose>): Outcome {
  const choice = choose(...of);
  if ('request' in choice) throw new Error('No outcome, but a request');
  return choice.outcome;
}

describe('the rehydration type', () => {
  test.each([
    ['FROM_SEGMENT', 'FROM_SEGMENT'],
    ['from_segment', 'FROM_SEGMENT'],
    ['  Entire_Past_Session ', 'ENTIRE_PAST_SESSION'],
    ['', 'ENTIRE_PAST_SESSION'],
    ['   ', 'ENTIRE_PAST_SESSION'],
    [undefined, 'ENTIRE_PAST_SESSION'],
    [null, 'ENTIRE_PAST_SESSION'],
  ])('given as %p is %s', (rehydrationType, expected) => {
    expect(requestOf({ sourceContactId: PAST, rehydrationType }).rehydrationType).toBe(expected);
  });

  test("left empty is the function's default", () => {
    const environment = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
    expect(requestOf({ sourceContactId: PAST }, {}, environment).rehydrationType).toBe('FROM_SEGMENT');
  });

  test.each([['LAST_SEGMENT'], ['FROM SEGMENT'], [7]])(
    'that does not exist is an error that quotes it: %p',
    rehydrationType => {
      expect(() => choose({ sourceContactId: PAST, rehydrationType })).toThrow(
        expect.objectContaining({
          name: 'InvalidRehydrationTypeError',
          message: expect.stringContaining(`rehydrationType is ${JSON.stringify(rehydrationType)}`),
        }),
      );
    },
  );
});

describe('a parameter that is no text', () => {
  test.each([['rehydrationType'], ['timeLimitSeconds']])('is an error without its content: %s', name => {
    const deep = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`);
    expect(() => choose({ [name]: deep })).toThrow(new RegExp(`${name} is a list;`));
    expect(() => choose({ [name]: { secret: 1 } })).toThrow(new RegExp(`${name} is an object;`));
  });
});

describe('the time limit', () => {
  test.each([
    ['3', 3],
    [' 8 ', 8],
    ['1', 1],
    ['60', 60],
    [8, 8],
    ['', 8],
    [undefined, 8],
  ])('given as %p is %d seconds', (timeLimitSeconds, expected) => {
    expect(requestOf({ sourceContactId: PAST, timeLimitSeconds }).timeLimitSeconds).toBe(expected);
  });

  test.each([['0'], ['61'], ['-1'], ['2.5'], ['8s'], ['1e1'], ['0x8'], ['١'], [true]])(
    'of %p is an error that quotes it',
    timeLimitSeconds => {
      expect(() => choose({ sourceContactId: PAST, timeLimitSeconds })).toThrow(
        expect.objectContaining({
          name: 'InvalidTimeLimitError',
          message: expect.stringContaining(`timeLimitSeconds is ${JSON.stringify(timeLimitSeconds)}`),
        }),
      );
    },
  );
});

describe('the source contact', () => {
  const inAttribute = { Attributes: { sourceContactId: 'from-attribute' } };

  test('of the parameter wins over the one of the attribute', () => {
    expect(requestOf({ sourceContactId: PAST }, inAttribute)).toMatchObject({
      sourceContactId: PAST,
      sourceFrom: 'parameter',
    });
  });

  test.each([[''], ['  '], [null], [undefined]])('is the one of the attribute when the parameter is %p', parameter => {
    expect(requestOf({ sourceContactId: parameter }, inAttribute)).toMatchObject({
      sourceContactId: 'from-attribute',
      sourceFrom: 'attribute',
    });
  });

  test('is looked for in the attribute that the deployment names', () => {
    const environment = { SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat' };
    expect(requestOf({}, { Attributes: { lastChat: PAST } }, environment).sourceContactId).toBe(PAST);
    expect(outcomeOf({}, inAttribute, environment)).toEqual({ status: 'NO_SOURCE_CONTACT' });
  });

  test("is not a property that every object has, should the attribute's name be one", () => {
    const environment = { SOURCE_CONTACT_ID_ATTRIBUTE: 'constructor' };
    expect(outcomeOf({}, {}, environment)).toEqual({ status: 'NO_SOURCE_CONTACT' });
  });

  test.each([[{}], [{ sourceContactId: ' ' }], [null]])('is absent with parameters %j and no attribute', parameters => {
    expect(outcomeOf(parameters)).toEqual({ status: 'NO_SOURCE_CONTACT' });
  });

  test.each([['.'], ['..'], ['a\nb'], ['a\u0000'], ['\u0085'], ['\ud800'], ['x'.repeat(257)]])(
    'that cannot be an id is not found: %j',
    sourceContactId => {
      expect(outcomeOf({ sourceContactId })).toEqual({ status: 'REJECTED', reason: 'SOURCE_CONTACT_NOT_FOUND' });
    },
  );

  test('may have 256 characters of any kind that a path can carry', () => {
    const sourceContactId = 'ä/?#%😀'.repeat(36);
    expect(requestOf({ sourceContactId }).sourceContactId).toBe(sourceContactId);
  });

  test.each([['ContactId'], ['InitialContactId'], ['PreviousContactId']])(
    'that is the %s of the current contact is in the current session',
    field => {
      expect(outcomeOf({ sourceContactId: PAST }, { [field]: PAST })).toEqual({
        status: 'REJECTED',
        reason: 'SOURCE_CONTACT_IN_CURRENT_SESSION',
      });
    },
  );
});

describe('nothing is to be done', () => {
  const wrong = { sourceContactId: PAST, rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' };

  test.each([
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'VOICE' }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'TASK' }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: 'EMAIL' }],
    ['CHANNEL_NOT_SUPPORTED', { Channel: undefined }],
    ['GUIDE', { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } }],
    ['DISCONNECT_FLOW', { InitiationMethod: 'DISCONNECT' }],
  ])('%s: %j, whatever its parameters', (reason, contactData) => {
    expect(outcomeOf(wrong, contactData)).toEqual({ status: 'NOT_APPLICABLE', reason });
  });

  test('a voice contact in a disconnect flow is a voice contact first', () => {
    expect(outcomeOf({}, { Channel: 'VOICE', InitiationMethod: 'DISCONNECT' })).toMatchObject({
      reason: 'CHANNEL_NOT_SUPPORTED',
    });
  });
});

describe('the order of the checks', () => {
  test('a wrong time limit comes before a wrong rehydration type', () => {
    expect(() => choose({ rehydrationType: 'WRONG', timeLimitSeconds: 'WRONG' })).toThrow(
      expect.objectContaining({ name: 'InvalidTimeLimitError' }),
    );
  });

  test('a wrong rehydration type comes before a missing source', () => {
    expect(() => choose({ rehydrationType: 'WRONG' })).toThrow(
      expect.objectContaining({ name: 'InvalidRehydrationTypeError' }),
    );
  });
});

describe('a contact id that cannot be part of a request', () => {
  test.each([['..'], ['\ud800'], [' ']])('is a malformed event: %j', ContactId => {
    expect(() => choose({ sourceContactId: PAST }, { ContactId })).toThrow(
      expect.objectContaining({ name: 'MalformedEventError' }),
    );
  });

  test('does not matter where nothing is called', () => {
    expect(outcomeOf({}, { ContactId: '..' })).toEqual({ status: 'NO_SOURCE_CONTACT' });
  });
});

describe('a customerId parameter', () => {
  test.each([
    ['the customer check off', { CUSTOMER_CHECK: 'OFF' }],
    ['the source check off', { SOURCE_CONTACT_CHECK: 'OFF' }],
  ])('is an error with %s, not ignored', (_, environment) => {
    expect(() => choose({ sourceContactId: PAST, customerId: 'secret-customer' }, {}, environment)).toThrow(
      expect.objectContaining({
        name: 'CustomerIdNotCheckedError',
        message: expect.not.stringContaining('secret-customer'),
      }),
    );
    expect(() => choose({ sourceContactId: PAST, customerId: 42 }, {}, environment)).toThrow(/customerId/);
    expect(requestOf({ sourceContactId: PAST, customerId: ' ' }, {}, environment).sourceContactId).toBe(PAST);
  });
});
