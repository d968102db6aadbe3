import { expect, test } from '@jest/globals';
import { run } from './run.ts';

const SKIPPED = 'Skipped: there is no Chromium or Chrome. Install one, or name it in CHROME_PATH.\n';

test.each([
  { title: 'is skipped without a browser', env: {}, code: 0, stderr: SKIPPED },
  { title: 'fails without a browser in CI', env: { CI: 'true' }, code: 1, stderr: SKIPPED },
  {
    title: 'refuses a CHROME_PATH without a file',
    env: { CHROME_PATH: '/x' },
    code: 1,
    stderr: 'CHROME_PATH names no file: /x\n',
  },
])('npm run test:page $title', async ({ env, code, stderr }) => {
  const ran = await run(process.execPath, ['test/page/test-page.ts'], { env: { PATH: '/nonexistent', ...env } });
  expect(ran).toEqual({ code, stderr, stdout: '' });
});
