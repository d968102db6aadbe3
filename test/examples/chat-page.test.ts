/**
 * examples/chat-page/ in a browser's document (jsdom), with the real ChatJS against the local Amazon Connect and the
 * block. jsdom has no layout, no `fetch` and no modules: the log gets a height for each message, `fetch` is Node's, and
 * the module is run as a script.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import * as local from '../../local/connect/index.ts';
import { event, message } from '../../local/connect/transcript.ts';
import { contactFlowEvent } from '../../local/flow-runner/index.ts';
import * as support from '../local-connect/support.ts';
import { startBlock } from '../support/block.ts';

const require = createRequire(import.meta.url);
// Its types would add a browser's globals to the whole project.
const { JSDOM, ResourceLoader, VirtualConsole } = require('jsdom');
const [HTML, MODULE] = ['index.html', 'chat.js'].map(name => readFileSync(`examples/chat-page/${name}`, 'utf8'));
const SITE = 'http://127.0.0.1/';

/** The site's files beside the page itself, which jsdom asks for: ChatJS. */
class Files extends ResourceLoader {
  fetch = async (url: string) =>
    url === `${SITE}amazon-connect-chat.js` ? readFileSync(require.resolve('amazon-connect-chatjs')) : null;
}

const ending: (() => unknown)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** A customer who is signed in. The past session has these messages in C1 (empty: an event), the sample data's in C2, C3. */
async function signIn(said: readonly string[] = ['Hello']) {
  const connect = await support.start();
  const c1 = connect.contacts.get(local.C1) as local.Contact;
  c1.transcript = said.map((text, n) => {
    const time = new Date(c1.InitiationTimestamp.getTime() + n);
    return text ? message({ DisplayName: 'Jane' }, text, time) : event('participant.joined', {}, time);
  });
  const contactId = () => [...connect.contacts.keys()].at(-1) ?? '';
  let chat: ReturnType<typeof support.startChat> | undefined;
  return {
    connect,
    open: () =>
      openPage(connect.url, async () => {
        chat ??= support.startChat(connect, { CustomerId: local.CUSTOMER_ID });
        return { ...((await chat).body as object), region: 'us-east-1' };
      }),
    /** The flow runs: the new chat names the past session. */
    async runBlock() {
      const contact = connect.contacts.get(contactId()) as local.Contact;
      const { invoke } = await startBlock(connect);
      const invocation = contactFlowEvent(contact, local.INSTANCE_ARN, { sourceContactId: local.C1 });
      return (await invoke(invocation)).attributes?.associationStatus;
    },
    sayAsAgent: (text: string) => connect.sendAsAgent(contactId(), 'Ana', text),
    endChat: () => support.ask(connect, 'POST', '/contact/stop', { InstanceId: 'any', ContactId: contactId() }),
  };
}

/** Opens the page, whose ChatJS talks to `endpoint`, and whose site answers `POST /chat` so. */
async function openPage(endpoint: string, chat: () => Promise<object>) {
  const { window } = new JSDOM(HTML, {
    url: SITE,
    runScripts: 'dangerously',
    resources: new Files(),
    virtualConsole: new VirtualConsole(),
    beforeParse: (window: object) =>
      Object.assign(window, {
        fetch: async (input: Request | string, init?: RequestInit) =>
          input === '/chat' && init?.method === 'POST' ? Response.json(await chat()) : fetch(input, init),
        ...{ Headers, Request, Response, TextEncoder, TextDecoder, ReadableStream },
      }),
  });
  ending.push(() => window.close());
  const { document } = window;
  if (document.readyState !== 'complete') await new Promise(resolve => window.addEventListener('load', resolve));
  const log = document.getElementById('log');
  const messages = () => [...log.children].map((item): string => item.querySelector('p').textContent);
  Object.defineProperties(log, { scrollHeight: { get: () => 20 * log.children.length }, clientHeight: { value: 200 } });
  window.connect.ChatSession.setGlobalConfig({ endpoint });
  window.eval(`(async () => {${MODULE}})()`);
  const page = {
    ...{ window, document, log, messages },
    status: (): string => document.getElementById('status').textContent,
    async until(holds: () => boolean) {
      for (const end = Date.now() + 4_000; !holds() && Date.now() < end; ) await sleep(10);
    },
    /** Waits until the log has this many messages, and a moment more for those that should not come. */
    async has(count: number) {
      await page.until(() => messages().length >= count);
      await sleep(100);
      return messages();
    },
    scrollUp(count: number) {
      log.scrollTop = 0;
      log.dispatchEvent(new window.Event('scroll'));
      return page.has(count);
    },
    send(text: string) {
      document.getElementById('text').value = text;
      document.getElementById('form').dispatchEvent(new window.Event('submit', { cancelable: true }));
    },
  };
  await page.until(() => page.status() === '');
  return page;
}

