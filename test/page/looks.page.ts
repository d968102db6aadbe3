/** How examples/chat-page/ looks, and whether everybody can use it. */
import { expect, test } from '@jest/globals';
import { open } from './support.ts';

/** The browser's, whose types the project does not have. */
declare const getComputedStyle: (element: unknown) => { color: string; backgroundColor: string };

test.each([
  { width: 320, scheme: 'light' },
  { width: 375, scheme: 'dark' },
  { width: 1280, scheme: 'light' },
] as const)('at $width px, $scheme, nothing is cut off, and texts have the contrast of WCAG AA', async view => {
  const { page, ...chat } = await open({ ...view, height: 568, said: ['x'.repeat(300)] });
  await chat.enter('I am back.');
  await chat.continueChat();
  chat.sayAsAgent('https://example.com/'.repeat(9), 'A'.repeat(60));
  await chat.has(7);
  await chat.endChat();
  await chat.says('The chat has ended.');
  const shown = await page.$$eval('header, h1, h2, #log p, #log small, #status, #again, #text, #send', found =>
    found.map(element => {
      const { left, right } = element.getBoundingClientRect();
      let behind = element;
      while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
      const colors = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
      const hidden = element.scrollWidth - element.clientWidth;
      return { name: element.outerHTML.slice(0, 30), left, right, hidden, colors };
    }),
  );
  type Shown = (typeof shown)[number];
  const isCutOff = ({ left, right, hidden, name }: Shown) =>
    left < 0 || right > view.width || (hidden > 1 && !name.startsWith('<small'));
  expect(shown.filter(isCutOff)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(568);
  const isFaint = ({ colors }: Shown) => {
    const [darker = 0, lighter = 0] = colors.map(luminance).sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05) < 4.5;
  };
  expect(shown.filter(isFaint)).toEqual([]);
  expect(luminance(shown.at(-2)?.colors[1] ?? '') > 0.5).toBe(view.scheme === 'light');
});

/** The relative luminance of `rgb(…)`, as WCAG 2.2 defines it. */
function luminance(color: string): number {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map(part => linear(Number(part) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('few messages stand at the bottom, and the newest of many is in view, also when the keyboard opens', async () => {
  const { continueChat, page, enter, has } = await open({ height: 900 });
  const gap = async () => {
    const [last, form] = await page.$$eval('#log li:last-child, form', found =>
      found.map(element => element.getBoundingClientRect().toJSON()),
    );
    return form.top - last.bottom;
  };
  await enter('I am back.');
  await has(1);
  expect(await gap()).toBeLessThan(40);
  await continueChat();
  await has(7);
  await page.setViewport({ width: 375, height: 400 });
  expect(await gap()).toBeLessThan(40);
});

test('a screen reader reads out new messages of others, but no history', async () => {
  const { continueChat, page, enter, has, all, until, sayAsAgent } = await open();
  const live = async () => (await all('[aria-live], [role=status], [role=log], [role=alert]')).join('');
  await enter('I am back.');
  await continueChat();
  await has(7);
  expect(await live()).toBe('');
  sayAsAgent('Welcome back!');
  await until('document.querySelector("[aria-live=polite]").textContent === "Ana: Welcome back!"');
  await page.reload();
  await has(8);
  expect(await live()).toBe('');
});

test('the keyboard alone is enough: it writes at once, and scrolls', async () => {
  const { continueChat, page, has, until } = await open({ said: Array.from({ length: 90 }, (_, n) => `Message ${n}`) });
  await continueChat();
  await has(94);
  expect(await page.evaluate('document.activeElement.id')).toBe('text');
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  await page.keyboard.press('PageUp');
  await until('document.activeElement.scrollTop < 0');
});
