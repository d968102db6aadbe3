import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/settings.ts';

const DEFAULTS = {
  enabled: true,
  defaultRehydrationType: 'ENTIRE_PAST_SESSION',
  sourceContactIdAttribute: 'sourceContactId',
  sourceContactCheck: 'OWNER_IF_KNOWN',
  customerIdentity: 'AUTO',
  customerIdAttribute: 'customerId',
  sessionStore: undefined,
};
const KEY = 'k3y-'.repeat(8);
const ON = { SESSION_STORE_TABLE: 'sessions', SESSION_STORE_KEY: KEY, SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };

/** That this environment fails at start-up: with a sentence that begins with these words, and without the key. */
function expectRefusal(environment: Record<string, string | undefined>, words: string): void {
  const reading = () => readSettings(environment);
  const message = expect.stringContaining(`The environment variable ${words}`);
  expect(reading).toThrow(expect.objectContaining({ name: 'InvalidEnvironmentError', message }));
  expect(reading).toThrow(/^The .*\.$/);
  expect(reading).not.toThrow(KEY.slice(1));
}

type Environment = Record<string, string>;
test.each<[object, Environment]>([
  [DEFAULTS, {}],
  [DEFAULTS, { DEFAULT_REHYDRATION_TYPE: '', SOURCE_CONTACT_ID_ATTRIBUTE: ' ', SOURCE_CONTACT_CHECK: '', ENABLED: '' }],
  [DEFAULTS, { CUSTOMER_IDENTITY: '', CUSTOMER_ID_ATTRIBUTE: '', POWERTOOLS_LOG_LEVEL: '', AWS_ENDPOINT_URL: '' }],
  ...['Yes', 'yes', 'YES', 'true', 'True', ' yes '].map((ENABLED): [object, Environment] => [
    { enabled: true },
    { ENABLED },
  ]),
  ...['No', 'no', 'nO', 'false', 'FALSE', 'No '].map((ENABLED): [object, Environment] => [
    { enabled: false },
    { ENABLED },
  ]),
  [{ defaultRehydrationType: 'FROM_SEGMENT' }, { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' }],
  [{ sourceContactIdAttribute: 'lastChat' }, { SOURCE_CONTACT_ID_ATTRIBUTE: ' lastChat ' }],
  [{ sourceContactCheck: 'OWNER_REQUIRED' }, { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' }],
  [{ customerIdentity: 'ATTRIBUTE' }, { CUSTOMER_IDENTITY: 'ATTRIBUTE' }],
  [{ customerIdentity: 'AUTHENTICATED' }, { CUSTOMER_IDENTITY: 'AUTHENTICATED' }],
  [{ customerIdAttribute: 'crmId' }, { CUSTOMER_ID_ATTRIBUTE: 'crmId' }],
  [{}, { POWERTOOLS_LOG_LEVEL: 'DEBUG' }],
])('settings are the defaults with %j in the environment %j, where empty counts as not set', (read, environment) => {
  expect(readSettings(environment)).toEqual({ ...DEFAULTS, ...read });
});

test.each([
  ['ENABLED', 'off', {}],
  ['ENABLED', 'nope', {}],
  ['DEFAULT_REHYDRATION_TYPE', 'SEGMENT', {}],
  ['DEFAULT_REHYDRATION_TYPE', 'FROM_LAST_AGENT_SEGMENT', { SOURCE_CONTACT_CHECK: 'OFF' }],
  ['SOURCE_CONTACT_CHECK', 'ON', {}],
  ['SOURCE_CONTACT_CHECK', 'off', {}],
  ['CUSTOMER_IDENTITY', 'NAME', {}],
  // What the browser may set.
  ['CUSTOMER_ID_ATTRIBUTE', 'HostedWidget-customerId', {}],
  ['CUSTOMER_ID_ATTRIBUTE', 'hostedwidget-customerId', {}],
  ['POWERTOOLS_LOG_LEVEL', 'LOUD', {}],
  // Powertools would take it for INFO.
  ['POWERTOOLS_LOG_LEVEL', 'warn', {}],
])('%s may not be %s: %j', (name, value, others) => {
  expectRefusal({ [name]: value, ...others }, `${name} is "${value}"`);
});

describe("a service's endpoint", () => {
  test.each([
    ...['https://vpce-1.connect.us-east-1.vpce.amazonaws.com', 'HTTPS://example.com:8443/path'],
    ...['http://localhost:8075', 'http://127.0.0.1:8075', 'http://127.255.1.2', 'http://[::1]:8075'],
    ...['http://host.docker.internal:8075', 'http://172.16.0.1', 'http://172.31.255.255:8075', 'http://10.88.0.1:8075'],
  ])('may be any with https, and a local one with http: %s', AWS_ENDPOINT_URL_CONNECT => {
    expect(readSettings({ AWS_ENDPOINT_URL_CONNECT })).toEqual(DEFAULTS);
  });

  test.each([
    ...['127.0.0.1:8075', 'localhost', 'ftp://127.0.0.1', 'not a url', ' ', 'http://example.com', 'http://10.0.0.1'],
    ...['http://192.168.0.1', 'http://[::2]', 'http://172.15.255.255', 'http://172.32.0.1', 'http://10.89.0.1'],
    ...['http://notlocalhost', 'http://172.16.0.1.example.com', 'http://localhost.example.com', 'http://localhost@a.b'],
  ])('may be neither no URL nor another host with http, whichever variable says so: %j', url => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CONNECT', 'AWS_ENDPOINT_URL_DYNAMODB']) {
      expectRefusal({ [name]: url }, `${name} is "${url}"`);
    }
  });
});

describe('the session store', () => {
  test.each([undefined, '', ' '])('is off where the table is %j, whatever else is set', SESSION_STORE_TABLE => {
    const others = { SESSION_STORE_KEY: '{{', SESSION_STORE_DAYS: 'ten' };
    expect(readSettings({ SESSION_STORE_TABLE, ...others }).sessionStore).toBeUndefined();
  });

  test.each([
    [90, {}],
    [90, { SESSION_STORE_DAYS: '' }],
    [1, { SESSION_STORE_DAYS: '1' }],
    [730, { SESSION_STORE_DAYS: '730', DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' }],
  ])('remembers for %d days with %j', (days, environment) => {
    expect(readSettings({ ...ON, ...environment }).sessionStore).toEqual({ table: 'sessions', key: KEY, days });
  });

  const REFERENCE = `{{resolve:secretsmanager:${KEY}:SecretString}}`;
  const named = (name: string, ...values: string[]) =>
    values.map((value): [string, object] => [`${name} is "${value}"`, { [name]: value }]);
  test.each<[string, object]>([
    ['SESSION_STORE_KEY has 0 characters', { SESSION_STORE_KEY: undefined }],
    ['SESSION_STORE_KEY has 31 characters', { SESSION_STORE_KEY: ` ${KEY.slice(1)} ` }],
    ['SESSION_STORE_KEY is a dynamic reference that was not resolved', { SESSION_STORE_KEY: REFERENCE }],
    ...named('SESSION_STORE_DAYS', '0', '731', '1.5', '-1', '1e2', 'ten', '0x10', '1000'),
    ['SOURCE_CONTACT_CHECK is "OWNER_IF_KNOWN"', { SOURCE_CONTACT_CHECK: undefined }],
    ...named('SOURCE_CONTACT_CHECK', 'OFF', 'CONTACT', 'OWNER_IF_KNOWN'),
    ...named('DEFAULT_REHYDRATION_TYPE', 'FROM_SEGMENT'),
  ])('does not start where %s', (words, environment) => {
    expectRefusal({ ...ON, ...environment }, words);
  });
});
