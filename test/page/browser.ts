import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, launch } from 'puppeteer-core';
import * as local from '../../local/connect/index.ts';
import { serveChatPage } from '../../scripts/chat-page.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_MACOS = ['Google Chrome', 'Chromium'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** The browser that `CHROME_PATH` names, else one that is installed. */
export function findBrowser({ CHROME_PATH, PATH = '' }: NodeJS.ProcessEnv): string | undefined {
  const installed = PATH.split(delimiter).flatMap(folder => NAMES.map(name => join(folder, name)));
  return CHROME_PATH || [...installed, ...ON_MACOS].find(path => existsSync(path));
}

/** Starts a browser with a profile of its own that asks nobody but the page's servers. The time is UTC. */
export function startBrowser(executablePath: string): Promise<Browser> {
  const quiet = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'].map(name => `--disable-${name}`);
  // Chromium has no sandbox for root, as whom a CI's container runs.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = { ...process.env, TZ: 'UTC' };
  return launch({ executablePath, args: [...quiet, '--no-first-run', ...asRoot], env });
}

/** The chat page's server for a customer, with a local Amazon Connect. */
export interface Site {
  url: string;
  connect: local.LocalConnect;
  /** The chat that was started last. */
  chat(): local.Contact;
  /** Makes that chat continue the past session, or another contact, as the block does. */
  continueChat(sourceContactId?: string): Promise<void>;
  endChat(): Promise<void>;
  close(): Promise<void>;
}

export async function startSite(options: local.LocalConnectOptions = {}): Promise<Site> {
  const connect = await local.startLocalConnect(options);
  const { url, server } = await serveChatPage(connect.url);
  const chat = () => [...connect.contacts.values()].at(-1) as local.Contact;
  const post = async (path: string, body: object) => {
    const headers = { authorization: 'any' };
    const answer = await fetch(connect.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
  };
  return {
    ...{ url, connect, chat },
    continueChat: (SourceContactId = local.C1) =>
      post(`/contact/persistent-contact-association/any/${chat().Id}`, {
        RehydrationType: 'ENTIRE_PAST_SESSION',
        SourceContactId,
      }),
    endChat: () => post('/contact/stop', { InstanceId: 'any', ContactId: chat().Id }),
    async close() {
      server.kill();
      await connect.close();
    },
  };
}
