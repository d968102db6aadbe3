import { expect, test } from '@jest/globals';
import { startFunction } from '../../local/lambda/function.ts';
import { HANDLER } from '../../scripts/project.ts';
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
    SESSION_STORE_KEY: 'a real key of at least 32 characters',
  });
  const asked = () =>
    requests.splice(0).map(({ url, headers }) => {
      const [, key] = /Credential=(\w+)\//.exec(`${headers['authorization']}`) ?? [];
      return [url === '/' ? 'table' : 'connect', key, headers['x-amz-security-token']];
    });

  const lambda = startFunction(HANDLER, { environment: { AWS_ENDPOINT_URL_CONNECT: url } });
  const invoked = lambda.invoke(EVENT, 8_000).finally(lambda.close);
  await expect(invoked).rejects.toThrow('MissingPermissionError');
  expect(asked()).toEqual([['connect', 'local', undefined]]);

  // npm start -- --endpoint. Without this check, a function that knows of the table does not start.
  process.env['SOURCE_CONTACT_CHECK'] = 'OWNER_REQUIRED';
  await invoke(EVENT, { url });
  expect(asked().toSorted()).toEqual([
    ['connect', 'REAL', 'real'],
    ['table', 'REAL', 'real'],
  ]);
}, 30_000);
