/** examples/chat-page/server.ts against the local Amazon Connect. The page itself: test/page/. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, jest, test } from '@jest/globals';
import { C1, type LocalConnect } from '../../local/connect/index.ts';
import { ask, start } from '../../local/connect/test-support.ts';

const SERVER = 'examples/chat-page/server.ts';
/** No configuration file and no metadata service of this machine. */
const ALONE = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
const KEYS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
const REGION = { AWS_DEFAULT_REGION: 'us-east-1' };
const ARGUMENTS = ['any', 'any', 'customer-1'];

jest.setTimeout(30_000);
const ending: (() => unknown)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** Starts the server for a customer; `post` asks it for the chat, as its own page does unless other headers are given. */
async function serve({ url }: LocalConnect, LAST_CONTACT_ID = '') {
  const endpoints = { AWS_ENDPOINT_URL_CONNECT: url, AWS_ENDPOINT_URL_CONNECTPARTICIPANT: url };
  const env = { ...ALONE, ...KEYS, ...REGION, ...endpoints, LAST_CONTACT_ID };
  const server = spawn(process.execPath, [SERVER, ...ARGUMENTS], { env });
  ending.push(() => server.kill('SIGKILL'));
  const [line] = await once(server.stdout, 'data');
  const site = new URL(String(line).trim());
  const send = async (path: string, method: string, headers: Record<string, string> = {}) => {
    const sent = request(new URL(path, site), { method, headers }).end();
    const [response] = await once(sent, 'response');
    return { status: response.statusCode as number, body: await text(response) };
  };
  const post = (headers?: Record<string, string>) => send('chat', 'POST', { origin: site.origin, ...headers });
  return { send, post };
}

const contactIn = ({ body }: { body: string }): string => JSON.parse(body).ContactId;

test('serves the page with the local endpoint, and starts one chat of the customer', async () => {
  const connect = await start();
  const { send, post } = await serve(connect);
  const page = await send('', 'GET');
  expect(page.body).toContain(`setGlobalConfig({ endpoint: '${connect.url}' })`);
  expect((await send('chat.js', 'GET')).body).toBe(readFileSync('examples/chat-page/chat.js', 'utf8'));
  expect((await send('amazon-connect-chat.js', 'GET')).body).toContain('ChatSession');
  const [chat, again] = await Promise.all([post(), post()]);
  const text = expect.any(String);
  const expected = { ContactId: text, ParticipantId: text, ParticipantToken: text, region: 'us-east-1' };
  expect(JSON.parse(chat.body)).toEqual(expected);
  expect([again, await post()]).toEqual([chat, chat]);
  expect(connect.calls.filter(({ operation }) => operation === 'StartChatContact')).toHaveLength(1);
});

test.each(['error=400*1', 'hang*3'])('answers 502 after %s, and tries again with the next request', async fault => {
  const { post } = await serve(await start({ faults: [`StartChatContact:${fault}`] }));
  expect(await post()).toEqual({ status: 502, body: 'The chat cannot be started.' });
  expect(await post()).toMatchObject({ status: 200 });
});

test("starts a new chat once the customer's chat has ended, and not before; each names the one before it", async () => {
  const connect = await start({ faults: ['CreateParticipantConnection:error=400*1'] });
  const { post } = await serve(connect, C1);
  const first = contactIn(await post());
  // Whether it has ended is not known: another chat might be a second one.
  expect(await post()).toMatchObject({ status: 502 });
  expect(contactIn(await post())).toBe(first);
  await ask(connect, 'POST', '/contact/stop', { InstanceId: 'any', ContactId: first });
  const [second, third] = (await Promise.all([post(), post()])).map(contactIn);
  expect([second === first, third]).toEqual([false, second]);
  const named = [first, second].map(id => connect.contacts.get(`${id}`)?.Attributes?.['sourceContactId']);
  expect(named).toEqual([C1, first]);
});

test.each([
  { title: 'another site', headers: { origin: 'https://example.com' } },
  { title: 'a sandboxed page', headers: { origin: 'null' } },
  { title: 'a page of another server on this machine', headers: { origin: 'http://127.0.0.1:1' } },
  { title: 'a name that points to this machine', headers: { host: 'example.com' } },
  { title: 'such a name, with its own page', headers: { host: 'example.com', origin: 'http://example.com' } },
])('starts no chat for $title', async ({ headers }) => {
  const connect = await start();
  const { post } = await serve(connect);
  expect(await post(headers)).toMatchObject({ status: 403 });
  expect(connect.calls).toEqual([]);
});

test.each([
  { title: 'no customer', args: ['any', 'any'], sentence: /^Name an instance, a flow and a customer, .* Usage: .*\n$/ },
  { title: 'an empty id', args: ['any', ' ', 'customer-1'], sentence: /^Name an instance.*\n$/ },
  { title: 'an argument too many', args: [...ARGUMENTS, 'more'], sentence: /^Name an instance.*\n$/ },
  { title: 'a long customer id', args: ['any', 'any', 'x'.repeat(129)], sentence: /^CUSTOMER_ID has more .*\n$/ },
  { title: 'no Region', args: ARGUMENTS, env: KEYS, sentence: /^There is no AWS Region: set AWS_REGION .*\n$/ },
  { title: 'no credentials', args: ARGUMENTS, env: REGION, sentence: /^There are no AWS credentials: .*\n$/ },
])('ends with a sentence for $title', ({ args, env = { ...KEYS, ...REGION }, sentence }) => {
  const ran = spawnSync(process.execPath, [SERVER, ...args], { env: { ...ALONE, ...env }, encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 1, stderr: expect.stringMatching(sentence) });
});
