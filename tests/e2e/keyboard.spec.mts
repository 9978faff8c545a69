// The main job without a pointer: Tab, Enter, arrows and the shortcuts that the help lists.

import { expect, test } from './playwright.mts';
import { Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
});
test.afterAll(() => studio.close());

test('the welcome is answered by Enter', async () => {
  const { page } = studio;
  await expect(studio.button('welcome.practice.go')).toBeVisible();
  await studio.tabTo(word('welcome.practice.go'));
  await page.keyboard.press('Enter');
  await expect(page.locator('#prompt')).toBeVisible();
});

test('a sheet is written and sent', async () => {
  const { page } = studio;
  await studio.tabTo(word('compose.prompt'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('A bridge in fog');
  const radio = page.getByRole('radio', { name: '1K' });
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => (document.activeElement as HTMLInputElement).type === 'radio')) break;
  }
  for (let presses = 0; presses < 6 && !(await radio.isChecked()); presses += 1) await page.keyboard.press('ArrowLeft');
  await expect(radio).toBeChecked();
  await expect(studio.button('compose.generate')).toBeEnabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(2, { timeout: 90_000 });
});

test('the pictures are opened, zoomed, moved and left', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('w');
  const pane = page.locator('article canvas').first();
  await expect(pane).toBeVisible();
  await page.keyboard.press('2');
  await expect(pane).toHaveAttribute('aria-label', /200/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('0');
  await expect(pane).not.toHaveAttribute('aria-label', /200/);
  await page.keyboard.press('Escape');
  await expect(pane).toHaveCount(0);
});

test('every view is a key away', async () => {
  const { page } = studio;
  for (const [keys, view] of [['3', 'gallery'], ['4', 'queue'], ['5', 'weather'], ['6', 'settings'], ['1', 'compose']] as const) {
    await page.keyboard.press(`Control+${keys}`);
    const button = page.getByRole('navigation').getByRole('button', { name: word(`nav.${view}`), exact: true });
    await expect(button).toHaveAttribute('aria-current', 'page');
  }
});

test('the help lists the keys', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await studio.audit('help');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
