// From the first start to two pictures side by side, with axe on every view. Later steps stand on earlier ones.

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

test('Pro and Flash make a picture each', async () => {
  const { page } = studio;
  await studio.button('compose.generate').click();
  await expect(page.locator('[data-job]')).toHaveCount(2);
  await page.screenshot({ path: '../artefacts/e2e/waiting.png' });
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

test('the gallery has both, newest first', async () => {
  const { page } = studio;
  await studio.go('gallery');
  await expect(page.getByRole('option')).toHaveCount(2);
  await studio.audit('gallery');
  await page.getByRole('option').first().click();
  await studio.audit('gallery-details');
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
    await page.screenshot({ path: `../artefacts/e2e/small-${view}.png` });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider, `${view} is wider than the window`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('nothing else was asked for, and nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});

test('without the token there is nothing to see', async ({ browser }) => {
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  await page.goto(new URL(studio.url).origin);
  await expect(page.getByText(word('app.unauthorised.title'))).toBeVisible();
  const refused = await page.request.post(`${new URL(studio.url).origin}/rpc/settings.get`, { data: {} });
  expect(refused.status()).toBe(401);
  await stranger.close();
});
