/**
 * What examples/chat-page/ does, in a real browser (`npm run test:page`), with the real ChatJS and the page's own server
 * against the local Amazon Connect.
 */
import { expect, test } from '@jest/globals';
import type { HTTPRequest } from 'puppeteer-core';
import { event } from '../../local/connect/transcript.ts';
import { open, PAST, type View } from './support.ts';

const NOT_SENT = 'The message was not sent. Try again.';
/** Scripts that keep ChatJS's websockets, and that make the page's long times short. */
const SOCKETS =
  'window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };';
const HURRY =
  'const later = setTimeout; window.setTimeout = (call, ms, ...all) => later(call, ms > 15_000 ? 300 : ms, ...all);';
const ABORT = 'const { timeout } = AbortSignal; AbortSignal.timeout = () => timeout(300);';

const dayOf = (time: Date) => time.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
const TODAY = dayOf(new Date());

test('shows the history before the new messages once the chat is continued, and again when the page is reloaded', async () => {
  const { page, enter, continueChat, has, all, sayAsAgent } = await open();
  await enter('I am back.');
  expect(await has(1)).toEqual(['I am back.']);
  expect(await all('h2')).toEqual([]);
  await continueChat();
  expect(await has(7)).toEqual([...PAST, 'I am back.']);
  sayAsAgent('Welcome back!');
  expect(await has(8)).toEqual([...PAST, 'I am back.', 'Welcome back!']);
  await page.reload();
  expect(await has(8)).toEqual([...PAST, 'I am back.', 'Welcome back!']);
  expect(await all('h2')).toEqual(['Earlier chat, 29 November 2025', `New chat, ${TODAY}`]);
  const headings = await all('#log small');
  expect(headings.slice(0, 5)).toEqual(['You · 11:31', 'Agent a1 · 11:33', 'Agent a2 · 11:42', 'You · 11:50', '11:58']);
  expect(headings.at(-1)).toMatch(/^Ana · \d\d:\d\d$/);
});

test('names a new day within a chat by its day alone, and each past chat, also of the same day, as an earlier one', async () => {
  const { page, writable, chat, endChat, continueChat, enter, has, all } = await open({
    end: new Date('2025-11-30T00:05Z'),
  });
  const days = ['Earlier chat, 28 November 2025', '29 November 2025'];
  await enter('I am back.');
  await continueChat();
  await has(7);
  expect(await all('h2')).toEqual([...days, `New chat, ${TODAY}`]);
  for (const said of ['And again.', 'Once more.']) {
    const last = chat().Id;
    await endChat();
    await page.waitForSelector('#again:not([hidden])');
    await Promise.all([page.waitForNavigation(), page.click('#again')]);
    await writable();
    await enter(said);
    await has(1);
    await continueChat(last);
  }
  await has(9);
  // Of this year: without the year.
  expect(await all('h2')).toEqual([...days, ...Array(2).fill(`Earlier chat, ${TODAY}`), `New chat, ${TODAY}`]);
});

test('says that it loads until the history is there, also where the chat is continued after it is open', async () => {
  const { writable, continueChat, says, has } = await open({ faults: ['GetTranscript:slow=500*1'] });
  await writable();
  await says('Loading …');
  await continueChat();
  await has(6);
  await says('');
});

test('loads older pages when the customer scrolls up, and keeps what is read in its place', async () => {
  const said = Array.from({ length: 353 }, (_, n) => (n < 100 || n >= 300 ? `Message ${n}` : ''));
  const { continueChat, page, has } = await open({ said });
  await continueChat();
  const all = [...said.filter(Boolean), ...PAST.slice(2)];
  const oldest = () => page.$$eval('#log li[id]', found => found.at(-57)?.getBoundingClientRect().top as number);
  const scrollUp = () => page.evaluate('document.getElementById("log").parentElement.scrollTo(0, -1e6)');
  // A page has 100 items: the first one 43 events, the second one nothing else, the third one 60.
  expect(await has(57)).toEqual(all.slice(-57));
  await scrollUp();
  expect(await has(97)).toEqual(all.slice(-97));
  // At the top, below the divider that has moved up.
  expect(Math.abs(await oldest())).toBeLessThan(120);
  await scrollUp();
  expect(await has(157)).toEqual(all);
});

test('shows a text as text, never as HTML', async () => {
  const html = '<img src=x onerror="document.title = 1"><b>Hi</b>';
  const { continueChat, has, all } = await open({ said: [html] });
  await continueChat();
  expect(await has(5)).toEqual([html, ...PAST.slice(2)]);
  expect(await all('#log img, #log b')).toEqual([]);
});

