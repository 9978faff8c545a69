// What only a desktop can show: two fingers, full screen, the clipboard, a drag to another program, a page that dies,
// folders. Not here: what the page draws (tests/e2e), files that come in (run.mjs), and a page that hangs: a process that is
// stopped is not told from a slow one within a time that a test could wait.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decode } from './pixels.mjs';
import { grab } from './screen.mjs';
import { start } from './webdriver.mjs';
import { word } from './words.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const ESCAPE = '\uE00C';
const PERCENTS = `() => [...document.querySelectorAll('article canvas')].map((pane) => Number(/(\\d+) %/.exec(pane.getAttribute('aria-label'))?.[1]))`;

/** The two programs beside the app, built below `folder`: a GTK module for the app itself, and a neighbour. */
export function buildNeighbours(folder) {
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'gtk+-3.0'], { encoding: 'utf8' }).trim().split(/\s+/);
  const [fingers, neighbour] = [join(folder, 'libfingers.so'), join(folder, 'neighbour')];
  execFileSync('cc', ['-shared', '-fPIC', '-o', fingers, here('fingers.c'), ...flags]);
  execFileSync('cc', ['-o', neighbour, here('neighbour.c'), ...flags]);
  return { fingers, neighbour };
}

/**
 * The steps. `seat` has the session, the page, `diptych(…)`, the environment, the `screen`,
 * `folder` and `neighbour`. */
