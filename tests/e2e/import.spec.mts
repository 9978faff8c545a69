// Pictures come in from outside: chosen, and dropped with their folder; they are found by their prompt, and their details say
// where they come from.

import { expect, test } from './playwright.mts';
import { chunk, png } from '../window/png.mjs';
import { word } from '../window/words.mjs';
import { Studio } from './studio.mts';

test.describe.configure({ mode: 'serial' });

const studio = new Studio();
test.beforeAll(async ({ browser }) => {
  await studio.serve();
  await studio.open(browser);
  await studio.button('welcome.practice.go').click();
  await studio.go('gallery');
});
test.afterAll(() => studio.close());

const A1111 = 'a lighthouse in fog, 雪山\nNegative prompt: people\nSteps: 20, Sampler: Euler a, Seed: 7, Size: 512x320, Model: dreamshaper_8';
const INVOKE = JSON.stringify({ positive_prompt: 'a red fox in snow', seed: 9, model: { name: 'juggernaut' } });
const lighthouse = png(90, 'parameters', A1111, [chunk('caBX', Buffer.from('jumb'))]);

test('files are chosen, and what became of them is said', async () => {
  const { page } = studio;
  await page.locator('section input[type=file]').setInputFiles([
    { name: 'lighthouse.png', mimeType: 'image/png', buffer: lighthouse },
    { name: 'again.png', mimeType: 'image/png', buffer: lighthouse },
    { name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<!DOCTYPE html>') },
  ]);
  await expect(page.getByText('1 imported, 1 already here, 1 is no picture that can be kept.')).toBeVisible();
  await expect(page.getByRole('option')).toHaveCount(1);
});

test('a folder is dropped on the gallery', async () => {
  const { page } = studio;
  const gallery = page.getByRole('region', { name: word('gallery.title'), exact: true });
  const drop = await page.evaluateHandle((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'fox.png', { type: 'image/png' }));
    return data;
  }, png(160, 'invokeai_metadata', INVOKE).toString('base64'));
  await gallery.dispatchEvent('dragover', { dataTransfer: drop });
  await expect(gallery).toHaveAttribute('data-over', word('gallery.import.drop'));
  await gallery.dispatchEvent('drop', { dataTransfer: drop });
  await expect(page.getByRole('option')).toHaveCount(2);
});

test('a picture from outside is found by its prompt, and its details say where it comes from', async () => {
  const { page } = studio;
  await page.getByRole('searchbox').fill('雪山');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.getByRole('option').click();
  const details = page.getByRole('complementary', { name: word('gallery.details') });
  for (const text of ['dreamshaper_8', 'people', 'lighthouse.png', word('gallery.origin.a1111')]) {
    await expect(details.getByText(text).first()).toBeVisible();
  }
  await expect(details.getByText(word('gallery.credentials'), { exact: true })).toBeVisible();
  await studio.audit('gallery-imported');
  await studio.button('gallery.recipe').click();
  await expect(page.getByRole('dialog').getByText('Negative prompt: people')).toBeVisible();
  await studio.audit('gallery-imported-recipe');
  await studio.button('keys.close').click();
  await studio.button('gallery.open').click();
  await expect(page.locator('article canvas')).toHaveCount(1);
  await studio.audit('wall-imported');
});

test('nothing failed on the way', () => {
  expect(studio.trouble).toEqual([]);
});
