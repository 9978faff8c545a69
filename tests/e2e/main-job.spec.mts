// From the first start to two pictures side by side, with axe on every view. Later steps stand on earlier ones.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, findExactly } from '../window/pixels.mjs';
import { expect, test } from './playwright.mts';
import { artefacts, Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
});
test.afterAll(() => studio.close());

/** At 1:1 the middle of Flash's pane is, pixel for pixel, the middle of the largest PNG in the library. */
async function expectExact(): Promise<void> {
  const { page } = studio;
  const jobs = studio.diptych<{ path: string; mime: string; width: number }>('queue', 'list');
  const file = jobs.filter((job) => job.mime === 'image/png').sort((a, b) => b.width - a.width)[0]!.path;
  const original = decode(readFileSync(file));
  const pane = page.locator('article canvas[aria-label*=Flash]');
  await expect(pane).toBeVisible();
  await page.keyboard.press('0');
  await page.keyboard.press('1');
  await page.mouse.move(10, 10);
  await expect(pane).toHaveAttribute('aria-label', /100 %/);
  await expect
    .poll(async () => {
      const box = (await pane.boundingBox())!;
      // Beside the mark in the middle, which shows where the colours are read without a pointer.
      const [x, y] = [Math.round(box.x + box.width / 2) + 80, Math.round(box.y + box.height / 2) + 80];
      const at = [original.width / 2 + 80, original.height / 2 + 80] as const;
      return findExactly(decode(await page.screenshot()), x, y, original, ...at);
    })
    .not.toBeNull();
}

test('the welcome needs no key', async () => {
  await expect(studio.button('welcome.practice.go')).toBeVisible();
  expect(studio.page.url(), 'the token stayed in the address').not.toContain('token');
  await studio.audit('welcome');
  await studio.button('welcome.practice.go').click();
  await expect(studio.page.locator('#prompt')).toBeVisible();
});

test('compose shows pixels and cost before anything is sent', async () => {
  const { page } = studio;
  await page.locator('#prompt').fill('A lighthouse at dusk, long exposure');
  await page.getByRole('radio', { name: '1K' }).check({ force: true });
  await expect(studio.button('compose.generate')).toBeEnabled();
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await studio.audit('compose');
});

