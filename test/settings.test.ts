import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../src/settings.ts';

describe('settings', () => {
  test('have defaults, and empty counts as not set', () => {
    const defaults = {
      defaultRehydrationType: 'ENTIRE_PAST_SESSION',
      sourceContactIdAttribute: 'sourceContactId',
      sourceContactCheck: true,
      customerCheck: 'IF_KNOWN',
      customerIdentity: 'CUSTOMER_ID',
      customerIdAttribute: 'customerId',
    };
    expect(readSettings({})).toEqual(defaults);
    expect(
      readSettings({
        DEFAULT_REHYDRATION_TYPE: '',
        SOURCE_CONTACT_ID_ATTRIBUTE: ' ',
        SOURCE_CONTACT_CHECK: '',
        CUSTOMER_CHECK: '',
        CUSTOMER_IDENTITY: '',
        CUSTOMER_ID_ATTRIBUTE: '',
        POWERTOOLS_LOG_LEVEL: '',
      }),
    ).toEqual(defaults);
  });

  test('are read from the environment', () => {
    expect(
      readSettings({
        DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT',
        SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat',
        SOURCE_CONTACT_CHECK: 'ON',
        CUSTOMER_CHECK: 'REQUIRED',
        CUSTOMER_IDENTITY: 'ATTRIBUTE',
        CUSTOMER_ID_ATTRIBUTE: 'crmId',
        POWERTOOLS_LOG_LEVEL: 'DEBUG',
      }),
    ).toEqual({
      defaultRehydrationType: 'FROM_SEGMENT',
      sourceContactIdAttribute: 'lastChat',
      sourceContactCheck: true,
      customerCheck: 'REQUIRED',
      customerIdentity: 'ATTRIBUTE',
      customerIdAttribute: 'crmId',
    });
  });

  test.each([
    ['DEFAULT_REHYDRATION_TYPE', 'SEGMENT'],
    ['SOURCE_CONTACT_CHECK', 'MAYBE'],
    ['CUSTOMER_CHECK', 'ALWAYS'],
    ['CUSTOMER_IDENTITY', 'NAME'],
    ['CUSTOMER_ID_ATTRIBUTE', 'HostedWidget-customerId'],
    ['POWERTOOLS_LOG_LEVEL', 'LOUD'],
    // Powertools would take it for INFO.
    ['POWERTOOLS_LOG_LEVEL', 'warn'],
    ['AWS_ENDPOINT_URL_CONNECT', '127.0.0.1:8075'],
    ['AWS_ENDPOINT_URL_CONNECT', 'ftp://connect'],
  ])('a bad %s fails with a sentence that names the variable and the value', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        name: 'InvalidEnvironmentError',
        message: expect.stringMatching(new RegExp(`${name} is "${value}"`)),
      }),
    );
  });

  describe('with the source contact not looked at', () => {
    test.each([['IF_KNOWN'], ['REQUIRED']])(
      'a customer check of %s is a promise that cannot be kept',
      CUSTOMER_CHECK => {
        expect(() => readSettings({ SOURCE_CONTACT_CHECK: 'OFF', CUSTOMER_CHECK })).toThrow(/CUSTOMER_CHECK/);
      },
    );

    test.each([['OFF'], [''], [undefined]])('a customer check of %p is off', CUSTOMER_CHECK => {
      expect(readSettings({ SOURCE_CONTACT_CHECK: 'OFF', CUSTOMER_CHECK }).customerCheck).toBe('OFF');
    });
  });
});
