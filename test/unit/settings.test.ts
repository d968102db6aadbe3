import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/settings.ts';

const DEFAULTS = {
  defaultRehydrationType: 'ENTIRE_PAST_SESSION',
  sourceContactIdAttribute: 'sourceContactId',
  sourceContactCheck: 'OWNER_IF_KNOWN',
  customerIdentity: 'AUTO',
  customerIdAttribute: 'customerId',
};

/** What fails at start-up, with a sentence that names the variable and the value. */
const refused = (name: string, value: string) =>
  expect.objectContaining({
    name: 'InvalidEnvironmentError',
    message: expect.stringContaining(`The environment variable ${name} is ${JSON.stringify(value)}`),
  });

describe('settings', () => {
  test('have defaults, and empty counts as not set', () => {
    const empty = {
      DEFAULT_REHYDRATION_TYPE: '',
      SOURCE_CONTACT_ID_ATTRIBUTE: ' ',
      SOURCE_CONTACT_CHECK: '',
      CUSTOMER_IDENTITY: '',
      CUSTOMER_ID_ATTRIBUTE: '',
      POWERTOOLS_LOG_LEVEL: '',
      AWS_ENDPOINT_URL_CONNECT: '',
    };
    expect([readSettings({}), readSettings(empty)]).toMatchObject([DEFAULTS, DEFAULTS]);
  });

  test('are read from the environment', () => {
    expect(
      readSettings({
        DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT',
        SOURCE_CONTACT_ID_ATTRIBUTE: 'lastChat',
        SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
        CUSTOMER_IDENTITY: 'ATTRIBUTE',
        CUSTOMER_ID_ATTRIBUTE: 'crmId',
        POWERTOOLS_LOG_LEVEL: 'DEBUG',
      }),
    ).toMatchObject({
      defaultRehydrationType: 'FROM_SEGMENT',
      sourceContactIdAttribute: 'lastChat',
      sourceContactCheck: 'OWNER_REQUIRED',
      customerIdentity: 'ATTRIBUTE',
      customerIdAttribute: 'crmId',
    });
  });

  test.each([
    ['DEFAULT_REHYDRATION_TYPE', 'SEGMENT'],
    ['SOURCE_CONTACT_CHECK', 'ON'],
    ['SOURCE_CONTACT_CHECK', 'off'],
    ['CUSTOMER_IDENTITY', 'NAME'],
    // What the browser may set.
    ['CUSTOMER_ID_ATTRIBUTE', 'HostedWidget-customerId'],
    ['CUSTOMER_ID_ATTRIBUTE', 'hostedwidget-customerId'],
    ['POWERTOOLS_LOG_LEVEL', 'LOUD'],
    // Powertools would take it for INFO.
    ['POWERTOOLS_LOG_LEVEL', 'warn'],
  ])('%s may not be %s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(refused(name, value));
  });
});

describe("a service's endpoint", () => {
  test('may be any with https, and a local one with http', () => {
    for (const AWS_ENDPOINT_URL_CONNECT of [
      ...['https://vpce-1.connect.us-east-1.vpce.amazonaws.com', 'HTTPS://example.com:8443/path'],
      ...['http://localhost:8075', 'http://127.0.0.1:8075', 'http://127.255.1.2', 'http://[::1]:8075'],
      ...['http://host.docker.internal:8075', 'http://172.16.0.1', 'http://172.31.255.255:8075'],
    ]) {
      expect(readSettings({ AWS_ENDPOINT_URL_CONNECT })).toMatchObject(DEFAULTS);
    }
  });

  test.each([
    ['no URL', ['127.0.0.1:8075', 'localhost', 'ftp://127.0.0.1', 'not a url', ' ']],
    [
      'another host with http',
      [
        ...['http://example.com', 'http://10.0.0.1', 'http://192.168.0.1', 'http://169.254.169.254', 'http://[::2]'],
        ...['http://172.15.255.255', 'http://172.32.0.1', 'http://1.172.16.0.1', 'http://172.16.0.1.example.com'],
        ...['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://localhost@example.com'],
      ],
    ],
  ])('may not be %s, whichever variable says so', (_, urls) => {
    for (const url of urls) {
      for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CONNECT', 'AWS_ENDPOINT_URL_DYNAMODB']) {
        expect(() => readSettings({ [name]: url })).toThrow(refused(name, url));
      }
    }
  });
});