test('all fields fit a small window', async () => {
  const { page } = studio;
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.screenshot({ path: join(artefacts, 'compose-1024x700.png') });
  const hidden = await page.locator('.fields').evaluate((fields) => fields.scrollHeight - fields.clientHeight);
  expect(hidden, 'the prices below the sizes are cut off').toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('Pro and Flash make a picture each', async () => {
  const { page } = studio;
  await studio.button('compose.generate').click();
  await expect(page.locator('[data-job]')).toHaveCount(2);
  await page.screenshot({ path: join(artefacts, 'waiting.png') });
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(2, { timeout: 90_000 });
  for (const image of await page.locator('[data-job] img').all()) {
    await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  }
  await studio.audit('sheet');
});

test('the wall shows them side by side and zooms them together', async () => {
  const { page } = studio;
  await studio.button('sheet.open-wall').click();
  const panes = page.locator('article canvas');
  await expect(panes).toHaveCount(2);
  for (const pane of await panes.all()) await expect(pane).not.toHaveAttribute('aria-busy', 'true');
  await studio.audit('wall');
  await page.keyboard.press('1');
  for (const pane of await panes.all()) await expect(pane).toHaveAttribute('aria-label', /100/);
  await panes.first().hover();
  await page.mouse.wheel(0, -300);
  const zooms = () => panes.evaluateAll((all) => all.map((pane) => /(\d+) %/.exec(pane.getAttribute('aria-label') ?? '')?.[1]));
  await expect.poll(async () => Number((await zooms())[0])).toBeGreaterThan(100);
  const [left, right] = await zooms();
  expect(left).toBe(right);
});

test('at 1:1 the screen shows the pixels of the original', async () => {
  await expectExact();
  await studio.audit('wall-1to1');
});

test('the gallery has both, newest first', async () => {
  const { page } = studio;
  await studio.go('gallery');
  await expect(page.getByRole('option')).toHaveCount(2);
  await studio.audit('gallery');
  await page.getByRole('option').first().click();
  await studio.audit('gallery-details');
});

test('the gallery searches, throws away and takes back', async () => {
  const { page } = studio;
  const search = page.getByRole('searchbox');
  await search.fill('lighthouse');
  await expect(page.getByRole('option')).toHaveCount(2);
  await search.fill('submarine');
  await expect(page.getByText(word('gallery.none.title'))).toBeVisible();
  await studio.audit('gallery-nothing');
  await studio.button('gallery.none.action').first().click();
  await page.getByRole('option').first().click();
  await studio.button('gallery.to-trash').click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.getByRole('button', { name: word('gallery.trash'), exact: true }).click();
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.getByRole('option').first().click();
  await studio.audit('gallery-trash');
  await studio.button('gallery.restore').click();
  await expect(page.getByText(word('gallery.no-trash.title'))).toBeVisible();
  await studio.button('gallery.no-trash.action').click();
  await expect(page.getByRole('option')).toHaveCount(2);
});

test('what was made before is not made again without a word', async () => {
  const { page } = studio;
  await studio.go('compose');
  const show = studio.button('compose.library.show');
  await expect(show).toBeVisible();
  await studio.audit('library');
  await show.click();
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(2);
  await expect(page.getByText(word('sheet.from-library'))).toHaveCount(2);
  expect(studio.diptych('pictures', 'list')).toHaveLength(2);
});

test('a reload and a new start find everything again', async () => {
  const { page } = studio;
  await page.reload();
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(2);
  await expect(page.locator('#prompt')).toHaveValue(/lighthouse/);
  await studio.restart();
  await expect(studio.page.locator('[data-job][data-state=done]')).toHaveCount(2);
  await studio.go('gallery');
  await expect(studio.page.getByRole('option')).toHaveCount(2);
});

test('settings open', async () => {
  await studio.go('settings');
  await studio.audit('settings');
});

test('a key goes in and never comes out', async () => {
  const secret = 'AIza-CANARY-0123456789abcdef';
  await studio.call('accounts.add', { name: 'Canary', kind: 'gemini', key: secret });
  for (const command of ['accounts.list', 'settings.get', 'status.get', 'hello']) {
    expect(JSON.stringify(await studio.call(command)), command).not.toContain(secret);
  }
  await studio.audit('settings-account');
  expect(await studio.page.content()).not.toContain(secret);
  const { id } = (await studio.call<{ id: string; name: string }[]>('accounts.list')).find((one) => one.name === 'Canary')!;
  await studio.call('accounts.remove', { id });
});

test('reduced motion leaves nothing moving', async () => {
  const { page } = studio;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await studio.go('compose');
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((one) => one.playState === 'running').map((one) => String(one.effect?.getComputedTiming().duration)),
  );
  expect(moving.filter((duration) => Number(duration) > 1)).toEqual([]);
  await page.emulateMedia({ reducedMotion: null });
});

test('a small window hides nothing', async () => {
  const { page } = studio;
  await page.setViewportSize({ width: 960, height: 640 });
  for (const view of ['compose', 'gallery', 'settings'] as const) {
    await studio.go(view);
    await page.screenshot({ path: join(artefacts, `small-${view}.png`) });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider, `${view} is wider than the window`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('a picture at 4K has its true pixels, and the wall its sharp crop', async () => {
  const { page } = studio;
  await studio.go('compose');
  await page.locator('#prompt').fill('Layered hills at dawn, mist in the valleys');
  await page.getByRole('radio', { name: '4K' }).check({ force: true });
  await expect(studio.button('compose.generate')).toBeEnabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-job][data-state=done]').getByText('5504 × 3072')).toHaveCount(2, { timeout: 90_000 });
  await studio.audit('sheet-4k');
  await studio.button('sheet.open-wall').click();
  await expectExact();
  await studio.audit('wall-4k-1to1');
});

test('nothing else was asked for, and nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});

test('without the token there is nothing to see', async ({ browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(new URL(studio.url).origin);
  await expect(page.getByText(word('app.unauthorised.title'))).toBeVisible();
  const { origin } = new URL(studio.url);
  const ask = (headers: Record<string, string>) =>
    page.request.post(`${origin}/rpc/settings.get`, { data: {}, headers }).then((answer) => answer.status());
  expect(await ask({ origin }), 'without a cookie').toBe(401);
  expect(await ask({}), 'without an origin').toBe(403);
  expect(await ask({ origin: 'http://elsewhere.example' }), 'from elsewhere').toBe(403);
  await stranger.close();
});
