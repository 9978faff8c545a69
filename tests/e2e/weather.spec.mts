// The weather, the queue and a job's timeline on a provider with a storm: what is said of each wait, what can be done
// with all of it at once, and that both views pass the audit and work from the keyboard.

import { expect, test } from './playwright.mts';
import { Studio } from './studio.mts';
import { word } from '../window/words.mjs';

test.describe.configure({ mode: 'serial' });

const KEY = 'AIza-practice-of-the-weather';
const PRO = 'gemini-3-pro-image';
const SCENARIO = `
latency = { seconds = 0.3 }
key = [{ key = "${KEY}", project = "atelier" }]

[[fault]]
kind = "overload"
prompt_contains = "storm"
model = "${PRO}"

[[fault]]
kind = "reset_before_answer"
prompt_contains = "lost"
`;

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  const address = await studio.provider(SCENARIO);
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
  await studio.call('accounts.add', {
    name: 'atelier',
    kind: 'gemini',
    base_url: address,
    allow_http: true,
    key: KEY,
  });
});
test.afterAll(() => studio.close());

async function generate(prompt: string): Promise<void> {
  const { page } = studio;
  await studio.go('compose');
  await page.locator('#prompt').fill(prompt);
  await page.getByRole('radio', { name: '1K' }).check({ force: true });
  await expect(studio.button('compose.generate')).toBeEnabled();
  await studio.button('compose.generate').click();
  await expect(page.getByRole('heading', { level: 1, name: prompt })).toBeVisible();
}

const sheet = (title: string) => studio.page.getByRole('article', { name: title });

test('before the first call both views teach', async () => {
  const { page } = studio;
  await studio.go('weather');
  await expect(page.getByText(word('weather.empty.title'))).toBeVisible();
  await studio.audit('weather-empty');
  await studio.go('queue');
  await expect(page.getByText(word('queue.empty.title'))).toBeVisible();
  await studio.audit('queue-empty');
});

test('outcomes unknown are decided all at once, with the price', async () => {
  const { page } = studio;
  await generate('A lost letter');
  await expect(page.locator('[data-job][data-state=unknown]')).toHaveCount(2, { timeout: 60_000 });
  await studio.go('queue');
  // The sheet below has such a button of its own, which says one word less.
  await page.getByRole('button', { name: /^Decide 2 unknown/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('$');
  await studio.audit('queue-resolve');
  await dialog.getByRole('button', { name: word('queue.unknown.give-up'), exact: true }).click();
  await expect(page.getByRole('button', { name: word('queue.resolve.all', { n: 2 }) })).toHaveCount(0);
});

test('the storm is said in words, drawn, and told apart from quota', async () => {
  const { page } = studio;
  await generate('A storm over the sea');
  await expect(page.locator('[data-job][data-state=done]')).toHaveCount(1, { timeout: 60_000 });
  await studio.go('weather');
  const route = page.locator(`article[data-route="atelier ${PRO}"]`);
  await expect(route).toHaveAttribute('data-state', 'overloaded');
  await expect(route.getByRole('img')).toBeVisible();
  await studio.audit('weather-storm');
});

test('a route is paused and resumed', async () => {
  const { page } = studio;
  const route = page.locator(`article[data-route="atelier ${PRO}"]`);
  await route.getByRole('button').click();
  await expect(route.getByText(word('weather.paused.text'))).toBeVisible();
  await route.getByRole('button').click();
  await expect(route.getByText(word('weather.paused.text'))).toHaveCount(0);
});

test('the queue says what it waits for, and is paused by a key', async () => {
  const { page } = studio;
  await studio.go('queue');
  await expect(sheet('A storm over the sea')).toContainText('overloaded');
  await page.locator('body').press('p');
  await expect(page.getByText(word('queue.paused.all'))).toBeVisible();
  await studio.audit('queue-paused');
  await page.locator('body').press('p');
  await expect(page.getByText(word('queue.paused.all'))).toHaveCount(0);
});

test('the jobs of a sheet open, and from there the timeline', async () => {
  const { page } = studio;
  await sheet('A storm over the sea').getByRole('button', { expanded: false }).first().click();
  await page.getByRole('table').getByRole('button', { name: word('story.open', { name: 'Pro 1' }) }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(word('story.queued'));
  await expect(dialog).toContainText(word('story.refused.overload'));
  await studio.audit('timeline');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a sheet is stopped, and then nothing of it waits', async () => {
  const row = sheet('A storm over the sea');
  await row.getByRole('button', { name: word('sheet.stop'), exact: true }).first().click();
  await expect(row.getByRole('button', { name: word('sheet.stop'), exact: true })).toHaveCount(0);
});

test('both views are a key away, and the timeline of a cell too', async () => {
  const { page } = studio;
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.type('gm');
  await expect(page.getByRole('heading', { level: 1, name: word('nav.weather') })).toBeVisible();
  await page.keyboard.type('gq');
  await expect(page.getByRole('region', { name: word('nav.queue') })).toBeVisible();
  await page.keyboard.type('gc');
  await page.locator('[data-job] button').first().focus();
  await page.keyboard.press('t');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
