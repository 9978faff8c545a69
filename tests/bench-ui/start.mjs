// P10: from exec to the finished first screen, against a bare window of the same web view; with a library of 100 and one of
// 100,000. Both are looked at from outside, on the X server's screen: done is when the left three tenths of the window, which
// hold the rail and the form, do not change any more. The rest, pictures of the last sheet, is said beside it.

import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../window/webdriver.mjs';
import { median, most, short } from './stats.mjs';

const ROUNDS = 9;
/** Of the pixels that changed at all, this share may still differ: a blinking cursor. */
const REST = 0.01;

/** Milliseconds until the window's left part is what it is in the end, and until all of it is. */
async function shown(bench, run, patience = 4000) {
  const screen = [{ x: 0, y: 0, width: bench.eye.width, height: bench.eye.height }];
  const stop = bench.eye.record(screen, 60);
  await sleep(50);
  const at = Date.now();
  const program = run();
  await sleep(patience);
  const seen = await stop();
  await program.stop();
  await sleep(500);
  const views = seen.map(({ at: when, view }) => ({ at: when - at, lines: view[0] }));
  const [left, right] = reach(views[0].lines, views.at(-1).lines);
  if (right === 0) throw new Error(`nothing was shown: ${program.output}`);
  return { part: settled(views, left, left + Math.floor((right - left) * 0.3)), whole: settled(views, left, right) };
}

/** The columns in which something changed: where the window is. */
function reach(before, final) {
  let [left, right] = [Infinity, 0];
  for (const [row, line] of before.entries()) {
    for (let at = 0; at < line.length; at += 4) {
      if (line.readUInt32LE(at) === final[row].readUInt32LE(at)) continue;
      left = Math.min(left, at / 4);
      right = Math.max(right, at / 4 + 1);
    }
  }
  return [left, right];
}

/** When these columns became what they are in the end. */
function settled(views, left, right) {
  const cut = (line) => line.subarray(left * 4, right * 4);
  const final = views.at(-1).lines.map(cut);
  const off = (lines) => lines.reduce((sum, line, row) => sum + differing(cut(line), final[row]), 0);
  const all = off(views[0].lines);
  let done = null;
  for (const { at, lines } of views) {
    if (off(lines) / all > REST) done = null;
    else done ??= at;
  }
  return done;
}

function differing(a, b) {
  if (a.equals(b)) return 0;
  let count = 0;
  for (let at = 0; at < a.length; at += 4) if (a.readUInt32LE(at) !== b.readUInt32LE(at)) count += 1;
  return count;
}

export async function coldStart(bench) {
  const { libraries, desk, app, floor, table } = bench;
  const page = new URL('pages/bare.html', import.meta.url).href;
  const opened = (home) => () => start(app, [], { ...desk.env, DIPTYCH_HOME: home });
  const ways = {
    floor: () => floor.spawn(page),
    100: opened(libraries.copy(100, 'start-100')),
    100000: opened(libraries.copy(100_000, 'start-100000')),
  };
  const times = { floor: [], 100: [], 100000: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const ms = await shown(bench, way, round === 0 ? 8000 : 4000);
      // The first round reads the programs from the disk.
      if (round > 0) times[name].push(ms);
    }
  }
  const of = (name, what) => times[name].map((time) => time[what]);
  const [bare, few, many] = [median(of('floor', 'part')), median(of(100, 'part')), median(of(100000, 'part'))];
  const note = (name) => {
    const list = of(name, 'part');
    return `longest ${short(most(list))}, n ${list.length}; with the last sheet’s pictures ${short(median(of(name, 'whole')))}`;
  };
  table.add('P10', 'a bare window', bare, { note: note('floor').split(';')[0], raw: times.floor });
  table.add('P10', 'Diptych, 100 pictures', few, { baseline: bare, share: 1.35, note: note(100), raw: times[100] });
  table.add('P10', 'Diptych, 100,000 pictures', many, { baseline: few, share: 1.15, note: note(100000), raw: times[100000] });
}
