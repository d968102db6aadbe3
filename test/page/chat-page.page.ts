/**
 * What examples/chat-page/ does, in a real browser (`npm run test:page`), with the real ChatJS and the page's own server
 * against the local Amazon Connect.
 */
import { expect, test } from '@jest/globals';
import type { HTTPRequest } from 'puppeteer-core';
import { event } from '../../local/connect/transcript.ts';
import { open, PAST } from './support.ts';

const NOT_SENT = 'The message was not sent. Try again.';
/** Scripts that keep ChatJS's websockets, and that make the page's long times short. */
const SOCKETS =
  'window.sockets = []; window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };';
const HURRY =
  'const later = setTimeout; window.setTimeout = (call, ms, ...all) => later(call, ms > 15_000 ? 300 : ms, ...all);';
const ABORT = 'const { timeout } = AbortSignal; AbortSignal.timeout = () => timeout(300);';

const dayOf = (time: Date) => time.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

test('shows the history before the new messages once the chat is continued, and each chat below its divider', async () => {
  const { site, enter, has, all, sayAsAgent } = await open();
  await enter('I am back.');
  expect(await has(1)).toEqual(['I am back.']);
  expect(await all('h2')).toEqual([]);
  await site.continueChat();
  expect(await has(7)).toEqual([...PAST, 'I am back.']);
  sayAsAgent('Welcome back!');
  expect(await has(8)).toEqual([...PAST, 'I am back.', 'Welcome back!']);
  expect(await all('h2')).toEqual(['Earlier chat, 29 November 2025', `New chat, ${dayOf(new Date())}`]);
  const headings = await all('#log small');
  expect(headings.slice(0, 5)).toEqual(['You · 11:31', 'Agent a1 · 11:33', 'Agent a2 · 11:42', 'You · 11:50', '11:58']);
  expect(headings.at(-1)).toMatch(/^Ana · \d\d:\d\d$/);
});

test('names a new day within a chat by its day alone, and the next chat as one more, also on the same day', async () => {
  const end = new Date('2025-11-30T00:05:00Z');
  const { site, page, enter, has, all } = await open({ end });
  const past = ['Earlier chat, 28 November 2025', '29 November 2025'];
  await enter('I am back.');
  await site.continueChat();
  await has(7);
  expect(await all('h2')).toEqual([...past, `New chat, ${dayOf(new Date())}`]);
  for (const said of ['And again.', 'Once more.']) {
    const last = site.chat().Id;
    await site.endChat();
    await page.waitForSelector('#again:not([hidden])');
    await Promise.all([page.waitForNavigation(), page.click('#again')]);
    await page.waitForSelector('#text:enabled');
    await enter(said);
    await has(1);
    await site.continueChat(last);
  }
  await has(9);
  const today = `Earlier chat, ${dayOf(new Date())}`;
  expect(await all('h2')).toEqual([...past, today, today, `New chat, ${dayOf(new Date())}`]);
});

test('says that it loads until the history is there, also where the chat is continued after it is open', async () => {
  const { site, writable, says, has } = await open({ faults: ['GetTranscript:slow=500*1'] });
  await writable();
  await says('Loading …');
  await site.continueChat();
  await has(6);
  await says('');
});

test('names the day of a chat of this year without the year', async () => {
  const end = new Date();
  // The whole session is on one day.
  end.setUTCHours(12);
  const { site, has, all } = await open({ end });
  await site.continueChat();
  await has(6);
  const last = new Date(end.getTime() - 86_400_000 - 60_000);
  const year = last.getUTCFullYear() === end.getUTCFullYear() ? '' : ` ${last.getUTCFullYear()}`;
  expect((await all('h2')).at(-1)).toBe(`Earlier chat, ${dayOf(last)}${year}`);
});

test('shows all of it again, once each, when the page is loaded anew', async () => {
  const { site, page, enter, has } = await open();
  await enter('I am back.');
  await has(1);
  await site.continueChat();
  await page.reload();
  expect(await has(7)).toEqual([...PAST, 'I am back.']);
});

test('loads older pages when the customer scrolls up, and keeps what is read in its place', async () => {
  const said = Array.from({ length: 353 }, (_, n) => (n < 100 || n >= 300 ? `Message ${n}` : ''));
  const { site, page, has } = await open({ said });
  await site.continueChat();
  const all = [...said.filter(Boolean), ...PAST.slice(2)];
  const oldest = () => page.$$eval('#log li[id]', found => found.at(-57)?.getBoundingClientRect().top as number);
  const scrollUp = () => page.evaluate('document.getElementById("log").parentElement.scrollTo(0, -1e6)');
  // A page has 100 items: the first one 43 events, the second one nothing else, the third one 60.
  expect(await has(57)).toEqual(all.slice(-57));
  await scrollUp();
  expect(await has(97)).toEqual(all.slice(-97));
  // At the top, but for the divider that now stands further up.
  expect(Math.abs(await oldest())).toBeLessThan(120);
  await scrollUp();
  expect(await has(157)).toEqual(all);
});