export const native = (seat) => {
  const run = (...args) => seat.session.run(...args);
  const wait = (...args) => seat.session.wait(...args);
  const env = () => ({ ...process.env, ...seat.env });
  const hand = (...does) => execFileSync('python3', [here('hand.py'), ...does], { env: env(), encoding: 'utf8' }).trim();
  const app = () => Number(readFileSync(join(seat.folder, 'app.pid'), 'utf8'));
  const magnified = () => run(`() => visualViewport.scale`);

  /** The process that the page runs in. */
  const pageProcess = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
      const [, name, state, parent] = /\((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
      if (Number(parent) === app() && state !== 'Z' && /^WebKitWebProces/.test(name)) return Number(pid);
    }
    return null;
  };
  const dialogs = () => Number(hand('count:Diptych')) - 1;
  async function until(what, holds, seconds = 20) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
      if (await holds()) return;
    }
    throw new Error(`not so after ${seconds} s: ${what}`);
  }
  /** The interface stands on the screen. A session of the driver ends with the page's process, so it is looked at. */
  const isDrawn = () => {
    const { rows } = decode(grab(seat.screen, 400, 400));
    const colours = new Set();
    for (let at = 0; at < rows.length; at += 3) colours.add(rows.readUIntBE(at, 3));
    return colours.size > 40;
  };

  async function openWall() {
    await seat.page.go('gallery');
    await run(`() => document.activeElement.blur()`);
    // One of Flash, whose originals are PNG, and the one after it.
    const cell = `() => [...document.querySelectorAll('[role=option]')].find((one) => !one.hidden && /^Flash/.test(one.getAttribute('aria-label')) && one.getAttribute('aria-posinset') !== one.getAttribute('aria-setsize'))`;
    await seat.session.click(await wait('a picture', cell));
    await run(`() => document.querySelector('[role=listbox]').focus()`);
    await seat.session.keys('\uE008\uE014');
    await seat.session.keys('\uE007');
    await wait('two panes', `() => {
      const panes = [...document.querySelectorAll('article canvas')];
      return panes.length === 2 && panes.every((pane) => pane.getAttribute('aria-busy') !== 'true');
    }`);
  }

  return [
    ['two fingers zoom the pictures of the wall, and never the page', async () => {
      await openWall();
      const before = await run(PERCENTS);
      process.kill(app(), 'SIGUSR2');
      await until('both panes zoomed', async () => (await run(PERCENTS)).every((percent, at) => percent > before[at] * 1.5));
      const [first, second] = await run(PERCENTS);
      assert.ok(Math.abs(first / before[0] - 2) < 0.2, `${before} became ${[first, second]}`);
      assert.equal(await magnified(), 1);
      await seat.page.keep('wall-pinched');
      await seat.session.keys('0');
      await seat.page.go('gallery');
      process.kill(app(), 'SIGUSR2');
      await sleep(500);
      assert.equal(await magnified(), 1);
    }],

    ['a copied picture is pasted elsewhere, pixel for pixel', async () => {
      await openWall();
      const at = (await run(`() => [...document.querySelectorAll('article canvas')].map((pane) => /Flash/.test(pane.getAttribute('aria-label')))`)).indexOf(true);
      assert.ok(at >= 0, 'no picture of Flash, whose originals are PNG');
      await run(`(at) => document.querySelectorAll('article canvas')[at].focus()`, at);
      await seat.session.keys('y');
      await wait('the word for it', `(text) => document.body.textContent.includes(text)`, { args: [word('wall.copied')], seconds: 60 });
      const file = join(seat.folder, 'pasted.png');
      execFileSync(seat.neighbour, ['paste', file], { env: env(), timeout: 60_000 });
      const pasted = decode(readFileSync(file));
      const originals = seat.diptych('queue', 'list').filter((job) => job.mime === 'image/png' && job.width === pasted.width && job.height === pasted.height);
      assert.ok(originals.some(({ path }) => decode(readFileSync(path)).rows.equals(pasted.rows)), 'what was pasted is no original');
    }],

    ['the wall fills the screen, says there what it does, and Escape leaves one thing at a time', async () => {
      await openWall();
      await seat.session.keys('f');
      await wait('full screen', `() => document.fullscreenElement !== null`);
      await seat.session.keys('y');
      const seen = await wait('a notice over it', `() => {
        const notice = document.querySelector('[role=log] .notice');
        if (!notice) return null;
        const { x, y, width, height } = notice.getBoundingClientRect();
        return notice.contains(document.elementFromPoint(x + width / 2, y + height / 2)) ? notice.textContent : null;
      }`, { seconds: 60 });
      assert.ok(seen.length > 0);
      await seat.page.keep('wall-full-screen');
      await seat.session.keys(ESCAPE);
      await wait('no full screen', `() => document.fullscreenElement === null`);
      await wait('the wall', `() => document.querySelectorAll('article canvas').length > 0`);
      await sleep(600);
      await seat.session.keys(ESCAPE);
      await wait('the gallery', `() => document.querySelectorAll('article canvas').length === 0`);
    }],

    ['pictures are dragged to another program as the originals, to be copied', async () => {
      await seat.page.go('gallery');
      await seat.session.resize(1440, 900);
      await wait('the size', `() => innerWidth === 1440`);
      const shelf = start(seat.neighbour, ['shelf', '1560', '200'], env());
      await until('the shelf', () => shelf.output.includes('ready'));
      const [x, y] = await wait('a picture', `() => {
        const cell = [...document.querySelectorAll('[role=option]')].find((one) => !one.hidden && one.querySelector('img')?.naturalWidth > 0);
        const box = cell?.getBoundingClientRect();
        return box && [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
      }`);
      // Alone: what is selected beside it would go along.
      hand(`move:${x}:${y}`, 'press', 'release', 'wait:0.5', 'press', `glide:${x + 60}:${y + 20}`, 'wait:0.5', 'glide:1660:300', 'wait:0.5', 'glide:1664:302', 'release');
      await until('the drop', () => shelf.output.includes('copy'));
      const { copy, files } = JSON.parse(shelf.output.trim().split('\n').at(-1));
      await shelf.stop();
      assert.equal(copy, true);
      assert.equal(files.length, 1);
      const { pictures } = await seat.page.call('pictures.list', { limit: 1 });
      const [{ path }] = seat.diptych('pictures', 'show', pictures[0].id);
      assert.deepEqual(files, [path]);
      assert.ok(existsSync(path), 'the original went with the drag');
      // The page has forgotten the press: the next click selects one picture, and draws no band.
      hand(`move:${x}:${y}`, 'press', 'release');
      await wait('one selected', `() => document.querySelectorAll('[role=option][aria-selected=true]').length === 1`);
    }],

    ['the library moves to a folder that is chosen in a dialog of the desktop', async () => {
      const before = (await seat.page.call('pictures.list', {})).total;
      // Small letters alone: the hand that types has no Shift.
      const to = join(tmpdir(), `diptych-moved-${process.pid}`);
      mkdirSync(to);
      process.once('exit', () => rmSync(to, { recursive: true, force: true }));
      await seat.page.go('settings');
      await seat.page.press('storage.move-button');
      await seat.page.press('storage.move-choose');
      await until('the dialog', () => Number(hand(`count:${word('N-FOLDER-LIBRARY')}`)) === 1);
      hand(`focus:${word('N-FOLDER-LIBRARY')}:0`, 'wait:0.5', ...[...to].map((letter) => `key:${KEYS[letter] ?? letter}`), 'wait:1', 'key:Return', 'wait:1');
      if (Number(hand(`count:${word('N-FOLDER-LIBRARY')}`)) === 1) hand('key:Return');
      await wait('the word for it', `(text) => document.body.textContent.includes(text)`, { args: [word('storage.moved', { folder: to })], seconds: 120 });
      assert.ok(existsSync(join(to, 'ledger.sqlite')));
      assert.equal((await seat.page.call('pictures.list', {})).total, before);
      assert.equal((await seat.page.call('hello')).places.library, to);
      assert.deepEqual(seat.diptych('check', '--read-data').filter((line) => line.problem), []);
    }],

    ['a page whose process dies comes back, and after three times it is asked about', async () => {
      for (let death = 1; death <= 3; death += 1) {
        process.kill(pageProcess(), 'SIGKILL');
        await until(`blank after death ${death}`, () => !isDrawn(), 30).catch(() => undefined);
        await until(`back after death ${death}`, () => pageProcess() !== null && isDrawn(), 60);
      }
      process.kill(pageProcess(), 'SIGKILL');
      await until('a dialog', () => dialogs() === 1);
      hand('focus:Diptych:0', 'key:Return');
      await until('no dialog', () => dialogs() === 0);
      await until('back after the word', () => pageProcess() !== null && isDrawn(), 60);
    }],
  ];
};

/** Keys whose names are not their letters. */
const KEYS = { '/': 'slash', '-': 'minus', '.': 'period', '_': 'underscore' };
