/**
 * `npm run test:page`: drives the chat page of examples/chat-page/ in a real browser, or takes its picture.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readOptions } from '../../scripts/options.ts';

const USAGE = `Usage: npm run test:page -- [options]
  Tests the chat page in Chromium or Chrome: the one that CHROME_PATH names, else one that is installed. Without one, the
  tests are skipped, but fail if the variable CI is set.

  --picture      writes docs/images/returning-customer.png instead, from the page with the sample conversation
  --help         this text`;

const { picture } = readOptions(USAGE, { options: { picture: { type: 'boolean', default: false } } }).values;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_MACOS = ['Google Chrome', 'Chromium'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`);

const { CI, CHROME_PATH, PATH = '' } = process.env;
const installed = PATH.split(delimiter).flatMap(folder => NAMES.map(name => join(folder, name)));
const browser = CHROME_PATH || [...installed, ...ON_MACOS].find(path => existsSync(path));
if (browser === undefined) {
  console.error('Skipped: there is no Chromium or Chrome. Install one, or name it in CHROME_PATH.');
  process.exit(CI ? 1 : 0);
}
if (!existsSync(browser)) {
  console.error(`CHROME_PATH names no file: ${browser}`);
  process.exit(1);
}
const files = picture ? '**/test/page/picture.ts' : '**/test/page/*.page.ts';
const { status } = spawnSync('npm', ['run', '--silent', 'jest', '--', '--testMatch', files], {
  stdio: 'inherit',
  env: { ...process.env, CHROME_PATH: browser },
});
process.exitCode = status ?? 1;
