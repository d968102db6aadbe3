import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'puppeteer-core';
import { type Site, startBrowser, startSite } from './browser.ts';

/** The page's two sizes in the picture, side by side. */
const VIEWS = [
  { name: 'phone', width: 360, height: 800 },
  { name: 'desktop', width: 760, height: 800 },
];

/** Takes the picture of a customer who came back: the page on a phone, and on a desktop. */
export async function takePicture(executablePath: string, path: string): Promise<void> {
  const [browser, site] = await Promise.all([startBrowser(executablePath), startSite()]);
  try {
    const views = await showReturningCustomer(browser, site);
    const frame = await browser.newPage();
    await frame.setViewport({ width: 1242, height: 880 });
    await frame.setContent(`<style>
      body { display: flex; gap: 40px; align-items: start; margin: 0; padding: 40px; background: #dfe5ea; }
      img { flex: none; border: 1px solid #9aa5b0; border-radius: 12px; }
      .phone { border: 8px solid #22282e; border-radius: 28px; box-sizing: content-box; margin: -8px; }
    </style>${views.map(({ name, image }) => `<img class="${name}" src="data:image/png;base64,${image}">`).join('')}`);
    await frame.screenshot({ path: path as `${string}.png` });
  } finally {
    await Promise.all([browser.close(), site.close()]);
  }
}

/** The same chat in each view. */
async function showReturningCustomer(browser: Browser, site: Site) {
  const pages = [];
  for (const { name, width, height } of VIEWS) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.goto(site.url);
    await page.waitForSelector('#text:enabled');
    pages.push({ name, page });
  }
  await pages[0]?.page.type('#text', 'Hello, when will the money be there?\n');
  await site.continueChat();
  await pages[0]?.page.waitForSelector('#log .divider');
  site.connect.sendAsAgent(site.chat().Id, 'Agent a1', 'Welcome back, Jane. The bank says tomorrow morning.');
  const views = [];
  for (const { name, page } of pages) {
    await page.bringToFront();
    await page.waitForFunction('document.querySelectorAll("#log p").length === 8');
    await sleep(200);
    views.push({ name, image: await page.screenshot({ encoding: 'base64' }) });
  }
  return views;
}