test('shows a text as text, never as HTML', async () => {
  const html = '<img src=x onerror="document.title = 1"><b>Hi</b>';
  const { site, has, all } = await open({ said: [html] });
  await site.continueChat();
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

test('sends a message once although only its answer was lost', async () => {
  const { connect, page, enter, says, has } = await open();
  connect.setFaults(['SendMessage:lost-answer*3']);
  await enter('Once');
  await says(NOT_SENT);
  await page.keyboard.press('Enter');
  await says('');
  expect(await has(1)).toEqual(['Once']);
});

test('sends no empty message, and none twice when the form is submitted twice', async () => {
  const { connect, page, enter, has } = await open();
  await enter('   ');
  await page.click('button[type=submit]');
  await page.type('#text', 'Once');
  await page.evaluate('for (const form of [document.forms[0], document.forms[0]]) form.requestSubmit()');
  expect(await has(1)).toEqual(['Once']);
  expect(connect.calls.filter(({ operation }) => operation === 'SendMessage')).toHaveLength(1);
});

test('takes no message once the chat has ended, keeps what was typed, and offers a new chat', async () => {
  const { site, connect, page, has, says, typed, writable } = await open();
  await site.continueChat();
  await has(6);
  await page.type('#text', 'One more thing');
  const first = site.chat().Id;
  await site.endChat();
  await says('The chat has ended.');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Start a new chat');
  await page.evaluate('document.forms[0].dispatchEvent(new Event("submit", { cancelable: true }))');
  const enabled = await page.$$eval('form :enabled', found => found.length);
  expect([await typed(), await has(6), enabled]).toEqual(['One more thing', PAST, 0]);
  expect(connect.calls.filter(({ operation }) => operation === 'SendMessage')).toEqual([]);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await writable();
  expect(site.chat().Id).not.toBe(first);
});

const FAILED = 'The chat cannot be started now.';
test.each([
  { title: 'is slow', answer: (request: HTTPRequest) => setTimeout(() => request.continue(), 700), words: '' },
  {
    title: 'is refused',
    answer: (request: HTTPRequest) => request.respond({ status: 502, body: '{}' }),
    words: FAILED,
  },
  { title: 'cannot be reached', answer: (request: HTTPRequest) => request.abort(), words: FAILED },
  { title: 'has no JSON', answer: (request: HTTPRequest) => request.respond({ body: '<html>' }), words: FAILED },
  { title: 'never comes', answer: () => undefined, words: FAILED },
])(
  'stays open, and says so if it cannot go on, when the answer to POST /chat $title',
  async ({ title, answer, words }) => {
    const { site, page, says, all } = await open({ answer, script: title === 'never comes' ? ABORT : '' });
    await page.click('button[type=submit]').catch(() => undefined);
    await says(words);
    expect(page.url()).toBe(site.url);
    expect(await all('button:enabled:not([hidden])')).toEqual([words ? 'Try again' : 'Send']);
  },
);

test('says so if the participant service does not answer', async () => {
  const { says } = await open({ script: HURRY, faults: ['CreateParticipantConnection:hang'] });
  await says(FAILED);
});

test('goes on after a lost connection with what was said meanwhile', async () => {
  const { page, enter, says, until, has, sayAsAgent } = await open({ script: SOCKETS });
  await enter('Hello?');
  await has(1);
  // It may be there again before a look at the page would see what the page says.
  const watched =
    'window.said = []; new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true })';
  await page.evaluate(`{ const status = document.getElementById('status'); ${watched}; sockets[0].close(); }`);
  await until('said.includes("The connection is lost. Trying again …")');
  sayAsAgent('Here I am.');
  expect(await has(2)).toEqual(['Hello?', 'Here I am.']);
  await says('');
});

test('says while an agent is typing, until the message is there', async () => {
  const { site, page, until, enter, has, all, sayAsAgent } = await open({ script: SOCKETS });
  await enter('Hello?');
  await has(1);
  const typing = {
    ...event('participant.joined', { DisplayName: 'Ana', ParticipantRole: 'AGENT' }),
    ...{ ContactId: site.chat().Id, ContentType: 'application/vnd.amazonaws.connect.event.typing' },
  };
  // The local Amazon Connect knows no event that a participant sends.
  const data = { topic: 'aws/chat', contentType: 'application/json', content: JSON.stringify(typing) };
  const init = JSON.stringify({ data: JSON.stringify(data) });
  await page.evaluate(`sockets[0].dispatchEvent(new MessageEvent('message', ${init}))`);
  await until('document.body.innerText.includes("Ana is typing …")');
  sayAsAgent('Hello!');
  await has(2);
  expect((await all('body')).join()).not.toContain('typing');
});
