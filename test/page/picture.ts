/** `npm run test:page -- --picture`: Jest runs this alone, with the set-up of the tests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from '@jest/globals';
import { open } from './support.ts';

test('takes the picture of a returning customer: the page on a phone, and on a desktop', async () => {
  const phone = await open({ width: 360, height: 800, end: new Date() });
  const newPage = () => phone.page.browserContext().newPage();
  const desktop = await newPage();
  await desktop.setViewport({ width: 760, height: 800 });
  await desktop.goto(phone.url);
  await desktop.waitForSelector('#text:enabled');
  await phone.enter('Hello, when will the money be there?');
  await phone.continueChat();
  await phone.has(7);
  phone.sayAsAgent('Welcome back, Jane. The bank says tomorrow morning.', 'Agent a1');
  const images = [];
  for (const page of [phone.page, desktop]) {
    await page.bringToFront();
    await page.waitForFunction('document.querySelectorAll("#log p").length === 8');
    await sleep(200);
    images.push(`<img src="data:image/png;base64,${await page.screenshot({ encoding: 'base64' })}">`);
  }
  const frame = await newPage();
  await frame.setViewport({ width: 1242, height: 880 });
  await frame.setContent(`<style>
    body { display: flex; gap: 40px; align-items: start; margin: 0; padding: 40px; background: #dfe5ea; }
    img { flex: none; border: 1px solid #9aa5b0; border-radius: 12px; }
    img:first-of-type { border: 8px solid #22282e; border-radius: 28px; box-sizing: content-box; margin: -8px; }
  </style>${images.join('')}`);
  await frame.screenshot({ path: 'docs/images/returning-customer.png' });
});