const PAST = ['Hello', 'You get your money back today.', 'Thank you!', 'How content were you, from 1 to 5?', '5'];

test('shows the history as soon as the chat is continued, before the new messages, and marks it', async () => {
  const { open, runBlock, sayAsAgent } = await signIn();
  const page = await open();
  page.send('I am back.');
  expect(await page.has(1)).toEqual(['I am back.']);
  expect(await runBlock()).toBe('ASSOCIATED');
  expect(await page.has(6)).toEqual([...PAST, 'I am back.']);
  sayAsAgent('Welcome back!');
  expect(await page.has(7)).toEqual([...PAST, 'I am back.', 'Welcome back!']);
  const headings = [...page.log.querySelectorAll('small')].map(({ textContent }): string => textContent);
  const past = headings.map(heading => heading.endsWith(' · from an earlier chat'));
  expect(past).toEqual([...PAST.map(() => true), false, false]);
});

test('shows them again, once each, when the page of a running chat is loaded anew', async () => {
  const { connect, open, runBlock } = await signIn();
  const page = await open();
  page.send('I am back.');
  await page.has(1);
  await runBlock();
  const reloaded = await open();
  expect(await reloaded.has(6)).toEqual([...PAST, 'I am back.']);
  expect(connect.calls.filter(({ operation }) => operation === 'StartChatContact')).toHaveLength(1);
});

test('loads older pages when the customer scrolls up, and keeps what is read in its place', async () => {
  const said = Array.from({ length: 353 }, (_, n) => (n < 100 || n >= 300 ? `Message ${n}` : ''));
  const { open, runBlock } = await signIn(said);
  const page = await open();
  await runBlock();
  const all = [...said.filter(Boolean), ...PAST.slice(1)];
  // A page has 100 items: the first one 43 events, the second one nothing else, the third one 60.
  expect(await page.has(57)).toEqual(all.slice(-57));
  expect(await page.scrollUp(97)).toEqual(all.slice(-97));
  expect(page.log.scrollTop).toBe(40 * 20);
  expect(await page.scrollUp(157)).toEqual(all);
});

test('puts in a text as text, never as HTML', async () => {
  const html = '<img src=x onerror="document.title = 1"><b>Hi</b>';
  const { open, runBlock } = await signIn([html]);
  const page = await open();
  await runBlock();
  expect(await page.has(5)).toEqual([html, ...PAST.slice(1)]);
  expect(page.log.querySelector('img, b')).toBeNull();
});

test('says when the chat has ended, and takes no more messages', async () => {
  const { open, runBlock, endChat } = await signIn();
  const page = await open();
  await runBlock();
  await page.has(5);
  await endChat();
  await page.until(() => page.status().startsWith('The chat has ended.'));
  const { disabled } = page.document.getElementById('text');
  expect([page.status(), disabled]).toEqual([expect.stringMatching(/^The chat has ended\./), true]);
});

test('its server serves the page with the local endpoint, and starts one chat of the customer', async () => {
  const { url } = await support.start();
  const endpoints = { AWS_ENDPOINT_URL_CONNECT: url, AWS_ENDPOINT_URL_CONNECTPARTICIPANT: url };
  const keys = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' };
  const server = spawn(process.execPath, ['examples/chat-page/server.ts', 'any', 'any', 'customer-1'], {
    env: { ...endpoints, ...keys },
  });
  ending.push(() => server.kill());
  const [line] = await once(server.stdout, 'data');
  const ask = async (path: string, method = 'GET') => (await fetch(String(line).trim() + path, { method })).text();
  expect(await ask('')).toContain(`setGlobalConfig({ endpoint: '${url}' })`);
  expect(await ask('chat.js')).toBe(MODULE);
  expect(await ask('amazon-connect-chat.js')).toContain('ChatSession');
  const [chat, again] = [await ask('chat', 'POST'), await ask('chat', 'POST')];
  expect(JSON.parse(chat)).toMatchObject({ ParticipantToken: expect.any(String), region: 'us-east-1' });
  expect(again).toBe(chat);
});
