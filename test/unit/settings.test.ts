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

test('settings are the defaults where nothing is set, and empty counts as not set', () => {
  expect(readSettings({})).toEqual(DEFAULTS);
  const names = [
    'ENABLED',
    'DEFAULT_REHYDRATION_TYPE',
    'SOURCE_CONTACT_CHECK',
    'CUSTOMER_IDENTITY',
    'SESSION_STORE_TABLE',
  ];
  const empty = [...names, 'POWERTOOLS_LOG_LEVEL', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CONNECT'].map(name => [
    name,
    '',
  ]);
  const blank = { SOURCE_CONTACT_ID_ATTRIBUTE: ' ', CUSTOMER_ID_ATTRIBUTE: ' ', SESSION_STORE_DAYS: ' ' };
  expect(readSettings({ ...Object.fromEntries(empty), ...blank })).toEqual(DEFAULTS);
});

test.each([
  ...['Yes', 'YES', 'true', ' True '].map(ENABLED => ({ environment: { ENABLED }, read: { enabled: true } })),
  ...['No', 'nO', 'false', 'FALSE '].map(ENABLED => ({ environment: { ENABLED }, read: { enabled: false } })),
  { environment: { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' }, read: { defaultRehydrationType: 'FROM_SEGMENT' } },
  { environment: { SOURCE_CONTACT_ID_ATTRIBUTE: ' lastChat ' }, read: { sourceContactIdAttribute: 'lastChat' } },
  { environment: { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' }, read: { sourceContactCheck: 'OWNER_REQUIRED' } },
  { environment: { CUSTOMER_IDENTITY: 'AUTHENTICATED' }, read: { customerIdentity: 'AUTHENTICATED' } },
  { environment: { CUSTOMER_ID_ATTRIBUTE: 'crmId' }, read: { customerIdAttribute: 'crmId' } },
  { environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' }, read: {} },
])('settings are the defaults but $read in the environment $environment', ({ environment, read }) => {
  expect(readSettings({ ...environment })).toEqual({ ...DEFAULTS, ...read });
});

test.each([
  { name: 'ENABLED', value: 'nope' },
  { name: 'DEFAULT_REHYDRATION_TYPE', value: 'SEGMENT' },
  { name: 'DEFAULT_REHYDRATION_TYPE', value: 'FROM_LAST_AGENT_SEGMENT', others: { SOURCE_CONTACT_CHECK: 'OFF' } },
  { name: 'SOURCE_CONTACT_CHECK', value: 'off' },
  { name: 'CUSTOMER_IDENTITY', value: 'NAME' },
  // What the browser may set.
  { name: 'CUSTOMER_ID_ATTRIBUTE', value: 'HostedWidget-customerId' },
  { name: 'CUSTOMER_ID_ATTRIBUTE', value: 'hostedwidget-customerId' },
  // Powertools would take it for INFO.
  { name: 'POWERTOOLS_LOG_LEVEL', value: 'warn' },
])('$name may not be $value', ({ name, value, others = {} }) => {
  expectRefusal({ [name]: value, ...others }, `${name} is "${value}"`);
});

describe("a service's endpoint", () => {
  test.each([
    { what: 'any with https', url: 'HTTPS://vpce-1.connect.us-east-1.vpce.amazonaws.com:8443/path' },
    { what: 'this machine', url: 'http://localhost:8075' },
    { what: 'this machine by its address', url: 'http://127.255.1.2' },
    { what: 'this machine by its IPv6 address', url: 'http://[::1]:8075' },
    { what: 'the host of a container', url: 'http://host.docker.internal:8075' },
    { what: "the first address of Docker's networks", url: 'http://172.16.0.1' },
    { what: "the last one of Docker's networks", url: 'http://172.31.255.255:8075' },
    { what: "podman's network", url: 'http://10.88.0.1:8075' },
  ])('may be $what: $url', ({ url: AWS_ENDPOINT_URL_CONNECT }) => {
    expect(readSettings({ AWS_ENDPOINT_URL_CONNECT })).toEqual(DEFAULTS);
  });

  test.each([
    { what: 'no URL', urls: ['127.0.0.1:8075', 'localhost', 'ftp://127.0.0.1', 'not a url', ' '] },
    { what: 'another host with http', urls: ['http://example.com', 'http://192.168.0.1', 'http://[::2]'] },
    { what: 'beside the networks', urls: ['http://172.15.255.255', 'http://172.32.0.1', 'http://10.89.0.1'] },
    {
      what: 'what only begins or ends like a local host',
      urls: ['http://notlocalhost', 'http://172.16.0.1.example.com'],
    },
    { what: 'a host after a local name', urls: ['http://localhost.example.com', 'http://localhost@a.b'] },
  ])('may not be $what, whichever variable says so', ({ urls }) => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CONNECT', 'AWS_ENDPOINT_URL_DYNAMODB']) {
      for (const url of urls) expectRefusal({ [name]: url }, `${name} is "${url}"`);
    }
  });
});

describe('the session store', () => {
  test.each([undefined, '', ' '])('is off where the table is %j, whatever else is set', SESSION_STORE_TABLE => {
    const others = { SESSION_STORE_KEY: '{{', SESSION_STORE_DAYS: 'ten' };
    expect(readSettings({ SESSION_STORE_TABLE, ...others }).sessionStore).toBeUndefined();
  });

  test('remembers for 90 days, or from 1 to 730', () => {
    const days = ['', '1', '730'].map(SESSION_STORE_DAYS => readSettings({ ...ON, SESSION_STORE_DAYS }).sessionStore);
    expect(days).toEqual([90, 1, 730].map(days => ({ table: 'sessions', key: KEY, days })));
  });

  test('may be there with FROM_LAST_AGENT_SEGMENT', () => {
    expect(readSettings({ ...ON, DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' })).toHaveProperty(
      'sessionStore.days',
      90,
    );
  });

  const REFERENCE = `{{resolve:secretsmanager:${KEY}:SecretString}}`;
  const UNRESOLVED = 'SESSION_STORE_KEY is a dynamic reference that was not resolved';
  test.each([
    { environment: { SESSION_STORE_KEY: undefined }, words: 'SESSION_STORE_KEY has 0 characters' },
    { environment: { SESSION_STORE_KEY: ` ${KEY.slice(1)} ` }, words: 'SESSION_STORE_KEY has 31 characters' },
    { environment: { SESSION_STORE_KEY: REFERENCE }, words: UNRESOLVED },
    { environment: { SOURCE_CONTACT_CHECK: undefined }, words: 'SOURCE_CONTACT_CHECK is "OWNER_IF_KNOWN"' },
    { environment: { SOURCE_CONTACT_CHECK: 'CONTACT' }, words: 'SOURCE_CONTACT_CHECK is "CONTACT"' },
    { environment: { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' }, words: 'DEFAULT_REHYDRATION_TYPE is "FROM_SEGMENT"' },
  ])('does not start where $words', ({ environment, words }) => {
    expectRefusal({ ...ON, ...environment }, words);
  });

  test.each(['0', '731', '1.5', '-1', '1e2', 'ten', '0x10', '1000'])('does not remember for %s days', days => {
    expectRefusal({ ...ON, SESSION_STORE_DAYS: days }, `SESSION_STORE_DAYS is "${days}"`);
  });
});
