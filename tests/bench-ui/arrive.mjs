// P3: from the last byte of an answer to its thumbnail on the sheet. P13: what two hundred pictures leave behind in memory, each
// generated, looked at on the sheet, on the wall at 1:1, and in the gallery.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Provider, answer } from './provider.mjs';
import { median, most, p95, short, slope } from './stats.mjs';
import { pss } from './window.mjs';

const SHEETS = 6;
const IN_A_SHEET = 4;
/** A fast line. */
const RATE = 50e6;
const EVERY = 20;
const WARM_UP = 60;

async function opened({ window, libraries, files }, name) {
  const provider = new Provider(files);
  const url = await provider.listen();
  await window.open(libraries.copy(100, name));
  await window.page.call('accounts.add', { name: 'bench', kind: 'gemini', base_url: url, allow_http: true, key: 'bench-key-0001' });
  return provider;
}

/** Orders a sheet and shows it, while the provider still waits. */
async function order({ window }, provider, number) {
  let go;
  provider.gate = new Promise((ok) => (go = ok));
  const sheet = await window.page.call('sheets.create', {
    prompt: `A harbour in fog, number ${number}`, models: ['flash'], size: '4K', aspect: '1:1', count: IN_A_SHEET, accounts: ['bench'], confirmed: true,
  });
  await window.run(`async (id) => {
    bench.key('1', document.body, { ctrlKey: true });
    const button = await bench.until(() => document.querySelector('.recent > button'));
    button.click();
    const first = await bench.until(() => document.querySelector('.recent .list button'));
    await new Promise((ok) => setTimeout(ok, 500));
    (document.querySelector('.recent .list button') ?? first).click();
    await bench.until(() => document.querySelectorAll('[data-job]').length === ${IN_A_SHEET} && !document.querySelector('[data-job] img'));
    window.arrived = [];
    const seen = new Set();
    (async () => {
      while (seen.size < ${IN_A_SHEET}) {
        for (const image of document.querySelectorAll('[data-job] img')) {
          if (seen.has(image)) continue;
          // They stand below each other, and what is far from the screen is not loaded.
          image.scrollIntoView({ block: 'nearest' });
          if (!image.complete || image.naturalWidth === 0) continue;
          seen.add(image);
          void image.decode().then(bench.drawn).then(() => window.arrived.push(Date.now()));
        }
        await bench.frame();
      }
    })();
  }`, sheet.id);
  await sleep(500);
  go();
}

export async function arriving(bench) {
  const { window, table, libraries, folder, cli, floor } = bench;
  const files = libraries.originals(100);
  const provider = await opened({ ...bench, files }, 'arrive');
  Object.assign(provider, { rate: RATE, pause: 700 });
  const times = [];
  for (let number = 0; number < SHEETS; number += 1) {
    const first = provider.count;
    await order(bench, provider, number);
    await window.session.wait('four thumbnails', `(count) => window.arrived.length === count`, { args: [IN_A_SHEET], seconds: 60 });
    const arrived = await window.run(`() => window.arrived`);
    if (number > 0) times.push(...arrived.map((at, job) => at - provider.ended[first + job]));
    await sleep(500);
  }
  await window.close();
  provider.close();
  // The plain way: the whole body at once, then the whole picture in <img>.
  const body = join(folder, 'answer.json');
  writeFileSync(body, answer(readFileSync(files[0])));
  const plain = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    execFileSync(cli, ['bench', 'pictures', '--scenario', `naive,${body},${folder},1`], { stdio: 'ignore' });
    const taken = performance.now() - began;
    const { painted } = await floor.run('pair.html', { files: [`file://${files[0]}`] });
    plain.push(taken + painted);
  }
  rmSync(body);
  table.add('P3', 'last byte to the thumbnail on the screen, p95', p95(times), {
    target: 150, baseline: median(plain), share: 0.2, raw: times,
    note: `median ${short(median(times))}, longest ${short(most(times))}, n ${times.length}`,
  });
}

export async function soak(bench) {
  const { window, table, libraries } = bench;
  const provider = await opened({ ...bench, files: libraries.originals(100) }, 'soak');
  const app = window.pid;
  const engine = [];
  const page = [];
  for (let pictures = IN_A_SHEET; pictures <= bench.soak; pictures += IN_A_SHEET) {
    await order(bench, provider, pictures);
    await window.session.wait('four thumbnails', `(count) => window.arrived.length === count`, { args: [IN_A_SHEET], seconds: 120 });
    await window.run(`async () => {
      const rest = (ms) => new Promise((ok) => setTimeout(ok, ms));
      bench.key('2', document.body, { ctrlKey: true });
      await bench.until(() => bench.canvases().length === ${IN_A_SHEET});
      await rest(800);
      bench.key('1', document.body);
      await rest(1500);
      bench.key('3', document.body, { ctrlKey: true });
      await bench.until(() => bench.cells().length > 0);
      await rest(700);
    }`);
    if (pictures % EVERY !== 0) continue;
    engine.push([pictures, pss(app)]);
    page.push([pictures, pss(window.web)]);
    console.error(`  ${pictures}: engine ${short(engine.at(-1)[1])} MiB, page ${short(page.at(-1)[1])} MiB`);
  }
  await window.close();
  provider.close();
  const warm = (points) => points.filter(([pictures]) => pictures >= WARM_UP);
  const say = (what, points) =>
    table.add('P13', `${what}: memory for 100 pictures more`, slope(warm(points)) * 100, {
      target: 1, unit: 'MiB', raw: points,
      note: `${points.map(([, mib]) => short(mib)).join(' ')} MiB every ${EVERY}, line after ${WARM_UP}`,
    });
  say('engine', engine);
  say('page', page);
}
