/**
 * examples/chat-page/ in a browser's document (jsdom), with the real ChatJS against the local Amazon Connect and the
 * block. jsdom has no layout, no `fetch` and no modules: the log gets a height for each message, `fetch` is Node's, and
 * the module is run as a script.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import * as local from '../../local/connect/index.ts';
import { contactFlowEvent } from '../../local/flow-runner/index.ts';
import { startBlock } from '../support/block.ts';
import { startSite } from './site.ts';

// Its types would add a browser's globals to the whole project.
const { JSDOM, VirtualConsole } = createRequire(import.meta.url)('jsdom');
const MODULE = readFileSync(new URL('../../examples/chat-page/chat.js', import.meta.url), 'utf8');

const ending: (() => unknown)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** A customer's site. The past session has these messages in C1 (empty: an event), the sample data's in C2 and C3. */
async function signIn(customerId: string, said: readonly string[] = ['Hello']) {
  const contacts = local.sampleContacts(new Date());
  const [c1] = contacts;
  const [item] = c1?.transcript?.filter(({ Content }) => Content) ?? [];
  if (!c1 || !item) throw new Error('The sample data have no message in C1.');
  const time = (n: number) => new Date(c1.InitiationTimestamp.getTime() + n).toISOString();
  const event = { Type: 'EVENT', ContentType: 'application/vnd.amazonaws.connect.event.participant.joined' } as const;
  c1.transcript = said.map((Content, n) => {
    const added = { ...item, Id: `past-${n}`, AbsoluteTime: time(n) };
    return Content ? { ...added, Content } : { ...added, ...event };
  });
  const connect = await local.startLocalConnect({ contacts });
  const site = await startSite(connect, customerId, 'Jane');
  ending.push(connect.close, site.close);
  return {
    connect,
    open: () => openPage(site.url),
    /** The flow runs: the new chat names the past session. */
    async runBlock() {
      const contact = connect.contacts.get(site.contactId()) as local.Contact;
      const { invoke } = await startBlock(connect);
      const event = contactFlowEvent(contact, local.INSTANCE_ARN, { sourceContactId: local.C1 });
      return (await invoke(event)).attributes?.associationStatus;
    },
    sayAsAgent: (text: string) => connect.sendAsAgent(site.contactId(), 'Ana', text),
    endChat: site.endChat,
  };
}

async function openPage(url: string) {
  const { window } = await JSDOM.fromURL(url, {
    runScripts: 'dangerously',
    resources: 'usable',
    virtualConsole: new VirtualConsole(),
    beforeParse: (window: object) =>
      Object.assign(window, {
        fetch: (input: Request | string, init?: RequestInit) =>
          fetch(typeof input === 'string' ? new URL(input, url) : input, init),
        ...{ Headers, Request, Response, TextEncoder, TextDecoder, ReadableStream },
      }),
  });
  ending.push(() => window.close());
  const { document } = window;
  if (document.readyState !== 'complete') await new Promise(resolve => window.addEventListener('load', resolve));
  const log = document.getElementById('log');
  const messages = () => [...log.children].map((item): string => item.querySelector('p').textContent);
  Object.defineProperties(log, { scrollHeight: { get: () => 20 * log.children.length }, clientHeight: { value: 200 } });
  window.eval(`(async () => {${MODULE}})()`);
  const page = {
    ...{ window, document, log, messages },
    headings: () => [...log.children].map((item): string => item.querySelector('small').textContent),
    status: (): string => document.getElementById('status').textContent,
    async until(holds: () => boolean) {
      for (const end = Date.now() + 5_000; !holds() && Date.now() < end; ) await sleep(10);
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
  const { open, runBlock, sayAsAgent } = await signIn(local.CUSTOMER_ID);
  const page = await open();
  page.send('I am back.');
  expect(await page.has(1)).toEqual(['I am back.']);
  expect(await runBlock()).toBe('ASSOCIATED');
  expect(await page.has(6)).toEqual([...PAST, 'I am back.']);
  sayAsAgent('Welcome back!');
  expect(await page.has(7)).toEqual([...PAST, 'I am back.', 'Welcome back!']);
  expect(page.headings().map(heading => heading.endsWith(' · from an earlier chat'))).toEqual([
    ...PAST.map(() => true),
    false,
    false,
  ]);
});

test('shows them again, once each, when the page of a running chat is loaded anew', async () => {
  const { connect, open, runBlock } = await signIn(local.CUSTOMER_ID);
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
  const { open, runBlock } = await signIn(local.CUSTOMER_ID, said);
  const page = await open();
  await runBlock();
  const all = [...said.filter(Boolean), ...PAST.slice(1)];
  // A page has 100 items: the first one 43 events, the second one nothing else, the third one 60.
  expect(await page.has(57)).toEqual(all.slice(-57));
  expect(await page.scrollUp(97)).toEqual(all.slice(-97));
  expect(page.log.scrollTop).toBe(40 * 20);
  expect(await page.scrollUp(157)).toEqual(all);
});

test('shows nothing of the past chat to another customer who names it', async () => {
  const { open, runBlock } = await signIn(local.OTHER_CUSTOMER_ID);
  const page = await open();
  expect(await runBlock()).toBe('REJECTED');
  page.send('Hello?');
  expect(await page.has(1)).toEqual(['Hello?']);
});

test('puts in a text as text, never as HTML', async () => {
  const html = '<img src=x onerror="document.title = 1"><b>Hi</b>';
  const { open, runBlock } = await signIn(local.CUSTOMER_ID, [html]);
  const page = await open();
  await runBlock();
  expect(await page.has(5)).toEqual([html, ...PAST.slice(1)]);
  expect(page.log.querySelector('img, b')).toBeNull();
});

test('says when the chat has ended, and takes no more messages', async () => {
  const { open, runBlock, endChat } = await signIn(local.CUSTOMER_ID);
  const page = await open();
  await runBlock();
  await page.has(5);
  await endChat();
  await page.until(() => page.status().startsWith('The chat has ended.'));
  const { disabled } = page.document.getElementById('text');
  expect([page.status(), disabled]).toEqual([expect.stringMatching(/^The chat has ended\./), true]);
});
