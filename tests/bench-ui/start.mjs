// P10: from exec to the finished first screen, against a bare window of the same web view; with a library of 100 and one of
// 100,000. Both are looked at from outside, on the X server's screen: done is when nothing changes any more.

import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../window/webdriver.mjs';
import { median, most, short } from './stats.mjs';

const ROUNDS = 9;
/** Of the pixels that changed at all, this share may still differ: a blinking cursor. */
const REST = 0.01;

/** Milliseconds until the screen is what it is in the end. */
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
  const [before, final] = [seen[0].view[0], seen.at(-1).view[0]];
  const off = (view) => view.reduce((sum, line, row) => sum + differing(line, final[row]), 0);
  const all = off(before);
  if (all === 0) throw new Error(`nothing was shown: ${program.output}`);
  let done = null;
  for (const { at: when, view } of seen) {
    if (off(view[0]) / all > REST) done = null;
    else done ??= when;
  }
  return done - at;
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
  const [bare, few, many] = [median(times.floor), median(times[100]), median(times[100000])];
  const note = (list) => `longest ${short(most(list))}, n ${list.length}`;
  table.add('P10', 'a bare window', bare, { note: note(times.floor), raw: times.floor });
  table.add('P10', 'Diptych, 100 pictures', few, { baseline: bare, share: 1.35, note: note(times[100]), raw: times[100] });
  table.add('P10', 'Diptych, 100,000 pictures', many, { baseline: few, share: 1.15, note: note(times[100000]), raw: times[100000] });
}
