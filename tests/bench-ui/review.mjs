// P14: review mode, from a key to the next picture, sharp on the screen. What is sharp is learned in a first pass over the same
// pictures; those of the second pass have other ids, so that nothing of them is in the page yet.

import { setTimeout as sleep } from 'node:timers/promises';
import { sharp } from './eye.mjs';
import { median, most, p95, short } from './stats.mjs';

const ORIGINALS = 8;
const PRESSES = 48;
/** A decision takes a person at least so long. */
const DWELL_MS = 900;

export async function review({ window, table, libraries }) {
  await window.open(libraries.copy(1000));
  await window.gallery();
  await window.run(`async () => {
    bench.key('r', document.body);
    await bench.until(() => document.querySelector('.review canvas'));
  }`);
  await sleep(3000);
  const [box] = await window.run(`() => [...document.querySelectorAll('.review canvas')].map((canvas) => {
    const { x, y, width, height } = canvas.getBoundingClientRect();
    return { x: Math.ceil(x) + 4, y: Math.ceil(y) + 4, width: Math.floor(width) - 8, height: Math.floor(height) - 8 };
  })`);
  const finals = [];
  for (let at = 0; at < ORIGINALS; at += 1) {
    finals.push(window.eye.look([box]));
    await window.key('ArrowRight');
    await sleep(3000);
  }
  const times = [];
  for (let press = 0; press < PRESSES; press += 1) {
    const final = finals[(ORIGINALS + press + 1) % ORIGINALS];
    const stop = window.eye.record([box]);
    await sleep(20);
    const at = await window.key('k');
    await sleep(DWELL_MS);
    const seen = await stop();
    const first = seen.find((one) => one.at >= at && sharp(one.view, final));
    times.push(first ? first.at - at : DWELL_MS);
  }
  await window.close();
  table.add('P14', 'a key to the next picture, sharp, p95', p95(times), {
    target: 100,
    note: `median ${short(median(times))}, longest ${short(most(times))}, n ${times.length}, ${DWELL_MS} ms at each`,
    raw: times,
  });
}
