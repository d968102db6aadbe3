import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, jest } from '@jest/globals';
import type { Browser, HTTPRequest, Viewport } from 'puppeteer-core';
import { C1, type Contact, sampleContacts } from '../../local/connect/index.ts';
import { event, message } from '../../local/connect/transcript.ts';
import { startBrowser, startSite } from './browser.ts';

jest.setTimeout(60_000);
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser(process.env['CHROME_PATH'] ?? '');
});
afterAll(() => browser.close());
const ending: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end.close())));

/** The texts of the past session, oldest first. */
export const PAST = [
  'My order has not arrived.',
  'I am sorry. My colleague for refunds will take over.',
  ...['You get your money back today.', 'Thank you!', 'How content were you, from 1 to 5?', '5'],
];

export interface View extends Partial<Viewport> {
  scheme?: 'light' | 'dark';
  /** Answers `POST /chat` in the place of the server. */
  answer?: (request: HTTPRequest) => unknown;
  /** Of the local Amazon Connect. */
  faults?: readonly string[];
  /** Runs in the page before its own scripts. */
  script?: string;
  /** What was said in C1 (empty: an event); default: the sample data's. */
  said?: readonly string[] | undefined;
  /** When the past session ended. */
  end?: Date;
}

/** Opens the page of a customer who has a past session, and waits until they can write unless something is in the way. */
export async function open({ scheme = 'light', answer, faults, script, said, end, ...viewport }: View = {}) {
  const contacts = sampleContacts(end ?? new Date('2025-11-30T12:00:00Z'));
  const c1 = contacts.find(({ Id }) => Id === C1) as Contact;
  const at = (n: number) => new Date(c1.InitiationTimestamp.getTime() + n);
  const items = said?.map((text, n) =>
    text ? message({ DisplayName: 'Jane' }, text, at(n)) : event('participant.joined', {}, at(n)),
  );
  c1.transcript = items ?? c1.transcript;
  const site = await startSite({ contacts, faults: faults ?? [] });
  const context = await browser.createBrowserContext();
  ending.push(context, site);
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
  return {
    ...{ site, connect: site.connect, page, writable, until, all },
    typed: () => page.evaluate('document.getElementById("text").value'),
    enter: (text: string) => page.type('#text', `${text}\n`),
    /** Waits until this many messages are shown, and a moment more for those that should not come. */
    async has(count: number) {
      await until(`document.querySelectorAll('#log p').length >= ${count}`);
      await sleep(100);
      return all('#log p');
    },
    /** Waits for these words in the place of what the page says of itself. */
    says: (words: string) => until(`document.getElementById('status').textContent === ${JSON.stringify(words)}`),
    sayAsAgent: (text: string, name = 'Ana') => site.connect.sendAsAgent(site.chat().Id, name, text),
  };
}
