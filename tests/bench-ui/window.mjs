// The real window on a library, for measuring: opened, driven, looked at, weighed. What the page is told to do is dispatched in
// the page itself, where the clock is read in the same moment. Not here: figures.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Page } from '../window/page.mjs';
import { Session, start } from '../window/webdriver.mjs';

export const SIZE = [1600, 1000];

/** Runs in the page before anything else: what the other scripts use. */
const TOOLS = `() => {
  const frame = () => new Promise((ok) => requestAnimationFrame(ok));
  window.bench = {
    frame,
    /** Two frames: what was changed is on the screen. */
    drawn: () => frame().then(frame),
    key: (key, target = document.activeElement ?? document.body, more = {}) =>
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })),
    /** Does something in every frame for so long, and keeps the times between frames. */
    run: async (ms, each) => {
      const times = [];
      const began = await frame();
      let last = began;
      while (last - began < ms) {
        each((last - began) / ms, times.length);
        const now = await frame();
        times.push(now - last);
        last = now;
      }
      return times;
    },
    until: async (test, ms = 20000) => {
      const began = performance.now();
      for (;;) {
        const found = test();
        if (found) return found;
        if (performance.now() - began > ms) throw new Error('waited too long: ' + test);
        await frame();
      }
    },
    cell: (place) => [...document.querySelectorAll('[role=option]')].find((one) => !one.hidden && Number(one.getAttribute('aria-posinset')) === place),
    cells: () => [...document.querySelectorAll('[role=option]')].filter((one) => !one.hidden),
    canvases: () => [...document.querySelectorAll('article canvas')],
    /** A pointer made by a script cannot be captured. */
    hold: (canvas) => { canvas.setPointerCapture = () => undefined; return canvas; },
  };
}`;

export class Window {
  constructor(app, folder, desk, eye) {
    Object.assign(this, { app, folder, desk, eye });
  }

  async open(home) {
    this.session = await Session.open(this.app, this.folder, { ...this.desk.env, DIPTYCH_HOME: home });
    this.page = new Page(this.session, this.desk.screen, join(this.folder, 'seen'));
    await this.session.wait('the interface', `() => document.querySelector('nav button[aria-current=page]')`);
    await this.session.resize(...SIZE);
    await this.session.wait('the size', `(w, h) => innerWidth === w && innerHeight === h`, { args: SIZE });
    await this.session.run(TOOLS);
  }

  get pid() {
    return Number(readFileSync(join(this.folder, 'app.pid'), 'utf8'));
  }

  /** Runs a function in the page. */
  run(body, ...args) {
    return this.session.run(body, ...args);
  }

  /** Presses a key now; answers when that was. */
  key(key, more = {}) {
    return this.run(`(key, more) => { const at = Date.now(); bench.key(key, undefined, more); return at; }`, key, more);
  }

  async close() {
    const { pid } = this;
    await this.session.close();
    for (let tries = 0; tries < 100 && alive(pid); tries += 1) await sleep(100);
  }

  /** The page's process: the youngest below the app. */
  get web() {
    return below(this.pid).findLast((pid) => nameOf(pid).startsWith('WebKitWebProces'));
  }

  /** The boxes of the panes on the screen, without their edges. */
  async boxes() {
    const found = await this.run(`() => bench.canvases().map((canvas) => {
      const { x, y, width, height } = canvas.getBoundingClientRect();
      return { x: Math.ceil(x) + 4, y: Math.ceil(y) + 4, width: Math.floor(width) - 8, height: Math.floor(height) - 8 };
    })`);
    return found;
  }

  async gallery() {
    await this.run(`async () => {
      if (document.querySelector('[role=listbox]')) return;
      bench.key('3', document.body, { ctrlKey: true });
      await bench.until(() => bench.cells().some((one) => one.querySelector('img')?.naturalWidth > 0));
    }`);
  }

  /** Selects these places of the gallery, from 1, and opens the wall; answers when that was asked. */
  async openWall(places) {
    await this.gallery();
    return this.run(`async (places) => {
      const list = await bench.until(() => document.querySelector('[role=listbox]'));
      for (const [at, place] of places.entries()) {
        for (let tries = 0; !bench.cell(place) && tries < 200; tries += 1) {
          const shown = bench.cells().map((one) => Number(one.getAttribute('aria-posinset')));
          list.scrollTop += place > Math.max(...shown) ? 200 : -200;
          await bench.drawn();
        }
        bench.cell(place).dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: at > 0 }));
        await bench.drawn();
      }
      await new Promise((ok) => setTimeout(ok, 300));
      const at = Date.now();
      bench.key('Enter', list);
      await bench.until(() => bench.canvases().length === places.length);
      return at;
    }`, places);
  }

  async leaveWall() {
    await this.run(`async () => {
      bench.key('Escape', document.body);
      await bench.until(() => document.querySelector('[role=listbox]'));
      await new Promise((ok) => setTimeout(ok, 300));
    }`);
  }
}

const alive = (pid) => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const nameOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
};

/** All processes below this one. */
function below(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return [];
      }
    });
  const found = [pid];
  for (let at = 0; at < found.length; at += 1) found.push(...parents.filter(([, parent]) => parent === found[at]).map(([one]) => one));
  return found.slice(1).sort((a, b) => a - b);
}

/** Memory that only this process holds, and its share of what it holds with others, MiB. */
export function pss(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)[1]) / 1024;
}

/** The baseline window, compiled where it is not there yet. */
export class Floor {
  constructor(source, folder, desk) {
    this.program = join(folder, 'floor');
    this.desk = desk;
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'webkit2gtk-4.1'], { encoding: 'utf8' }).trim().split(/\s+/);
    execFileSync('cc', ['-O2', '-o', this.program, source, ...flags]);
  }

  spawn(url, mode = 'never') {
    return start(this.program, [url, mode], this.desk.env);
  }

  /** Shows a page until it is done; answers what it said, as JSON. */
  async run(page, options, mode) {
    const url = `${new URL(page, new URL('pages/', import.meta.url)).href}?${encodeURIComponent(JSON.stringify(options))}`;
    const program = this.spawn(url, mode);
    await new Promise((ok) => program.child.once('exit', ok));
    const text = program.output.split('\n').flatMap((line) => /^part \d+ (.*)$/.exec(line)?.[1] ?? []).join('');
    const said = text ? JSON.parse(text) : { error: `nothing: ${program.output}` };
    if (said.error) throw new Error(`the baseline said ${said.error}`);
    return said;
  }
}
