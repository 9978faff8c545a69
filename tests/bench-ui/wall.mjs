// P5: how soon a pair is sharp. P6: zooming and dragging two and four panes. P12: swipe, blink and difference. Against two whole
// originals in <img>, and against drawing by a simulated graphics card. The first pairs put their tiles on the disk; those that
// are measured are of the same files under ids that the page has never seen.

import { setTimeout as sleep } from 'node:timers/promises';
import { since, same, sharp } from './eye.mjs';
import { frames, median, most, p95, short } from './stats.mjs';
import { pss } from './window.mjs';

const ORIGINALS = 8;
const WARMUPS = ORIGINALS / 2;
const SETTLE_MS = 3000;
const PATH_MS = 4000;

/** Does something, watches the panes until they rest, and answers after how long they were sharp and exact. */
async function watched(window, boxes, act, settle = SETTLE_MS) {
  const stop = window.eye.record(boxes);
  await sleep(30);
  const at = await act();
  await sleep(settle);
  const seen = await stop();
  // What was on the screen before does not count: it may be the same.
  const later = seen.filter((one) => one.at >= at);
  if (later.length === 0) return { sharp: NaN, exact: NaN, changes: 0 };
  return { sharp: since(later, sharp) - at, exact: since(later, same) - at, changes: later.length };
}

async function pairs(window, rounds) {
  const times = { fit: [], one: [], oneExact: [], warm: [], two: [], twoNext: [] };
  let boxes = null;
  for (let pair = 0; pair < WARMUPS + 2 * rounds; pair += 1) {
    const keep = (name, value) => pair >= WARMUPS && times[name].push(value);
    const places = [2 * pair + 1, 2 * pair + 2];
    if (!boxes) {
      await window.openWall(places);
      await sleep(SETTLE_MS);
      // Without the small map at the right, which is drawn finer once one rests.
      boxes = (await window.boxes()).map((box) => ({ ...box, width: Math.floor(box.width * 0.65) }));
    } else {
      keep('fit', (await watched(window, boxes, () => window.openWall(places))).sharp);
    }
    if (pair % 2 === 0) {
      const one = await watched(window, boxes, () => window.key('1'));
      keep('one', one.sharp);
      keep('oneExact', one.exact);
      keep('twoNext', (await watched(window, boxes, () => window.key('2'), 1500)).exact);
      await window.key('0');
      await sleep(700);
      keep('warm', (await watched(window, boxes, () => window.key('1'), 1500)).sharp);
    } else {
      keep('two', (await watched(window, boxes, () => window.key('2'))).exact);
    }
    await window.key('0');
    await sleep(700);
    await window.leaveWall();
  }
  return times;
}

export async function p5({ window, table, libraries, floor, rounds }) {
  const home = libraries.copy(1000);
  await window.open(home);
  const times = await pairs(window, rounds);
  await window.close();
  libraries.keep(1000, home);
  const files = libraries.originals(1000).slice(0, 2);
  const plain = [];
  for (let round = 0; round < 3; round += 1) plain.push(await floor.run('pair.html', { files: files.map((file) => `file://${file}`) }));
  const painted = median(plain.map((one) => one.painted));
  const say = (what, list, target, extra = {}) =>
    table.add('P5', what, median(list), { target, note: `longest ${short(most(list))}, n ${list.length}`, raw: list, ...extra });
  say('fit, cold', times.fit, 120, { baseline: painted, times: 8 });
  say('sharp 1:1, cold', times.one, 200, { baseline: painted, times: 8 });
  say('sharp 1:1, warm', times.warm, 50);
  say('exact pixels at 1:1, cold', times.oneExact);
  say('exact crop at 2:1, after 1:1', times.twoNext, 100, { baseline: painted, times: 8 });
  say('exact crop at 2:1, straight from fit', times.two, 100, { baseline: painted, times: 8 });
  table.add('P5', 'two whole PNG in <img>, painted', painted, { note: `decoded ${short(median(plain.map((one) => one.decoded)))}`, raw: plain.map((one) => one.painted) });
}

// In the page: wheel and pointer, as a hand would do it, along a path of its own length.
const PATH = `async (ms) => {
  const [canvas] = bench.canvases();
  bench.hold(canvas);
  const { x, y, width, height } = canvas.getBoundingClientRect();
  const middle = { clientX: x + width / 2, clientY: y + height / 2, bubbles: true, cancelable: true };
  const fit = Math.min(width, height) / 4096;
  const pointer = (kind, more) => canvas.dispatchEvent(new PointerEvent(kind, { ...middle, pointerId: 1, pointerType: 'mouse', ...more }));
  let level = Math.log(fit);
  let down = false;
  const times = await bench.run(ms, (t) => {
    const zoom = t < 0.3 ? t / 0.3 : t < 0.7 ? 1 : (1 - t) / 0.3;
    const wanted = Math.log(fit) * (1 - zoom);
    if (t < 0.3 || t >= 0.7) {
      if (down) pointer('pointerup', { button: 0 });
      down = false;
      canvas.dispatchEvent(new WheelEvent('wheel', { ...middle, deltaY: -(wanted - level) / 0.0018 }));
      level = wanted;
      return;
    }
    if (!down) pointer('pointerdown', { button: 0 });
    down = true;
    const turn = ((t - 0.3) / 0.4) * Math.PI * 2;
    pointer('pointermove', { clientX: middle.clientX + 600 * Math.sin(turn), clientY: middle.clientY + (400 * (1 - Math.cos(turn))) / 2 });
  });
  if (down) pointer('pointerup', { button: 0 });
  bench.key('0', document.body);
  await new Promise((ok) => setTimeout(ok, 600));
  return times;
}`;

