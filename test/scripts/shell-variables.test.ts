import { expect, test } from '@jest/globals';
import { startLocalConnect } from '../../local/connect/index.ts';
import { invoke } from '../../scripts/start/run.ts';
import { eventFile } from '../support/events.ts';
import { startServer } from '../support/server.ts';

const EVENT = eventFile('entire-past-session');

test("the shell's session store and credentials: only for a function whose services run elsewhere", async () => {
  // Stands for Amazon Connect and for a real table.
  const { url, requests } = await startServer((_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{"__type":"AccessDeniedException"}');
  });
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'REAL',
    AWS_SECRET_ACCESS_KEY: 'real',
    AWS_SESSION_TOKEN: 'real',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    SESSION_STORE_TABLE: 'real',
    SOURCE_CONTACT_CHECK: 'OWNER_REQUIRED',
    SESSION_STORE_KEY: 'a real key of at least 32 characters',
  });
  const asked = () =>
    requests.splice(0).map(({ url, headers }) => {
      const [, key] = /Credential=(\w+)\//.exec(`${headers['authorization']}`) ?? [];
      return [url === '/' ? 'table' : 'connect', key, headers['x-amz-security-token']];
    });

  // npm start
  const local = await startLocalConnect();
  expect(await invoke(EVENT, local)).toMatchObject({ attributes: { associationStatus: 'ASSOCIATED' } });
  await local.close();
  expect(asked()).toEqual([]);

  // npm start -- --endpoint
  await invoke(EVENT, { url });
  expect(asked().toSorted()).toEqual([
    ['connect', 'REAL', 'real'],
    ['table', 'REAL', 'real'],
  ]);
}, 30_000);
