// Journeys in the real window by keyboard alone, axe clean: four pictures are compared and one is picked, last month's picture
// is found by two Chinese characters, a sheet leaves as a contact sheet and as originals. Not here: the same in Chromium
// (tests/e2e/many.spec.mts, leave.spec.mts).

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { png } from './png.mjs';
import { word } from './words.mjs';

const [CONTROL, SHIFT, TAB, ENTER, ESCAPE, HOME, RIGHT, DOWN] = '\uE009\uE008\uE004\uE007\uE00C\uE011\uE014\uE015';
const CHINESE = '黄昏的灯塔与归航的渔船，长曝光';
const PANES = `(count) => {
  const panes = [...document.querySelectorAll('article canvas')];
  return panes.length === count && panes.every((pane) => pane.getAttribute('aria-busy') !== 'true');
}`;
const SHOWN = `(count) => [...document.querySelectorAll('[role=option]')].filter((one) => !one.hidden).length === count`;
const LABELS = `() => [...document.querySelectorAll('article canvas')].map((pane) => pane.getAttribute('aria-label'))`;

/** The steps. `seat` has the session, the page, the home folder, a folder for files and `diptych(…)`. */
export const journeys = (seat) => {
  const wait = (...args) => seat.session.wait(...args);
  const run = (...args) => seat.session.run(...args);
  const keys = (text) => seat.session.keys(text);

  async function tabTo(name) {
    const focused = `() => (document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()`;
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await run(focused)).startsWith(name)) return;
      await keys(TAB);
    }
    throw new Error(`Tab does not reach “${name}”`);
  }

  const view = async (number, name) => {
    await run(`() => document.activeElement.blur()`);
    await keys(`${CONTROL}${number}`);
    await wait(name, `(name) => document.querySelector('nav button[aria-current=page]')?.getAttribute('aria-label') === name`, {
      args: [word(`nav.${name}`)],
    });
  };

  const mode = (name) => wait(name, `(name) => document.querySelector('article canvas')?.getAttribute('aria-label').startsWith(name)`, {
    args: [`${word(`wall.mode.${name}`)}: `],
  });

  const list = async () => {
    await view(3, 'gallery');
    await tabTo(word('gallery.list'));
    await keys(HOME);
  };

  const exports = () => {
    const folder = join(seat.home, 'library/exports');
    return existsSync(folder) ? readdirSync(folder).sort().map((file) => join(folder, file)) : [];
  };

  const selected = (count) =>
    wait(`${count} selected`, `(count) => document.querySelectorAll('[role=option][aria-selected=true]').length === count`, { args: [count] });

  return [
    ['by keyboard: four are compared, zoomed, swiped and blinked, and one is picked', async () => {
      await list();
      for (let n = 0; n < 3; n += 1) await keys(`${SHIFT}${RIGHT}`);
      await selected(4);
      await keys(ENTER);
      await wait('four panes', PANES, { args: [4] });
      await keys('2');
      // Smaller pictures are scaled to line up with the largest, and say so.
      await wait('200 %', `() => [...document.querySelectorAll('article canvas')].some((pane) => /200 %/.test(pane.getAttribute('aria-label')))`);
      await keys(`${SHIFT}${RIGHT}`);
      await wait('the detail', PANES, { args: [4] });
      await seat.page.audit('journey-detail');
      await keys('0');
      await keys('w');
      await mode('swipe');
      await seat.page.audit('journey-swipe');
      await keys('b');
      await mode('blink');
      await keys('s');
      await wait('four panes again', PANES, { args: [4] });
      const focused = async () => Number(await run(`() => document.activeElement.dataset.pane`));
      const first = await focused();
      await keys(`${CONTROL}${RIGHT}`);
      const picked = await focused();
      assert.equal(picked, (first + 1) % 4);
      const rated = async () => (await seat.page.call('pictures.list', {})).pictures.filter((one) => one.rating === 5).length;
      const before = await rated();
      await keys('k');
      await wait('five stars', `(at) => document.querySelectorAll('article')[at].querySelector('[role=slider]')?.getAttribute('aria-valuenow') === '5'`, { args: [picked] });
      assert.equal(await rated(), before + 1);
      assert.equal((await run(LABELS)).length, 4);
      await seat.page.audit('journey-picked');
      await keys(ESCAPE);
    }],

    ['by keyboard: last month’s picture is found by two Chinese characters', async () => {
      // Pictures with these words from today, and one that was made last month and comes in from outside.
      await seat.page.call('sheets.create', { prompt: CHINESE, models: ['pro', 'flash'], size: '1K', aspect: '1:1', count: 2, confirmed: true });
      const there = async () => (await seat.page.call('pictures.list', {})).pictures.filter(({ prompt }) => prompt === CHINESE).length === 4;
      for (let tries = 0; !(await there()) && tries < 300; tries += 1) await sleep(100);
      const old = join(seat.folder, 'last-month.png');
      writeFileSync(old, png(120, 'parameters', `${CHINESE}\nSteps: 20, Seed: 7, Size: 320x200`));
      const made = new Date(new Date().getFullYear(), new Date().getMonth() - 1, 15, 12);
      utimesSync(old, made, made);
      seat.diptych('import', old);
      await view(3, 'gallery');
      await keys('/');
      const box = await wait('the search', `() => document.activeElement.matches('input') && document.activeElement`);
      await seat.session.type(box, '渔船');
      await wait('the five of them', SHOWN, { args: [5], seconds: 60 });
      await tabTo(word('gallery.list'));
      await keys('f');
      await tabTo(word('gallery.filter.time'));
      // Down the list: while letters are typed, WebKit takes the space in a name for the key that opens the list.
      const chosen = () => run(`() => document.activeElement.selectedOptions?.[0]?.textContent.trim() ?? ''`);
      for (let steps = 0; !(await chosen()).startsWith(word('gallery.filter.time.last-month')) && steps < 8; steps += 1) {
        await keys(DOWN);
      }
      await wait('the one of last month', SHOWN, { args: [1] });
      await tabTo(word('gallery.list'));
      await keys(HOME);
      await wait('its prompt', `(text) => document.body.textContent.includes(text)`, { args: [CHINESE] });
      await selected(1);
      await seat.page.audit('journey-last-month');
      await tabTo(word('gallery.filter.clear'));
      await keys(ENTER);
    }],

    ['by keyboard: a whole sheet leaves as originals, and as a labelled contact sheet', async () => {
      const before = exports();
      const fresh = () => exports().filter((file) => !before.includes(file));
      await list();
      // What came last is from outside, and of no sheet.
      await keys(RIGHT);
      const mine = (await seat.page.call('sheets.list', { limit: 1 }))[0];
      const { jobs } = await seat.page.call('sheets.get', { id: mine.id });
      await tabTo(word('gallery.sheet'));
      await keys(ENTER);
      await wait('the sheet alone', SHOWN, { args: [jobs.length] });
      await tabTo(word('gallery.list'));
      await keys(`${CONTROL}a`);
      await selected(jobs.length);
      await keys('e');
      await wait('the sum', `(text) => document.body.textContent.includes(text)`, { args: [`${jobs.length} copies saved in`] });
      const original = seat.diptych('queue', 'list').filter(({ sheet }) => sheet === mine.id).map(({ path }) => readFileSync(path));
      const copies = fresh().map((file) => readFileSync(file));
      assert.equal(original.length, jobs.length);
      assert.ok(original.every((one) => copies.some((copy) => copy.equals(one))), 'an original is missing among the copies');
      await seat.page.audit('journey-originals');
      await view(1, 'compose');
      await tabTo(word('sheet.contact'));
      await keys(ENTER);
      const contact = () => fresh().find((file) => file.endsWith('contact-sheet.png'));
      for (let tries = 0; !contact() && tries < 200; tries += 1) await sleep(100);
      assert.ok(contact(), 'no contact sheet');
      await seat.page.audit('journey-contact');
      writeFileSync(join(seat.page.artefacts, 'contact-sheet.png'), readFileSync(contact()));
    }],
  ];
};