export async function p6({ window, table, libraries, floor }) {
  const home = libraries.copy(1000);
  await window.open(home);
  const log = { 2: { loading: [], warm: [] }, 4: { loading: [], warm: [] } };
  let memory = 0;
  for (const [panes, first] of [[2, 1], [2, 9], [2, 17], [4, 25], [4, 33]]) {
    await window.openWall(Array.from({ length: panes }, (_, at) => first + at));
    // The first round of files may still have to be cut into tiles: that is not what a drag costs.
    await sleep(SETTLE_MS);
    log[panes].loading.push(...(await window.run(PATH, PATH_MS)));
    log[panes].warm.push(...(await window.run(PATH, PATH_MS)));
    memory = pss(window.web);
    await window.leaveWall();
  }
  await window.close();
  const files = libraries.originals(1000).slice(0, 2).map((file) => `file://${file}`);
  const plain = await floor.run('pair.html', { files, ms: PATH_MS });
  const base = frames([...plain.loading, ...plain.warm]);
  const [loading, warm, four] = [frames(log[2].loading), frames(log[2].warm), frames([...log[4].loading, ...log[4].warm])];
  const both = frames([...log[2].loading, ...log[2].warm]);
  const note = ({ median: middle, most: longest, n }) => `median ${short(middle)}, longest ${short(longest)}, ${n} frames`;
  table.add('P6', '2 panes', both.fps, { unit: 'fps', least: true, target: 30, baseline: base.fps, times: 1.3, note: note(both) });
  table.add('P6', '2 panes, warm, p95', warm.p95, { target: 45, note: note(warm), raw: log[2].warm });
  table.add('P6', '2 panes, loading, p95', loading.p95, { target: 65, note: note(loading), raw: log[2].loading });
  table.add('P6', '2 panes, longest frame', both.most, { target: 120 });
  table.add('P6', '4 panes', four.fps, { unit: 'fps', least: true, target: 20, note: `${note(four)}, p95 ${short(four.p95)}` });
  table.add('P6', 'page’s memory after it (4 panes)', memory, { unit: 'MiB' });
  table.add('P6', 'two PNG in <img>, moved by CSS', base.fps, { unit: 'fps', note: `${note(base)}, p95 ${short(base.p95)}` });
}

const MODES = {
  swipe: [['w'], `(t, n) => bench.key(Math.floor(n / 9) % 2 ? ',' : '.', document.body)`],
  blink: [['b'], `(t, n) => n % 2 ? document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'x', bubbles: true })) : bench.key('x', document.body)`],
  difference: [['d'], null],
};

const DRAG = `async (ms) => {
  const [canvas] = bench.canvases();
  bench.hold(canvas);
  const { x, y, width, height } = canvas.getBoundingClientRect();
  const pointer = (kind, dx) => canvas.dispatchEvent(new PointerEvent(kind, { clientX: x + width / 2 + dx, clientY: y + height / 2, bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse', button: 0 }));
  pointer('pointerdown', 0);
  const times = await bench.run(ms, (t) => pointer('pointermove', 300 * Math.sin(t * 6)));
  pointer('pointerup', 0);
  return times;
}`;

export async function p12({ window, table, libraries, floor }) {
  const home = libraries.copy(1000);
  await window.open(home);
  await window.openWall([1, 2]);
  await sleep(SETTLE_MS);
  const ours = {};
  for (const [mode, [keys, each]] of Object.entries(MODES)) {
    for (const key of keys) await window.key(key);
    await sleep(500);
    await window.key('1');
    await sleep(SETTLE_MS);
    ours[mode] = each ? await window.run(`(ms) => bench.run(ms, ${each})`, PATH_MS) : await window.run(DRAG, PATH_MS);
    await window.run(`() => document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'x', bubbles: true }))`);
    await window.key('0');
    await sleep(500);
  }
  await window.close();
  const files = libraries.originals(1000).slice(0, 2).map((file) => `file://${file}`);
  const gl = await floor.run('pair.html', { files, overlay: true, ms: PATH_MS }, 'gl').catch((error) => ({ error: String(error) }));
  for (const mode of Object.keys(MODES)) {
    const log = frames(ours[mode]);
    const theirs = gl[mode] ? frames(gl[mode]) : null;
    table.add('P12', `${mode} at 1:1, p95`, p95(ours[mode]), {
      target: 30,
      note: `median ${short(log.median)}, longest ${short(log.most)}, ${log.n} frames${theirs ? `; GL median ${short(theirs.median)}` : ''}`,
      raw: ours[mode],
      ...(theirs ? { baseline: theirs.p95, share: 0.6 } : {}),
    });
  }
  if (gl.error) table.unmeasured('P12', 'the same by simulated GL', gl.error);
}
