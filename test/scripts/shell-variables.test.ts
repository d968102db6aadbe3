import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startFunction } from '../../local/flow-runner/index.ts';
import { invoke } from '../../scripts/start/run.ts';
import { eventFile } from '../support/events.ts';
import { type OddServer, startServer } from '../support/server.ts';

const EVENT = eventFile('entire-past-session');
const TABLE = '/';
let shell: Record<string, string>;
let server: OddServer;

beforeEach(async () => {
  // Stands for Amazon Connect and for a real table.
  server = await startServer((_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{"__type":"AccessDeniedException"}');
  });
  shell = {
    AWS_ACCESS_KEY_ID: 'REAL',
    AWS_SECRET_ACCESS_KEY: 'real',
    AWS_SESSION_TOKEN: 'real',
    AWS_ENDPOINT_URL_DYNAMODB: server.url,
    SESSION_STORE_TABLE: 'real',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
    SESSION_STORE_KEY: 'a real key of at least 32 characters',
  };
  Object.assign(process.env, shell);
});
afterEach(() => {
  for (const name of Object.keys(shell)) delete process.env[name];
});

/** Where requests went, and with whose credentials. */
const requests = () =>
  server.requests.map(({ url, headers }) => [url === TABLE ? 'table' : 'connect', headers['x-amz-security-token']]);

test('a function that is run here does not get the session store and the credentials of the shell', async () => {
  const lambda = startFunction(server.url);
  await expect(lambda.invoke(EVENT, 8_000)).rejects.toThrow('MissingPermissionError');
  lambda.close();
  expect(requests()).toEqual([['connect', undefined]]);
  expect(server.requests[0]?.headers['authorization']).toContain('Credential=local/');
});

test('a function with services that run elsewhere (npm start -- --endpoint) gets them', async () => {
  await invoke(EVENT, { url: server.url });
  expect(requests()).toEqual(
    expect.arrayContaining([
      ['connect', 'real'],
      ['table', 'real'],
    ]),
  );
});
