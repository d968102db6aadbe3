import { describe, expect, jest, test } from '@jest/globals';
import { readSettings } from '../../src/settings.ts';

const KEY = 'k3y-'.repeat(8);
const ON = { SESSION_STORE_TABLE: 'sessions', SESSION_STORE_KEY: KEY, SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED' };

describe('the session store', () => {
  test.each([undefined, '', ' '])('is off where the table is %j, whatever else is set', SESSION_STORE_TABLE => {
    const { sessionStore } = readSettings({ SESSION_STORE_TABLE, SESSION_STORE_KEY: '{{', SESSION_STORE_DAYS: 'ten' });
    expect(sessionStore).toBeUndefined();
  });

  test('makes no client of DynamoDB where it is off', async () => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    let clients = 0;
    class DynamoDBClient extends sdk.DynamoDBClient {
      constructor(...config: ConstructorParameters<typeof sdk.DynamoDBClient>) {
        super(...config);
        clients += 1;
      }
    }
    jest.unstable_mockModule('@aws-sdk/client-dynamodb', () => ({ ...sdk, DynamoDBClient }));
    const { sessionStore } = await import('../../src/session-store/index.ts');
    expect(await sessionStore(undefined)).toBeUndefined();
    expect(clients).toBe(0);
    expect(await sessionStore(readSettings(ON).sessionStore)).toBeDefined();
    expect(clients).toBe(1);
  });

  test('remembers for 90 days unless told otherwise', () => {
    expect(readSettings(ON).sessionStore).toEqual({ table: 'sessions', key: KEY, days: 90 });
    expect(readSettings({ ...ON, SESSION_STORE_DAYS: '' }).sessionStore?.days).toBe(90);
  });

  test.each([
    ['1', 1],
    ['730', 730],
  ])('remembers for %s days', (SESSION_STORE_DAYS, days) => {
    expect(readSettings({ ...ON, SESSION_STORE_DAYS }).sessionStore?.days).toBe(days);
  });

  test.each(['ENTIRE_PAST_SESSION', 'FROM_LAST_AGENT_SEGMENT'])('starts with %s as the default type', type => {
    expect(readSettings({ ...ON, DEFAULT_REHYDRATION_TYPE: type }).sessionStore).toBeDefined();
  });

  test.each([
    ['no key', { SESSION_STORE_KEY: undefined }, 'SESSION_STORE_KEY has 0 characters'],
    ['an empty key', { SESSION_STORE_KEY: '' }, 'SESSION_STORE_KEY has 0 characters'],
    ['a key of 31 characters', { SESSION_STORE_KEY: KEY.slice(1) }, 'SESSION_STORE_KEY has 31 characters'],
    [
      'a key of spaces around too few characters',
      { SESSION_STORE_KEY: ` ${KEY.slice(1)} ` },
      'SESSION_STORE_KEY has 31 characters',
    ],
    [
      'an unresolved reference',
      { SESSION_STORE_KEY: `{{resolve:secretsmanager:${KEY}:SecretString}}` },
      'SESSION_STORE_KEY is a dynamic reference that was not resolved',
    ],
    ...['0', '731', '1.5', '-1', '1e2', 'ten', '0x10', '1000'].map(
      days => [`${days} days`, { SESSION_STORE_DAYS: days }, `SESSION_STORE_DAYS is "${days}"`] as const,
    ),
    ...[undefined, 'OFF', 'CONTACT', 'OWNER_IF_KNOWN'].map(
      check =>
        [
          `the source contact check ${check}`,
          { SOURCE_CONTACT_CHECK: check },
          `SOURCE_CONTACT_CHECK is "${check ?? 'OWNER_IF_KNOWN'}"`,
        ] as const,
    ),
    [
      'FROM_SEGMENT as the default type',
      { DEFAULT_REHYDRATION_TYPE: 'FROM_SEGMENT' },
      'DEFAULT_REHYDRATION_TYPE is "FROM_SEGMENT"',
    ],
  ])(
    'does not start with %s: a sentence, without the key',
    (_, environment: Record<string, string | undefined>, says) => {
      let error: Error | undefined;
      try {
        readSettings({ ...ON, ...environment });
      } catch (thrown) {
        error = thrown as Error;
      }
      expect(error).toMatchObject({ name: 'InvalidEnvironmentError', message: expect.stringContaining(says) });
      expect(error?.message).toMatch(/^The environment variable .*\.$/s);
      expect(`${error?.message}${error?.stack}`).not.toContain(KEY.slice(1));
    },
  );
});
