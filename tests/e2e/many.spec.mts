// Many pictures and long words: nothing overlaps, nothing is cut off that must be read.

import { expect, test } from './playwright.mts';
import { word } from '../window/words.mjs';
import { Studio } from './studio.mts';

test.describe.configure({ mode: 'serial' });

const PROMPTS = [
  'Layered hills at dawn, mist in the valleys, a low sun, long lens, muted palette, quiet and wide',
  'A lighthouse at dusk, long exposure',
  'Snow on an alpine lake at dawn',
  'A city skyline in neon rain',
  'Dunes under a full moon',
  'A pine forest in mist, blue hour',
  'Cliffs over a green sea at noon',
  '雪山下的樱花树，晨光',
];
const ASPECTS = ['16:9', '3:2', '1:1', '4:5'];

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
});
test.afterAll(() => studio.close());

test('thirty-two pictures fill the gallery', async () => {
  test.setTimeout(240_000);
  const { page } = studio;
  for (const [at, prompt] of PROMPTS.entries()) {
    const aspect = ASPECTS[at % ASPECTS.length];
    await studio.call('sheets.create', { prompt, models: ['pro', 'flash'], size: '1K', aspect, count: 2, confirmed: true });
  }
  await expect
    .poll(async () => (await studio.call<{ total: number }>('pictures.list', {})).total, { timeout: 200_000 })
    .toBe(32);
  await studio.go('gallery');
  await expect(page.getByRole('option').first()).toBeVisible();
  await studio.audit('gallery-many');
  await page.getByRole('option').nth(3).click();
  await studio.audit('gallery-many-details');
});

test('a sheet of four is shown on the wall', async () => {
  const { page } = studio;
  await page.getByRole('option').nth(1).click();
  await page.getByRole('option').nth(4).click({ modifiers: ['Shift'] });
  await studio.button('gallery.compare').click();
  await expect(page.locator('article canvas')).toHaveCount(4);
  for (const pane of await page.locator('article canvas').all()) await expect(pane).not.toHaveAttribute('aria-busy', 'true');
  await studio.audit('wall-four');
});

test('a picture is found by two Chinese characters, rated, tagged and saved, by keyboard alone', async () => {
  const { page } = studio;
  await studio.go('gallery');
  const cells = page.getByRole('listbox').first().getByRole('option');
  await page.keyboard.press('/');
  await page.keyboard.insertText('樱花');
  await expect(cells).toHaveCount(4);
  const list = page.getByRole('listbox', { name: word('gallery.list') });
  for (let stop = 0; stop < 8 && !(await list.evaluate((one) => one === document.activeElement)); stop += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('4');
  await expect(cells.first()).toHaveAccessibleName(new RegExp(word('gallery.cell-rated', { n: 4 })));
  await page.keyboard.press('t');
  await page.keyboard.insertText('spring');
  await page.keyboard.press('Enter');
  await expect(studio.button('gallery.tag-remove', { name: 'spring' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.keyboard.insertText('Calendar');
  await page.keyboard.press('Enter');
  await expect(studio.button('gallery.collection-remove', { name: 'Calendar' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await expect(page.getByText(/exports$/)).toBeVisible();
  await page.keyboard.press('f');
  await expect(page.getByRole('combobox', { name: word('gallery.filter.tag'), exact: true })).toBeVisible();
  await studio.audit('gallery-filters');
  await page.getByRole('combobox', { name: word('gallery.filter.collection'), exact: true }).selectOption('Calendar');
  await expect(cells).toHaveCount(1);
  await studio.button('gallery.collection.change', { name: 'Calendar' }).click();
  await page.getByRole('textbox', { name: word('gallery.collection.name'), exact: true }).fill('Kalender');
  await studio.audit('gallery-collection');
  await page.keyboard.press('Enter');
  const chip = word('gallery.filter.chip', { label: word('gallery.filter.collection'), value: 'Kalender' });
  await studio.button('gallery.filter.remove', { text: chip }).click();
  await expect(cells).toHaveCount(4);
  const found = studio.diptych<{ prompt: string; tags: string[] }>(
    'pictures', 'list', '--tag', 'SPRING', '--collection', 'kalender', '--rating', '4',
  );
  expect(found.map(({ prompt, tags }) => [prompt, tags])).toEqual([['雪山下的樱花树，晨光', ['spring']]]);
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
