/** How examples/chat-page/ looks, and whether everybody can use it. */
import { expect, test } from '@jest/globals';
import { open, type View } from './support.ts';

/** The browser's, whose types the project does not have. */
declare const getComputedStyle: (element: unknown) => { color: string; backgroundColor: string };

/** A page with everything on it: long words, names and days, and a chat that has ended. */
async function openFull(view: View) {
  const { page, enter, continueChat, sayAsAgent, ...chat } = await open({ said: ['x'.repeat(300)], ...view });
  await enter('I am back.');
  await continueChat();
  sayAsAgent('https://example.com/'.repeat(9), 'A'.repeat(60));
  await chat.has(7);
  await chat.endChat();
  await chat.says('The chat has ended.');
  return page;
}

test.each([{ width: 320 }, { width: 375 }, { width: 1280 }])('nothing is cut off at $width px', async ({ width }) => {
  const page = await openFull({ width, height: 568 });
  const boxes = await page.$$eval('header, h1, h2, #log p, #log small, #status, #again, #text, #send', found =>
    found.map(element => {
      const { left, right } = element.getBoundingClientRect();
      return { name: element.outerHTML.slice(0, 30), left, right, hidden: element.scrollWidth - element.clientWidth };
    }),
  );
  const isCutOff = ({ left, right, hidden, name }: (typeof boxes)[number]) =>
    left < 0 || right > width || (hidden > 1 && !name.startsWith('<small'));
  expect(boxes.filter(isCutOff)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(568);
});

test.each([{ scheme: 'light' }, { scheme: 'dark' }] as const)(
  'its texts have the contrast of WCAG AA, $scheme',
  async ({ scheme }) => {
    const page = await openFull({ scheme });
    const texts = await page.$$eval('h1, h2, #log p, #log small, #status, #again', found =>
      found.map(element => {
        let behind = element;
        while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
        const colors = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
        return { name: element.outerHTML.slice(0, 30), colors };
      }),
    );
    const isFaint = ({ colors }: { colors: string[] }) => {
      const [darker = 0, lighter = 0] = colors.map(luminance).sort((a, b) => a - b);
      return (lighter + 0.05) / (darker + 0.05) < 4.5;
    };
    expect(texts.filter(isFaint)).toEqual([]);
    expect(luminance(texts.at(-2)?.colors[1] ?? '') > 0.5).toBe(scheme === 'light');
  },
);

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
