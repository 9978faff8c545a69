// Journeys in the real window by keyboard alone: four pictures are compared and one is picked, a picture is found by two
// Chinese characters, a sheet leaves as a contact sheet and as originals. Not here: the same in Chromium with axe
// (tests/e2e/wall.spec.mts, leave.spec.mts).

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { word } from './words.mjs';

const [CONTROL, SHIFT, TAB, ENTER, ESCAPE, HOME, RIGHT] = '\uE009\uE008\uE004\uE007\uE00C\uE011\uE014';
const CHINESE = '黄昏的灯塔与归航的渔船，长曝光';
const PANES = `(count) => {
  const panes = [...document.querySelectorAll('article canvas')];
  return panes.length === count && panes.every((pane) => pane.getAttribute('aria-busy') !== 'true');
}`;
const LABELS = `() => [...document.querySelectorAll('article canvas')].map((pane) => pane.getAttribute('aria-label'))`;

/** The steps. `seat` has the session, the page, the home folder and `diptych(…)`. */
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
      await seat.page.keep('journey-detail');
      await keys('0');
      await keys('w');
      await mode('swipe');
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
      await keys(ESCAPE);
    }],

    ['by keyboard: a picture is found by two Chinese characters', async () => {
      await seat.page.call('sheets.create', { prompt: CHINESE, models: ['flash'], size: '1K', aspect: '1:1', count: 1, confirmed: true });
      const there = async () => (await seat.page.call('pictures.list', {})).pictures.some(({ prompt }) => prompt === CHINESE);
      for (let tries = 0; !(await there()) && tries < 300; tries += 1) await sleep(100);
      await view(3, 'gallery');
      await keys('/');
      const box = await wait('the search', `() => document.activeElement.matches('input') && document.activeElement`);
      await seat.session.type(box, '渔船');
      await wait('the one picture', `() => [...document.querySelectorAll('[role=option]')].filter((one) => !one.hidden).length === 1`, { seconds: 60 });
      await tabTo(word('gallery.list'));
      await keys(HOME);
      await wait('its prompt', `(text) => document.body.textContent.includes(text)`, { args: [CHINESE] });
      await seat.page.keep('journey-chinese');
    }],

    ['by keyboard: what was found leaves as the original, and its sheet as a labelled contact sheet', async () => {
      const before = exports();
      const fresh = () => exports().filter((file) => !before.includes(file));
      await keys('e');
      await wait('the sum', `(text) => document.body.textContent.includes(text)`, { args: ['1 copy saved in'] });
      const original = seat.diptych('queue', 'list').map(({ path }) => path).filter((path) => path && existsSync(path));
      const [copy] = fresh();
      assert.ok(original.some((path) => readFileSync(path).equals(readFileSync(copy))), 'the copy is not the original');
      await view(1, 'compose');
      await tabTo(word('sheet.contact'));
      await keys(ENTER);
      for (let tries = 0; !fresh().some((file) => file.endsWith('contact-sheet.png')) && tries < 100; tries += 1)
        await sleep(100);
      assert.ok(fresh().some((file) => file.endsWith('contact-sheet.png')));
    }],
  ];
};
