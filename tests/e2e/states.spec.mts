// States that no short run of a real engine reaches, on the page that shows views over a scripted host: a gallery of 100,000,
// settings of a window, questions and failures. Looked at by axe in both themes; screenshots stay in artefacts.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from '../window/png.mjs';
import { expect, test } from './playwright.mts';
import { artefacts, violations } from './studio.mts';

const ui = fileURLToPath(new URL('../../ui', import.meta.url));
const built = join(ui, 'dist-states');
const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css', woff2: 'font/woff2' };

/** The built page; pictures are grey, each name its own grey. */
const server = createServer((request, response) => {
  const name = new URL(request.url ?? '/', 'http://page').pathname.slice(1) || 'index.html';
  const type = TYPES[name.split('.').at(-1) ?? ''];
  const file = join(built, name);
  if (name.endsWith('.jpg')) {
    const grey = 40 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 180);
    response.writeHead(200, { 'content-type': 'image/png' }).end(png(grey, 'Comment', name));
  } else if (type && !name.includes('..') && existsSync(file)) {
    response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  } else response.writeHead(404).end();
});
let address = '';

test.beforeAll(async () => {
  test.setTimeout(300_000);
  execFileSync('npm', ['run', 'states', '--silent'], { cwd: ui, stdio: ['ignore', 'ignore', 'inherit'] });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
test.afterAll(() => server.close());

const STATES = [
  'gallery-empty',
  'gallery',
  'gallery-many',
  'gallery-selected',
  'gallery-filtered',
  'gallery-failed',
  'save-as',
  'redo',
  'settings-copies',
  'wall',
  'wall-four',
  'wall-nine',
  'review',
];
for (const state of STATES) {
  test(`${state} is clean in both themes`, async ({ page }) => {
    for (const theme of ['light', 'dark']) {
      await page.goto(`${address}?theme=${theme}#${state}`);
      await expect(page.locator('main')).toBeVisible();
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(artefacts, `state-${state}-${theme}.png`) });
      expect(await violations(page), `${state}, ${theme}`).toEqual([]);
      await page.goto('about:blank');
    }
  });
}
