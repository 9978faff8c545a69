// By keyboard alone: last month's picture of a Chinese prompt is found by two characters; a whole sheet leaves as a contact
// sheet, as originals and as smaller copies.

import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './playwright.mts';
import { png } from '../window/png.mjs';
import { Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const PROMPTS = ['黄昏的灯塔与归航的渔船，长曝光', '雪山日出，云海', 'Layered hills at dawn'];
const studio = new Studio();
let exports = '';
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
  for (const prompt of PROMPTS) {
    await studio.call('sheets.create', {
      prompt,
      models: ['pro', 'flash'],
      size: '1K',
      aspect: '1:1',
      count: 1,
      confirmed: true,
    });
  }
  await expect
    .poll(async () => (await studio.call<{ total: number }>('pictures.list', {})).total, { timeout: 100_000 })
    .toBe(6);
  await studio.page.reload();
  exports = join((await studio.call<{ places: { library: string } }>('hello')).places.library, 'exports');
});
test.afterAll(() => studio.close());

const files = () => readdirSync(exports).sort();
test('two Chinese characters find the picture', async () => {
  const { page } = studio;
  const cells = page.getByRole('listbox').getByRole('option');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+3');
  await expect(cells).toHaveCount(6);
  await page.keyboard.press('/');
  await page.keyboard.insertText('渔船');
  await expect(cells).toHaveCount(2);
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('Home');
  await expect(page.getByText(PROMPTS[0]!)).toBeVisible();
  await studio.audit('find-chinese');
});

test('the one of last month is found among those of today', async ({}, info) => {
  const { page } = studio;
  const cells = page.getByRole('listbox').getByRole('option');
  const old = info.outputPath('last-month.png');
  writeFileSync(old, png(120, 'parameters', `${PROMPTS[0]}\nSteps: 20, Seed: 7, Size: 320x200`));
  const made = new Date(new Date().getFullYear(), new Date().getMonth() - 1, 15, 12);
  utimesSync(old, made, made);
  studio.diptych('import', old);
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await page.keyboard.insertText('渔船');
  await expect(cells).toHaveCount(3);
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('f');
  await studio.tabTo(word('gallery.filter.time'));
  await page.keyboard.type(word('gallery.filter.time.last-month'));
  await expect(cells).toHaveCount(1);
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('Home');
  await expect(page.getByText(PROMPTS[0]!)).toBeVisible();
  await studio.audit('find-last-month');
  // The same by a day that is typed.
  await studio.tabTo(word('gallery.filter.clear'));
  await page.keyboard.press('Enter');
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }).format(made);
  for (const edge of ['from', 'to']) await page.getByLabel(word(`gallery.filter.${edge}`), { exact: true }).fill(day);
  await page.keyboard.press('Tab');
  await expect(cells).toHaveCount(1);
  await studio.tabTo(word('gallery.filter.clear'));
  await page.keyboard.press('Enter');
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('f');
});

test('copies are saved as they are, and smaller in another format', async () => {
  const { page } = studio;
  const cells = page.getByRole('listbox').getByRole('option');
  await expect(cells).toHaveCount(7);
  // The whole sheet of the newest picture that was made here; what came last is from outside, and of no sheet.
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await studio.tabTo(word('gallery.sheet'));
  await page.keyboard.press('Enter');
  await expect(cells).toHaveCount(2);
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('Control+a');
  await page.keyboard.press('e');
  await expect.poll(() => files().length).toBe(2);
  const originals = studio.diptych<{ path: string }>('queue', 'list').map(({ path }) => readFileSync(path));
  for (const file of files()) {
    const copy = readFileSync(join(exports, file));
    expect(originals.some((original) => original.equals(copy)), file).toBe(true);
  }
  await studio.tabTo(word('gallery.save-as-button'));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const format = dialog.getByRole('radio', { name: word('gallery.save-format.webp') });
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowRight');
  await expect(format).toBeChecked();
  await studio.audit('save-as');
  await page.keyboard.press('Tab');
  await page.keyboard.type('512');
  await studio.tabTo('Save copies');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => files().filter((file) => file.endsWith('.webp')).length).toBe(2);
});

test('a sheet becomes a contact sheet', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+1');
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(2);
  await studio.tabTo(word('sheet.contact'));
  await page.keyboard.press('Enter');
  await expect.poll(() => files().filter((file) => file.endsWith('contact-sheet.png')).length).toBe(1);
  await expect(page.getByText(word('sheet.contact-saved', { folder: exports }))).toBeVisible();
  await studio.audit('contact-sheet');
});

test('what takes how much room is shown, and what is in the trash goes after a second word', async () => {
  const { page } = studio;
  const [newest] = (await studio.call<{ pictures: { id: string }[] }>('pictures.list', {})).pictures;
  await studio.call('pictures.trash', newest);
  await page.keyboard.press('Control+6');
  await studio.tabTo(word('storage.delete-trash'));
  await studio.audit('storage');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await studio.tabTo('Delete 1 picture');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 picture is gone for good.')).toBeVisible();
  expect((await studio.call<{ total: number }>('pictures.list', {})).total).toBe(6);
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