test('says that a message was not sent until it is, and keeps it with what was typed meanwhile', async () => {
  const { page, enter, says, has, typed } = await open();
  await page.setRequestInterception(true);
  const sent: HTTPRequest[] = [];
  const isFirst = (request: HTTPRequest) => request.url().endsWith('/message') && sent.length === 0;
  page.on('request', request => (isFirst(request) ? sent.push(request) : request.continue()));
  await enter('First');
  await page.type('#text', 'second');
  await sent[0]?.respond({ status: 400, headers: { 'access-control-allow-origin': '*' }, body: '{}' });
  await says(NOT_SENT);
  expect(await typed()).toBe('First second');
  await page.keyboard.press('Enter');
  await says('');
  expect([await has(1), await typed()]).toEqual([['First second'], '']);
});

test('sends a message once although only its answer was lost, or the form is submitted twice, and no empty one', async () => {
  const { connect, page, enter, says, has } = await open();
  const sent = () => connect.calls.filter(({ operation }) => operation === 'SendMessage').length;
  await enter('   ');
  await page.click('button[type=submit]');
  await page.type('#text', 'Once');
  await page.evaluate('for (const form of [document.forms[0], document.forms[0]]) form.requestSubmit()');
  expect(await has(1)).toEqual(['Once']);
  expect(sent()).toBe(1);
  connect.setFaults(['SendMessage:lost-answer*3']);
  await enter('Again');
  await says(NOT_SENT);
  await page.keyboard.press('Enter');
  await says('');
  expect(await has(2)).toEqual(['Once', 'Again']);
});

test('takes no message once the chat has ended, keeps what was typed, and offers a new chat', async () => {
  const { chat, endChat, connect, page, has, says, typed, writable } = await open();
  await page.type('#text', 'One more thing');
  const first = chat().Id;
  await endChat();
  await says('The chat has ended.');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Start a new chat');
  await page.evaluate('document.forms[0].dispatchEvent(new Event("submit", { cancelable: true }))');
  const enabled = await page.$$eval('form :enabled', found => found.length);
  expect([await typed(), await has(0), enabled]).toEqual(['One more thing', [], 0]);
  expect(connect.calls.filter(({ operation }) => operation === 'SendMessage')).toEqual([]);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await writable();
  expect(chat().Id).not.toBe(first);
});

const FAILED = 'The chat cannot be started now.';
test.each<{ title: string; view: View; words?: string }>([
  { title: 'POST /chat is slow', view: { answer: chat => setTimeout(() => chat.continue(), 700) }, words: '' },
  { title: 'POST /chat is refused', view: { answer: chat => chat.respond({ status: 502, body: '{}' }) } },
  { title: 'POST /chat cannot be reached', view: { answer: chat => chat.abort() } },
  { title: 'POST /chat is answered without JSON', view: { answer: chat => chat.respond({ body: '<html>' }) } },
  { title: 'POST /chat is not answered', view: { answer: () => undefined, script: ABORT } },
  { title: 'the participant service hangs', view: { faults: ['CreateParticipantConnection:hang'], script: HURRY } },
])('stays open when $title, and says so if it cannot go on', async ({ view, words = FAILED }) => {
  const { url, page, says, all } = await open(view);
  await page.click('button[type=submit]').catch(() => undefined);
  await says(words);
  expect(page.url()).toBe(url);
  expect(await all('button:enabled:not([hidden])')).toEqual([words ? 'Try again' : 'Send']);
});

test('goes on after a lost connection with what was said meanwhile', async () => {
  const { page, enter, says, until, has, sayAsAgent } = await open({ script: SOCKETS });
  await enter('Hello?');
  await has(1);
  // The connection may be back before the test can read what the page says.
  const watched =
    'window.said = []; new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true })';
  await page.evaluate(`{ const status = document.getElementById('status'); ${watched}; sockets[0].close(); }`);
  await until('said.includes("The connection is lost. Trying again …")');
  sayAsAgent('Here I am.');
  expect(await has(2)).toEqual(['Hello?', 'Here I am.']);
  await says('');
});

test('says while an agent is typing, until the message is there', async () => {
  const { chat, page, until, enter, has, all, sayAsAgent } = await open({ script: SOCKETS });
  await enter('Hello?');
  await has(1);
  const joined = event('participant.joined', { DisplayName: 'Ana', ParticipantRole: 'AGENT' });
  // The local Amazon Connect knows no event that a participant sends.
  const typing = { ...joined, ContactId: chat().Id, ContentType: 'application/vnd.amazonaws.connect.event.typing' };
  const data = { topic: 'aws/chat', contentType: 'application/json', content: JSON.stringify(typing) };
  const init = JSON.stringify({ data: JSON.stringify(data) });
  await page.evaluate(`sockets[0].dispatchEvent(new MessageEvent('message', ${init}))`);
  await until('document.body.innerText.includes("Ana is typing …")');
  sayAsAgent('Hello!');
  await has(2);
  expect((await all('body')).join()).not.toContain('typing');
});
