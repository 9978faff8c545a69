// Four pictures are compared by keyboard alone, in every way, down to single pixels; then they are reviewed.

import { readFileSync } from 'node:fs';
import { decode } from '../window/pixels.mjs';
import { expect, test } from './playwright.mts';
import { Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
  await studio.call('sheets.create', {
    prompt: 'Layered hills at dawn',
    models: ['pro', 'flash'],
    size: '1K',
    aspect: '16:9',
    count: 2,
    // Both models draw one composition then: onion and difference need that.
    seed: 7,
    confirmed: true,
  });
  await expect
    .poll(async () => (await studio.call<{ total: number }>('pictures.list', {})).total, { timeout: 100_000 })
    .toBe(4);
  // The newest sheet is there when the studio is opened.
  await studio.page.reload();
});
test.afterAll(() => studio.close());

const panes = () => studio.page.locator('article canvas');
const labels = () => panes().evaluateAll((all) => all.map((pane) => pane.getAttribute('aria-label') ?? ''));
const shown = async () => {
  for (const pane of await panes().all()) await expect(pane).not.toHaveAttribute('aria-busy', 'true');
};

test('the wall goes through rows and columns, swaps and pins', async () => {
  const { page } = studio;
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(4);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('w');
  await expect(panes()).toHaveCount(2);
  await expect(page.getByText(word('wall.row', { n: 1, of: 2 }))).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByText(word('wall.column', { n: 1, of: 2 }))).toBeVisible();
  await page.keyboard.press('c');
  const [first] = await labels();
  await page.keyboard.press('t');
  await expect.poll(async () => (await labels())[1]).toBe(first);
  await page.keyboard.press('t');
  await page.keyboard.press('p');
  await page.keyboard.press(']');
  await expect(panes()).toHaveCount(3);
  await shown();
  await studio.audit('wall-pinned');
  await page.keyboard.press('p');
  await page.keyboard.press('[');
  await expect(panes()).toHaveCount(2);
});

test('the colour under the pointer is that of the original', async () => {
  const { page } = studio;
  await shown();
  const files = studio.diptych<{ path: string; mime: string }>('queue', 'list').filter((job) => job.mime === 'image/png');
  const originals = files.map((file) => decode(readFileSync(file.path)));
  const box = (await page.locator('article canvas[aria-label*=Flash]').boundingBox())!;
  await page.mouse.move(Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2));
  const readout = page.locator('.readout');
  await expect(readout).toHaveText(/x \d+ · y \d+\s+\d+ \d+ \d+/);
  const [x = 0, y = 0, ...colour] = ((await readout.textContent()) ?? '').match(/\d+/g)!.map(Number);
  const there = originals.map(({ width, rows }) => [...rows.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]);
  expect(there).toContainEqual(colour);
  await page.mouse.move(5, 5);
});

test('two are compared by swipe, onion, blink and difference', async () => {
  const { page } = studio;
  for (const [key, mode] of [['w', 'swipe'], ['o', 'onion'], ['b', 'blink'], ['d', 'difference']] as const) {
    await page.keyboard.press(key);
    await expect(panes()).toHaveCount(1);
    await expect(panes()).toHaveAttribute('aria-label', new RegExp(`^${word(`wall.mode.${mode}`)}: `));
    if (mode === 'difference') await expect(page.getByText(/^Largest difference here: [1-9]/)).toBeVisible();
    await studio.audit(`wall-${mode}`);
  }
  await page.keyboard.press('s');
  await expect(panes()).toHaveCount(2);
});

test('one pane goes its own way, the loupe shows both, and names are hidden', async () => {
  const { page } = studio;
  await page.keyboard.press('1');
  await page.keyboard.press('u');
  await page.keyboard.press('2');
  await expect.poll(async () => (await labels()).map((label) => /(\d+) %/.exec(label)?.[1]).sort()).toEqual(['100', '200']);
  await page.keyboard.press('l');
  await expect.poll(async () => new Set((await labels()).map((label) => /(\d+) %/.exec(label)?.[1])).size).toBe(1);
  await page.keyboard.press('0');
  await page.keyboard.press('z');
  await studio.audit('wall-loupe');
  await page.keyboard.press('z');
  await page.keyboard.press('h');
  await expect(page.locator('.panes')).not.toContainText(/Banana|Pro|Flash|\$/);
  await page.keyboard.press('h');
  await page.keyboard.press('Escape');
  await expect(panes()).toHaveCount(0);
});

test('a picture leaves the wall: as copies, onto the clipboard, as a reference', async () => {
  const { page } = studio;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.keyboard.press('w');
  await expect(panes()).toHaveCount(2);
  await shown();
  await page.keyboard.press('e');
  await expect(page.getByRole('dialog')).toBeVisible();
  await studio.audit('wall-save');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: word('wall.save-shown', { n: 2 }) })).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('y');
  await expect(page.getByText(word('wall.copied'))).toBeVisible();
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const { width, height } = await createImageBitmap(await item!.getType('image/png'));
    return [width, height];
  });
  expect(size).toEqual([1376, 768]);
  await studio.button('wall.more').first().press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await studio.audit('wall-menu');
  await page.keyboard.press('Enter');
  await expect(page.locator('.references img')).toHaveJSProperty('naturalWidth', 256);
  await page.locator('.references li:not(.add) button').press('Enter');
});

test('four pictures are decided with four keys', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('r');
  await expect(page.getByText(word('review.position', { n: 1, of: 4 }))).toBeVisible();
  await expect(page.getByRole('img')).toBeVisible();
  await studio.audit('review');
  for (const key of ['5', 'x', 'k', '4']) {
    await expect(studio.button('review.keep')).toBeEnabled();
    await page.keyboard.press(key);
  }
  await expect(page.locator('.summary')).toBeVisible();
  await studio.audit('review-summary');
  await expect
    .poll(async () => {
      const { pictures } = await studio.call<{ pictures: { rating: number }[] }>('pictures.list', {});
      return pictures.map((one) => one.rating).sort();
    })
    .toEqual([0, 4, 5]);
  // The last verdict and the rejection are taken back.
  for (const key of ['u', 'u', 'u']) await page.keyboard.press(key);
  await expect
    .poll(async () => (await studio.call<{ total: number }>('pictures.list', {})).total)
    .toBe(4);
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
