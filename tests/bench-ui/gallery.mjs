// P7: the gallery with 1,000 and with 100,000 pictures. P8: from a keystroke in the search box to the grid that answers it.
// Not here: what the index itself takes (`diptych bench find`).

import { setTimeout as sleep } from 'node:timers/promises';
import { frames, median, most, p95, short } from './stats.mjs';
import { pss } from './window.mjs';

const SMALL = 1_000;
const LARGE = 100_000;
const SCROLL_MS = 5_000;
const JUMPS = 40;
const ROUNDS = 2;
const THUMBS = 5_000;

const FIRST = `async () => {
  const began = performance.now();
  bench.key('3', document.body, { ctrlKey: true });
  await bench.until(() => {
    const images = bench.cells().map((one) => one.querySelector('img'));
    return images.length > 0 && images.every((image) => image.classList.contains('ready') && image.complete);
  });
  await bench.drawn();
  return performance.now() - began;
}`;

/** Down by some rows a frame, as a wheel that is turned without pause. */
const SCROLL = `async (ms, step) => {
  const list = document.querySelector('[role=listbox]');
  list.scrollTop = 0;
  await bench.drawn();
  let way = 1;
  return bench.run(ms, () => {
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 2) way = -1;
    if (list.scrollTop <= 0) way = 1;
    list.scrollTop += way * step;
  });
}`;

const JUMP = `async (share) => {
  const list = document.querySelector('[role=listbox]');
  const began = performance.now();
  list.scrollTop = Math.round((list.scrollHeight - list.clientHeight) * share);
  await bench.frame();
  await bench.until(() => {
    const { top, bottom } = list.getBoundingClientRect();
    const images = bench.cells().filter((one) => { const box = one.getBoundingClientRect(); return box.bottom > top && box.top < bottom; }).map((one) => one.querySelector('img'));
    return images.length > 0 && images.every((image) => image.classList.contains('ready') && image.complete);
  });
  await bench.drawn();
  return performance.now() - began;
}`;

/** Screen by screen until so many pictures were shown. */
const SEE = `async (count) => {
  const list = document.querySelector('[role=listbox]');
  list.scrollTop = 0;
  for (let seen = 0; seen < count; ) {
    await bench.until(() => bench.cells().every((one) => one.querySelector('img').classList.contains('ready')));
    seen += bench.cells().length;
    const before = list.scrollTop;
    list.scrollTop += list.clientHeight;
    if (list.scrollTop === before) list.scrollTop = 0;
    await bench.drawn();
  }
}`;

const NODES = `() => document.querySelector('[role=listbox]').querySelectorAll('*').length`;

// A fixed row of numbers, so that both libraries are jumped about in alike.
const shares = Array.from({ length: JUMPS }, (_, at) => (((at + 1) * 0.6180339887) % 1));

async function one(window, home) {
  await window.open(home);
  await sleep(1500);
  const first = await window.run(FIRST);
  await sleep(1000);
  const slow = frames(await window.run(SCROLL, SCROLL_MS, 30));
  const jumps = [];
  for (const share of shares) {
    jumps.push(await window.run(JUMP, share));
    await sleep(150);
  }
  const nodes = await window.run(NODES);
  await window.run(SEE, THUMBS);
  const memory = pss(window.web);
  await window.close();
  return { first, slow, jumps, nodes, memory };
}

export async function gallery({ window, table, libraries }) {
  const runs = { [SMALL]: [], [LARGE]: [] };
  // Thumbnails of the few originals are made once, before anything is measured.
  const homes = { [SMALL]: libraries.copy(SMALL), [LARGE]: libraries.copy(LARGE) };
  for (const pictures of [SMALL, LARGE]) {
    await window.open(homes[pictures]);
    await window.run(FIRST);
    await window.close();
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const pictures of [SMALL, LARGE]) runs[pictures].push(await one(window, homes[pictures]));
  }
  const of = (pictures, pick) => median(runs[pictures].map(pick));
  const say = (what, pick, target, unit = 'ms', note = '') =>
    table.add('P7', what, of(LARGE, pick), { target, unit, baseline: of(SMALL, pick), share: 1.2, note, raw: runs[LARGE].map(pick) });
  say('first thumbnails', (run) => run.first, 350);
  say('scrolling, p99', (run) => run.slow.p99, 35, 'ms', `median ${short(of(LARGE, (run) => run.slow.median))}`);
  say('scrolling, longest frame', (run) => run.slow.most, 90);
  say('a jump until all thumbnails, p95', (run) => p95(run.jumps), 110, 'ms', `median ${short(of(LARGE, (run) => median(run.jumps)))}, longest ${short(most(runs[LARGE].flatMap((run) => run.jumps)))}`);
  say('elements in the list', (run) => run.nodes, 250, '');
  say(`page’s memory after ${THUMBS} thumbnails`, (run) => run.memory, 280, 'MiB', `1,000 pictures: the same ones again`);
}

// Each letter changes the list, so the new total is what says that the grid has answered.
const TYPED = ['golden harbour', 'zinnia', 'quiet lake'];

const TYPE = `async (text) => {
  const box = document.querySelector('[role=searchbox]');
  box.focus();
  const total = () => bench.cells()[0]?.getAttribute('aria-setsize') ?? document.querySelector('main h2')?.textContent ?? '';
  const times = [];
  for (let end = 1; end <= text.length; end += 1) {
    if (text[end - 1] === ' ') continue;
    const before = total();
    const began = performance.now();
    box.value = text.slice(0, end);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    // Where the letter changes nothing there is nothing to wait for; that is not counted.
    const changed = await bench.until(() => total() !== before || (performance.now() - began > 600 && 'same'));
    if (changed === 'same') continue;
    await bench.frame();
    times.push(performance.now() - began);
    await new Promise((ok) => setTimeout(ok, 250));
  }
  box.value = '';
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await new Promise((ok) => setTimeout(ok, 600));
  return times;
}`;

export async function search({ window, table, libraries }) {
  const runs = {};
  for (const pictures of [SMALL, LARGE]) {
    await window.open(libraries.copy(pictures));
    await window.gallery();
    runs[pictures] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const text of TYPED) {
        const times = await window.run(TYPE, text);
        if (round > 0) runs[pictures].push(...times);
      }
    }
    await window.close();
  }
  table.add('P8', 'a keystroke to the grid, p95', p95(runs[LARGE]), {
    target: 50,
    note: `median ${short(median(runs[LARGE]))}, longest ${short(most(runs[LARGE]))}, n ${runs[LARGE].length}; 1,000 pictures: ${short(p95(runs[SMALL]))}`,
    raw: runs[LARGE],
  });
}
