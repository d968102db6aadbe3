import { expect, test } from '@jest/globals';
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
const STORE = { SESSION_STORE_TABLE: 'sessions', SESSION_STORE_KEY: KEY, SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };
const TYPE = { DEFAULT_REHYDRATION_TYPE: 'FROM_LAST_AGENT_SEGMENT' };
const SEGMENT = { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' };
const SESSION_STORE = { table: 'sessions', key: KEY, days: 90 };
const WITH_STORE = { sourceContactCheck: 'OWNER_REQUIRED', sessionStore: SESSION_STORE };

const url = (AWS_ENDPOINT_URL_CONNECT: string) => ({ environment: { AWS_ENDPOINT_URL_CONNECT }, read: {} });
const EMPTY = { ENABLED: '', DEFAULT_REHYDRATION_TYPE: '', SOURCE_CONTACT_CHECK: '', CUSTOMER_IDENTITY: '' };
const BLANK = { SOURCE_CONTACT_ID_ATTRIBUTE: ' ', CUSTOMER_ID_ATTRIBUTE: ' ', SESSION_STORE_TABLE: ' ' };
test.each<{ environment: Record<string, string | undefined>; read: object }>([
  { environment: {}, read: {} },
  { environment: { ...EMPTY, ...BLANK, POWERTOOLS_LOG_LEVEL: '', AWS_ENDPOINT_URL: '' }, read: {} },
  ...['Yes', 'YES', 'true', ' True '].map(ENABLED => ({ environment: { ENABLED }, read: { enabled: true } })),
  ...['No', 'nO', 'false', 'FALSE '].map(ENABLED => ({ environment: { ENABLED }, read: { enabled: false } })),
  { environment: SEGMENT, read: { defaultRehydrationType: 'FROM_SEGMENT' } },
  { environment: { SOURCE_CONTACT_ID_ATTRIBUTE: ' lastChat ' }, read: { sourceContactIdAttribute: 'lastChat' } },
  { environment: { SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' }, read: { sourceContactCheck: 'OWNER_REQUIRED' } },
  { environment: { CUSTOMER_ID_ATTRIBUTE: 'crmId' }, read: { customerIdAttribute: 'crmId' } },
  { environment: { POWERTOOLS_LOG_LEVEL: 'DEBUG' }, read: {} },
  // What this machine and the host of a container are called, and the ends of Docker's networks.
  ...['http://localhost:8075', 'http://127.255.1.2', 'http://[::1]:8075', 'http://host.docker.internal:8075'].map(url),
  ...['http://172.16.0.1', 'http://172.31.255.255:80', 'http://10.88.0.1:8075', 'HTTPS://any.host:8443/path'].map(url),
  // Without a table, nothing else of the session store is read.
  { environment: { SESSION_STORE_KEY: '{{', SESSION_STORE_DAYS: 'ten' }, read: {} },
  { environment: { ...STORE, SESSION_STORE_DAYS: '' }, read: WITH_STORE },
  ...[1, 730].map(days => ({
    environment: { ...STORE, SESSION_STORE_DAYS: `${days}` },
    read: { ...WITH_STORE, sessionStore: { ...SESSION_STORE, days } },
  })),
])('settings are the defaults but $read ($#)', ({ environment, read }) => {
  expect(readSettings(environment)).toEqual({ ...DEFAULTS, ...read });
});

const REFERENCE = `{{resolve:secretsmanager:${KEY}:SecretString}}`;
test.each<{ environment: Record<string, string | undefined>; words: string }>([
  { environment: { ENABLED: 'nope' }, words: 'ENABLED is "nope"' },
  { environment: { DEFAULT_REHYDRATION_TYPE: 'SEGMENT' }, words: 'DEFAULT_REHYDRATION_TYPE is "SEGMENT"' },
  { environment: { ...TYPE, SOURCE_CONTACT_CHECK: 'OFF' }, words: 'DEFAULT_REHYDRATION_TYPE is "FROM_LAST_AGENT' },
  { environment: { SOURCE_CONTACT_CHECK: 'off' }, words: 'SOURCE_CONTACT_CHECK is "off"' },
  { environment: { CUSTOMER_IDENTITY: 'NAME' }, words: 'CUSTOMER_IDENTITY is "NAME"' },
  // What the browser may set.
  { environment: { CUSTOMER_ID_ATTRIBUTE: 'HostedWidget-id' }, words: 'CUSTOMER_ID_ATTRIBUTE is "HostedWidget-id"' },
  { environment: { CUSTOMER_ID_ATTRIBUTE: 'hostedwidget-id' }, words: 'CUSTOMER_ID_ATTRIBUTE is "hostedwidget-id"' },
  // Powertools would take it for INFO.
  { environment: { POWERTOOLS_LOG_LEVEL: 'warn' }, words: 'POWERTOOLS_LOG_LEVEL is "warn"' },
  { environment: { ...STORE, SESSION_STORE_KEY: undefined }, words: 'SESSION_STORE_KEY has 0 characters' },
  { environment: { ...STORE, SESSION_STORE_KEY: ` ${KEY.slice(1)} ` }, words: 'SESSION_STORE_KEY has 31 characters' },
  { environment: { ...STORE, SESSION_STORE_KEY: REFERENCE }, words: 'SESSION_STORE_KEY is a dynamic reference that' },
  { environment: { ...STORE, SOURCE_CONTACT_CHECK: undefined }, words: 'SOURCE_CONTACT_CHECK is "OWNER_IF_KNOWN"' },
  { environment: { ...STORE, SOURCE_CONTACT_CHECK: 'CONTACT' }, words: 'SOURCE_CONTACT_CHECK is "CONTACT"' },
  { environment: { ...STORE, ...SEGMENT }, words: 'DEFAULT_REHYDRATION_TYPE is "FROM_SEGMENT"' },
  ...['0', '731', '1.5', '-1', '1e2', 'ten', '0x10', '1000'].map(days => {
    return { environment: { ...STORE, SESSION_STORE_DAYS: days }, words: `SESSION_STORE_DAYS is "${days}"` };
  }),
  ...[
    ...['127.0.0.1:8075', 'localhost', 'ftp://127.0.0.1', 'not a url', ' '],
    ...['http://example.com', 'http://192.168.0.1', 'http://[::2]', 'http://localhost@a.b'],
    ...['http://172.15.255.255', 'http://172.32.0.1', 'http://10.89.0.1', 'http://172.16.0.1.example.com'],
    ...['http://notlocalhost', 'http://localhost.example.com'],
  ].flatMap(url =>
    ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CONNECT', 'AWS_ENDPOINT_URL_DYNAMODB'].map(name => {
      return { environment: { [name]: url }, words: `${name} is "${url}"` };
    }),
  ),
])('the function does not start where $words, which it says without the key', ({ environment, words }) => {
  const reading = () => readSettings(environment);
  const message = expect.stringContaining(`The environment variable ${words}`);
  expect(reading).toThrow(expect.objectContaining({ name: 'InvalidEnvironmentError', message }));
  expect(reading).toThrow(/^The .*\.$/);
  expect(reading).not.toThrow(KEY.slice(1));
});
