// `./studio bench ui`: the figures of the window, measured in the real one under Xvfb, with their baselines in the same run.
//
// node tests/bench-ui/run.mjs [--only P5,P6] [--json FILE], with DIPTYCH_APP naming the built app (release) and `diptych` beside it. Without a graphics card: what
// one would change cannot be said here. Not here: the engine's own figures (`diptych bench …`).

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { startDesk } from '../window/desk.mjs';
import { arriving, soak } from './arrive.mjs';
import { Eye } from './eye.mjs';
import { gallery, search } from './gallery.mjs';
import { Libraries } from './library.mjs';
import { review } from './review.mjs';
import { size } from './size.mjs';
import { coldStart } from './start.mjs';
import { Table } from './stats.mjs';
import { p12, p5, p6 } from './wall.mjs';
import { Floor, Window } from './window.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '8' },
    soak: { type: 'string', default: '200' },
  },
});
const app = process.env.DIPTYCH_APP ?? join(root, 'target/release/diptych-desktop');
const cli = process.env.DIPTYCH_BIN ?? join(dirname(app), 'diptych');
const kept = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'bench-ui');
mkdirSync(kept, { recursive: true });
process.setMaxListeners(0); // Each program that is started wants to be ended with us.

const FIGURES = { P3: arriving, P5: p5, P6: p6, P7: gallery, P8: search, P10: coldStart, P11: size, P12: p12, P13: soak, P14: review };
const wanted = values.only ? values.only.toUpperCase().split(',') : Object.keys(FIGURES);
const unknown = wanted.filter((name) => !(name in FIGURES));
if (unknown.length > 0) {
  console.error(`There is no ${unknown}. Figures: ${Object.keys(FIGURES).join(' ')}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'diptych-bench-ui-'));
const desk = await startDesk(1920, 1200, folder);
const eye = new Eye(desk.screen);
const window = new Window(app, folder, desk, eye);
const table = new Table();
const bench = {
  root,
  app,
  cli,
  folder,
  desk,
  eye,
  window,
  table,
  libraries: new Libraries(cli, kept, folder),
  floor: new Floor(fileURLToPath(new URL('floor.c', import.meta.url)), folder, desk),
  rounds: Number(values.rounds),
  soak: Number(values.soak),
};

const tidy = async () => {
  await window.close().catch(() => undefined);
  eye.close();
  await desk.stop();
  rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => tidy().finally(() => process.exit(1)));

let broken = 0;
for (const name of wanted) {
  console.error(name);
  try {
    await FIGURES[name](bench);
  } catch (error) {
    broken += 1;
    table.unmeasured(name, 'all of it', error.message.split('\n')[0]);
    console.error(error.stack, window.session?.output ?? '');
    await window.close().catch(() => undefined);
  }
}
await tidy();
console.log(`${cpus().length} × ${cpus()[0].model}, load ${loadavg().map((one) => one.toFixed(1)).join(' ')}, no graphics card`);
table.print();
const { missed } = table;
console.log(missed.length === 0 ? 'nothing was missed' : `missed: ${missed.map((row) => `${row.figure} ${row.what}`).join('; ')}`);
if (values.json) writeFileSync(values.json, JSON.stringify(table.rows, null, 1));
process.exit(broken === 0 ? 0 : 1);
