import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import { type Browser, type HTTPRequest, launch, type Viewport } from 'puppeteer-core';
import { C1, type Contact, type LocalConnectOptions, sampleContacts } from '../../local/connect/index.ts';
import { ask, start } from '../../local/connect/test-support.ts';
import { event, message } from '../../local/connect/transcript.ts';
import { serveChatPage } from '../../scripts/chat-page.ts';

jest.setTimeout(60_000);
let browser: Browser;
beforeAll(async () => {
  const quiet = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'].map(name => `--disable-${name}`);
  // Chromium has no sandbox for root, as whom a CI's container runs.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const executablePath = process.env['CHROME_PATH'] ?? '';
  const args = [...quiet, '--no-first-run', ...asRoot];
  browser = await launch({ executablePath, args, env: { ...process.env, TZ: 'UTC' } });
});
afterAll(() => browser.close());
const ending: (() => unknown)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** The texts of the past session, oldest first. */
export const PAST = [
  'My order has not arrived.',
  'I am sorry. My colleague for refunds will take over.',
  ...['You get your money back today.', 'Thank you!', 'How content were you, from 1 to 5?', '5'],
];

/** The chat page's server for a customer, with a local Amazon Connect. */
async function startSite(options: LocalConnectOptions) {
  const connect = await start(options);
  const { url, server } = await serveChatPage(connect.url);
  ending.push(() => server.kill());
  /** The chat that was started last. */
  const chat = () => [...connect.contacts.values()].at(-1) as Contact;
  /** Makes the chat continue the past session, or another contact, as the block does. */
  const continueChat = (SourceContactId = C1) => {
    const path = `/contact/persistent-contact-association/any/${chat().Id}`;
    return ask(connect, 'POST', path, { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId });
  };
  const endChat = () => ask(connect, 'POST', '/contact/stop', { InstanceId: 'any', ContactId: chat().Id });
  const sayAsAgent = (text: string, name = 'Ana') => connect.sendAsAgent(chat().Id, name, text);
  return { url, connect, chat, continueChat, endChat, sayAsAgent };
}

export interface View extends Partial<Viewport> {
  scheme?: 'light' | 'dark';
  /** Answers `POST /chat` instead of the server. */
  answer?: (request: HTTPRequest) => unknown;
  /** Faults of the local Amazon Connect. */
  faults?: readonly string[];
  /** Runs in the page before its own scripts. */
  script?: string;
  /** What was said in C1 (empty: an event); default: the sample data's. */
  said?: readonly string[];
  /** When the past session ended. */
  end?: Date;
}

/** Opens the page of a customer who has a past session, and waits until they can write unless something is in the way. */
export async function open({ scheme = 'light', answer, faults, script, said, end, ...viewport }: View = {}) {
  const contacts = sampleContacts(end ?? new Date('2025-11-30T12:00:00Z'));
  const c1 = contacts.find(({ Id }) => Id === C1) as Contact;
  const at = (n: number) => new Date(c1.InitiationTimestamp.getTime() + n);
  const item = (text: string, n: number) =>
    text ? message({ DisplayName: 'Jane' }, text, at(n)) : event('participant.joined', {}, at(n));
  if (said) c1.transcript = said.map(item);
  const site = await startSite({ contacts, faults: faults ?? [] });
  const context = await browser.createBrowserContext();
  ending.push(() => context.close());
  const page = await context.newPage();
  await page.setViewport({ width: 375, height: 667, ...viewport });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  if (script) await page.evaluateOnNewDocument(script);
  if (answer) {
    await page.setRequestInterception(true);
    page.on('request', request => (request.url().endsWith('/chat') ? answer(request) : request.continue()));
  }
  await page.goto(site.url);
  const writable = () => page.waitForSelector('#text:enabled', { timeout: 10_000 });
  if (!answer && !faults) await writable();

  const until = (condition: string) => page.waitForFunction(condition, { timeout: 10_000 });
  const all = (selector: string) =>
    page.$$eval(selector, found => found.map(({ textContent }) => textContent as string));
  const typed = () => page.evaluate('document.getElementById("text").value');
  const enter = (text: string) => page.type('#text', `${text}\n`);
  /** Waits until this many messages are shown, and a moment more for those that should not come. */
  const has = async (count: number) => {
    await until(`document.querySelectorAll('#log p').length >= ${count}`);
    await sleep(100);
    return all('#log p');
  };
  /** Waits until the page's status line has these words. */
  const says = (words: string) => until(`document.getElementById('status').textContent === ${JSON.stringify(words)}`);
  return { ...site, page, writable, until, all, typed, enter, has, says };
}
