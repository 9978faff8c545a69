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
  await studio.go('gallery');
  await expect(studio.button('gallery.empty.action')).toBeVisible();
  await studio.audit('gallery-none');
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

/** So many of the gallery on the wall, from its first picture, by keyboard. */
async function compare(count: number) {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+3');
  await studio.tabTo(word('gallery.list'));
  await page.keyboard.press('Home');
  for (let more = 1; more < count; more += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await settled(count);
}

async function settled(count: number) {
  const panes = studio.page.locator('article canvas');
  await expect(panes).toHaveCount(count);
  for (const pane of await panes.all()) await expect(pane).not.toHaveAttribute('aria-busy', 'true');
}

test('by keyboard: four are compared, zoomed to a detail, swiped and blinked, and one is picked', async () => {
  const { page } = studio;
  await compare(4);
  await page.keyboard.press('2');
  const panes = page.locator('article canvas');
  // Pictures of other sizes show the same part at another scale.
  await expect(page.locator('article canvas[aria-label*="200 %"]').first()).toBeVisible();
  await page.keyboard.press('Shift+ArrowRight');
  await settled(4);
  await studio.audit('wall-four-detail');
  await page.keyboard.press('0');
  for (const [key, mode] of [['w', 'swipe'], ['b', 'blink']] as const) {
    await page.keyboard.press(key);
    await expect(panes).toHaveAttribute('aria-label', new RegExp(`^${word(`wall.mode.${mode}`)}: `));
  }
  await page.keyboard.press('s');
  await settled(4);
  const focused = () => page.evaluate(() => Number((document.activeElement as HTMLElement).dataset['pane']));
  const before = await focused();
  await page.keyboard.press('Control+ArrowRight');
  const picked = await focused();
  expect(picked).toBe((before + 1) % 4);
  await page.keyboard.press('k');
  await expect(page.locator('article').nth(picked).getByRole('slider')).toHaveAttribute('aria-valuenow', '5');
  expect(studio.diptych('pictures', 'list', '--rating', '5')).toHaveLength(1);
});

for (const count of [4, 9]) {
  test(`${count} panes, and every way to compare two of them`, async () => {
    test.setTimeout(180_000);
    const { page } = studio;
    await compare(count);
    await studio.audit(`wall-${count}-side`);
    for (const [key, mode] of [['w', 'swipe'], ['o', 'onion'], ['b', 'blink'], ['d', 'difference']] as const) {
      await page.keyboard.press(key);
      // Pictures of another prompt have no difference to look at; the wall says so, and stays as it is.
      await page.waitForTimeout(300);
      await studio.audit(`wall-${count}-${mode}`);
      await page.keyboard.press('s');
    }
    await page.keyboard.press('i');
    await studio.audit(`wall-${count}-details`);
    await page.keyboard.press('i');
    await page.keyboard.press('Escape');
  });
}

test('a picture is found by two Chinese characters, rated, tagged and saved, by keyboard alone', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Control+3');
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
