/**
 * `npm run test:page`: drives the chat page of examples/chat-page/ in a real browser, or takes its picture.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readOptions } from '../../scripts/options.ts';
import { findBrowser } from './browser.ts';
import { takePicture } from './picture.ts';

const USAGE = `Usage: npm run test:page -- [options]
  Tests the chat page in Chromium or Chrome: the one that CHROME_PATH names, else one that is installed. Without one, the
  tests are skipped, but fail if the variable CI is set.

  --picture      writes docs/images/returning-customer.png instead, from the page with the sample conversation
  --help         this text`;

const { picture } = readOptions(USAGE, { picture: { type: 'boolean', default: false } });

const browser = findBrowser(process.env);
if (browser === undefined) {
  console.error('Skipped: there is no Chromium or Chrome. Install one, or name it in CHROME_PATH.');
  process.exit(process.env['CI'] ? 1 : 0);
}
if (!existsSync(browser)) {
  console.error(`CHROME_PATH names no file: ${browser}`);
  process.exit(1);
}
if (picture) {
  await takePicture(browser, 'docs/images/returning-customer.png');
} else {
  const jest = ['run', '--silent', 'jest', '--', '--testMatch', '**/test/page/*.page.ts'];
  process.exitCode =
    spawnSync('npm', jest, { stdio: 'inherit', env: { ...process.env, CHROME_PATH: browser } }).status ?? 1;
}
