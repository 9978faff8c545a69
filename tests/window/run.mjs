// The main job in the real window: Tauri and WebKitGTK under Xvfb, driven over WebDriver, with practice as provider.
// Screenshots stay in artefacts/window. Not here: rules of the engine (crates/) and of layout (tests/e2e).
//
// node tests/window/run.mjs, with DIPTYCH_APP naming the built app and `diptych` beside it; needs Xvfb, WebKitWebDriver, a
// session bus, gnome-keyring, secret-tool, python3, cc and the headers of GTK 3.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startDesk } from './desk.mjs';
import { hostile } from './hostile.mjs';
import { journeys } from './journeys.mjs';
import { buildNeighbours, native } from './native.mjs';
import { Page } from './page.mjs';
import { decode, findExactly } from './pixels.mjs';
import { png } from './png.mjs';
import { grab } from './screen.mjs';
import { Session, start } from './webdriver.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const app = process.env.DIPTYCH_APP ?? join(root, 'target/debug/diptych-desktop');
const cli = process.env.DIPTYCH_BIN ?? join(dirname(app), 'diptych');
const artefacts = join(root, 'artefacts/window');
const folder = mkdtempSync(join(tmpdir(), 'diptych-window-'));
const week = fileURLToPath(new URL('week.py', import.meta.url));
const lookAway = fileURLToPath(new URL('look_away.py', import.meta.url));
const closer = fileURLToPath(new URL('close.py', import.meta.url));
const dropper = fileURLToPath(new URL('drop.py', import.meta.url));
const PROMPT = 'A lighthouse at dusk, long exposure';

// Anything that is not the app's own business knocks here.
const knocks = [];
const canary = createServer((request, response) => {
  knocks.push(request.url);
  response.end();
});
await new Promise((resolve) => canary.listen(0, '127.0.0.1', resolve));
const canaryUrl = `http://127.0.0.1:${canary.address().port}/`;

const desk = await startDesk(1920, 1200, folder).catch((error) => {
  console.log(`${error.stack}\nwindow: 0 passed, 1 failed, 0 skipped`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
const { env } = desk;
const { fingers, neighbour } = buildNeighbours(folder);
env.GTK_MODULES = fingers;
/** Where the library lies once it was moved. */
let moved = null;

let session;
let page;
let provider;
let storm;
let key;
async function openWindow() {
  session = await Session.open(app, folder, env);
  page = new Page(session, desk.screen, artefacts);
  await session.run(`() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(event.effectiveDirective + ' ' + event.blockedURI));
    window.addEventListener('error', (event) => window.violations.push('error ' + event.message));
    window.addEventListener('unhandledrejection', (event) => window.violations.push('rejection ' + event.reason));
  }`);
}

/** Is the app's process still there? */
function running() {
  const pid = readFileSync(join(folder, 'app.pid'), 'utf8').trim();
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}

async function gone(seconds) {
  for (let left = seconds * 10; left > 0 && running(); left -= 1) await sleep(100);
  return !running();
}

/** `diptych …` in a terminal of the same desktop: what it prints with --json. */
function diptych(...args) {
  const printed = execFileSync(cli, [...args, '--json'], { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 60_000 });
  return printed.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** Files below the home in which this text stands, in any of the forms a program might keep it in. */
function filesWith(text) {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text).toString('base64').replace(/.?=*$/, '')), Buffer.from(Buffer.from(text).toString('hex'))];
  const folders = [env.DIPTYCH_HOME, ...(moved ? [moved] : [])];
  const all = folders.flatMap((root) => readdirSync(root, { recursive: true }).map((name) => join(root, name)));
  const files = all.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return files.filter((file) => {
    const bytes = contents(file);
    return forms.some((form) => bytes.includes(form));
  });
}

/** The web view's last processes still tidy up: a file of theirs that went meanwhile holds nothing. */
function contents(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

async function setPrompt(text) {
  const prompt = await session.wait('the prompt', `() => document.querySelector('#prompt')`);
  await session.send('POST', `/element/${Object.values(prompt)[0]}/clear`, {});
  await session.type(prompt, text);
}

async function choose(value) {
  await session.click(await session.wait(value, `(value) => document.querySelector('input[type=radio][value="' + value + '"]')?.closest('label')`, { args: [value] }));
}

/** Presses Generate and waits for this many finished pictures with their thumbnails. */
async function generate(count, waiting) {
  const button = await page.find('compose.generate');
  await session.wait('Generate to be possible', `(button) => !button.disabled`, { args: [button] });
  await session.click(button);
  await session.wait(`${count} cells`, `(count) => document.querySelectorAll('[data-job]').length === count && !document.querySelector('[data-job][data-state=done]')`, { args: [count] });
  if (waiting) await page.keep(waiting);
  await session.wait(`${count} pictures done`, `(count) => document.querySelectorAll('[data-job][data-state=done]').length === count`, { args: [count], seconds: 120 });
  await session.wait('thumbnails', `(count) => {
    const images = [...document.querySelectorAll('[data-job] img')];
    return images.length === count && images.every((image) => image.complete && image.naturalWidth > 0);
  }`, { args: [count] });
}

const SETTLED = `() => [...document.querySelectorAll('article canvas')].every((c) => c.getAttribute('aria-busy') !== 'true')`;
const SHOWN = `(count) => [...document.querySelectorAll('[role=option]')].filter((o) => !o.hidden && o.querySelector('img')?.naturalWidth > 0).length >= count`;

const pressClose = () => execFileSync('python3', [closer, 'Diptych'], { env: { ...process.env, ...env } });

const tests = [
  ['the window comes up with the welcome', async () => {
    await openWindow();
    await page.find('welcome.practice.go');
    const looks = await session.run(`() => [getComputedStyle(document.body).fontFamily, document.styleSheets.length, document.title]`);
    assert.match(looks[0], /Inter/);
    assert.ok(looks[1] > 0, 'no style sheet was let in');
    await page.shoot('welcome');
  }],

  ['practice needs one press, and no key', async () => {
    await page.press('welcome.practice.go');
    await session.wait('the prompt', `() => document.querySelector('#prompt')`);
    await page.shoot('compose-new');
  }],

  ['Pro and Flash make a picture each, at 4K', async () => {
    await setPrompt(PROMPT);
    await choose('4K');
    const began = Date.now();
    await generate(2, 'compose-waiting');
    console.log(`# two pictures of 4K after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await page.shoot('compose-two');
  }],

  ['the wall shows them side by side, and zooms them together to exact pixels', async () => {
    await page.press('sheet.open-wall');
    await session.wait('two panes', `() => document.querySelectorAll('article canvas').length === 2`);
    await session.wait('both drawn', SETTLED);
    await page.shoot('wall-fit');
    const zooms = `() => [...document.querySelectorAll('article canvas')].map((c) => c.getAttribute('aria-label'))`;
    const fitted = await session.run(zooms);
    await session.keys('1');
    await session.wait('another zoom', `(before) => document.querySelectorAll('article canvas')[0].getAttribute('aria-label') !== before`, { args: [fitted[0]] });
    for (const label of await session.run(zooms)) assert.match(label, /100/);
    const began = Date.now();
    const jobs = diptych('queue', 'list');
    assert.deepEqual(jobs.map(({ width, height }) => [width, height]), [[5504, 3072], [5504, 3072]]);
    const flash = jobs.find((job) => job.mime === 'image/png');
    const original = decode(readFileSync(flash.path));
    const pane = jobs.indexOf(flash);
    let found = null;
    for (const until = Date.now() + 10_000; !found && Date.now() < until; ) {
      await page.settled();
      const seen = decode(grab(desk.screen, 1920, 1200));
      const boxes = await session.run(`() => [...document.querySelectorAll('article canvas')].map((c) => c.getBoundingClientRect().toJSON())`);
      const labels = await session.run(zooms);
      const box = boxes[labels.findIndex((label) => /Flash/.test(label))] ?? boxes[pane];
      const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
      // Beside the mark in the middle, which shows where the colours are read without a pointer.
      found = findExactly(seen, x + 80, y + 80, original, original.width / 2 + 80, original.height / 2 + 80);
    }
    assert.ok(found, 'at 1:1 the screen does not show the pixels of the original');
    console.log(`# exact pixels at 1:1, ${((Date.now() - began) / 1000).toFixed(1)} s after the key, with reading the original`);
    // The lamp of the lighthouse, for the pictures: right and up of the middle.
    for (const [arrow, times] of [['\uE014', 6], ['\uE013', 2]]) {
      for (let n = 0; n < times; n += 1) await session.keys(`\uE008${arrow}`);
    }
    await page.shoot('wall');
    // The difference reads pixels in the page, which the picture protocol has to allow.
    await session.keys('d');
    await session.wait('a difference', `() => /[1-9]\\d* of 255/.test(document.body.innerText)`, { seconds: 20 });
    await page.shoot('wall-difference', [[1440, 900]]);
    await session.keys('s');
  }],

  ['a terminal adds to the queue of the open window', async () => {
    const file = join(folder, 'jobs.jsonl');
    const prompts = ['Snow on an alpine lake at dawn', 'A city skyline in neon rain', 'Dunes under a full moon', 'A pine forest in mist, blue hour'];
    writeFileSync(file, prompts.map((prompt) => `${JSON.stringify({ prompt, models: ['pro', 'flash'], size: '1K', aspect: '3:2' })}\n`).join(''));
    const added = diptych('queue', 'add', '--file', file, '--yes');
    assert.ok(added.length > 0);
    assert.equal(diptych('queue', 'list').length, 10);
    await page.go('gallery');
    await session.wait('ten pictures', SHOWN, { args: [10], seconds: 60 });
    assert.equal(diptych('queue', 'list', '--state', 'done').length, 10);
  }],

  ['a sheet of four fills while it is looked at', async () => {
    await page.go('compose');
    await setPrompt('A lighthouse on a rocky coast, golden hour');
    await choose('2K');
    await page.press('compose.count.more');
    await generate(4);
    await page.shoot('compose-made');
    await setPrompt('A lighthouse on a rocky coast, a storm coming in');
    await session.wait('the cost of four more', `(button) => !button.disabled`, { args: [await page.find('compose.generate')] });
    await page.shoot('compose');
  }],

  ['the gallery has all of them, and says how one was made', async () => {
    await page.go('gallery');
    await session.wait('fourteen pictures', SHOWN, { args: [14] });
    await session.click(await session.wait('a picture', `() => [...document.querySelectorAll('[role=option]')].find((o) => !o.hidden)`));
    await session.wait('details', `() => document.querySelector('[role=option][aria-selected=true]')`);
    await page.shoot('gallery');
  }],

  ['settings open', async () => {
    await page.go('settings');
    await session.wait('a heading', `() => document.querySelector('main h1, main h2')`);
    await page.shoot('settings');
  }],

  ['a key goes into the keychain, and into no file', async () => {
    provider = start(cli, ['practice', '--seed', '7'], { ...process.env, ...env });
    for (let tries = 0; !provider.output.includes('\n'); tries += 1) {
      assert.ok(tries < 100, `the provider did not start: ${provider.output}`);
      await sleep(100);
    }
    const { url, keys } = JSON.parse(provider.output.split('\n')[0]);
    key = keys[0].key;
    await page.press('accounts.add');
    await choose('relay-gemini');
    for (const [field, text] of [['accounts.name', 'relay'], ['accounts.base-url', url], ['accounts.key', key]]) {
      await session.type(await page.find(field, { exact: true }), text);
    }
    await page.press('accounts.allow-http');
    await page.shoot('account', [[1440, 900]]);
    await page.press('accounts.save');
    await page.find('accounts.done', { exact: true });
    await page.shoot('account-added', [[1440, 900]]);
    await page.press('accounts.done', { exact: true });
    const account = (await page.call('accounts.list')).find((one) => one.name === 'relay');
    assert.deepEqual([account.key.present, account.key.store, account.key.last4], [true, 'keychain', key.slice(-4)]);
    assert.ok(!JSON.stringify(account).includes(key), 'an answer to the page holds the key');
    const kept = execFileSync('secret-tool', ['lookup', 'service', 'diptych', 'username', account.id], { env: { ...process.env, ...env }, encoding: 'utf8' });
    assert.equal(kept.trim(), key);
    assert.ok(filesWith(PROMPT).length > 0, 'the search finds nothing, not even what is there');
    assert.deepEqual(filesWith(key), []);
    assert.ok(!session.output.includes(key));
  }],

  ['nothing was refused and nothing failed on the way', async () => {
    assert.deepEqual(await session.run(`() => window.violations`), []);
    assert.deepEqual(knocks, []);
  }],

  ...hostile({
    get session() {
      return session;
    },
    get page() {
      return page;
    },
    canaryUrl,
    knocks,
  }),

  ['closing with a call on the wire asks; waiting keeps its picture', async () => {
    await page.call('sheets.create', { prompt: 'A harbour in fog', models: ['pro'], size: '4K', aspect: '16:9', count: 1 });
    for (let tries = 0; tries < 50 && (await page.call('status.get')).queue.sending === 0; tries += 1) await sleep(100);
    pressClose();
    await page.find('close.wait');
    await page.keep('close');
    await page.press('close.stay');
    assert.ok(running(), 'it left although it was told to stay');
    pressClose();
    await page.press('close.wait');
    assert.ok(await gone(60), 'it did not leave after the call had landed');
    await session.close();
  }],

  ['a restart finds the pictures and the key again', async () => {
    await openWindow();
    await page.go('gallery');
    await session.wait('fifteen pictures', SHOWN, { args: [15] });
    const { pictures } = await page.call('pictures.list', {});
    assert.equal(pictures.length, 15);
    const account = (await page.call('accounts.list')).find((one) => one.name === 'relay');
    assert.deepEqual([account.key.store, (await page.call('accounts.test', { id: account.id })).ok], ['keychain', true]);
    assert.deepEqual(diptych('check', '--read-data').filter((line) => line.problem), []);
  }],

  ['files and folders dropped on the gallery come in, and the page learns no path', async () => {
    const outside = join(folder, 'dropped');
    mkdirSync(join(outside, 'deep'), { recursive: true });
    writeFileSync(join(outside, 'fox.png'), png(160, 'invokeai_metadata', JSON.stringify({ positive_prompt: 'a red fox in snow' })));
    writeFileSync(join(outside, 'deep', 'hill.png'), png(90, 'parameters', 'a green hill\nSteps: 1, Seed: 2, Size: 320x200'));
    await page.go('gallery');
    await session.run(`() => {
      const { transformCallback, invoke } = window.__TAURI_INTERNALS__;
      window.heard = [];
      const handler = transformCallback((event) => window.heard.push(event.payload));
      return invoke('plugin:event|listen', { event: 'drop', target: { kind: 'Any' }, handler });
    }`);
    const files = [join(outside, 'fox.png'), join(outside, 'deep')];
    execFileSync('python3', [dropper, 'Diptych', '500', '400', ...files], { env: { ...process.env, ...env } });
    await session.wait('the sum', `(text) => document.body.textContent.includes(text)`, { args: ['2 imported.'] });
    const heard = await session.run(`() => window.heard`);
    assert.deepEqual([...new Set(heard)].sort(), heard.includes('gone') ? ['dropped', 'gone', 'over'] : ['dropped', 'over']);
    assert.deepEqual(diptych('pictures', 'search', 'fox').map((one) => one.imported.tool), ['invokeai']);
    await page.shoot('gallery-dropped');
  }],

  ['files dropped on Compose become references', async () => {
    await page.go('compose');
    await session.run(`() => document.querySelectorAll('.references li:not(.add) button').forEach((one) => one.click())`);
    const files = [join(folder, 'dropped', 'fox.png'), join(folder, 'dropped', 'deep', 'hill.png')];
    execFileSync('python3', [dropper, 'Diptych', '200', '300', ...files], { env: { ...process.env, ...env } });
    await session.wait('two references', `() => {
      const images = [...document.querySelectorAll('.references img')];
      return images.length === 2 && images.every((image) => image.naturalWidth > 0);
    }`);
    await page.keep('compose-dropped');
    assert.equal((await page.call('pictures.list', {})).total, 17, 'a reference became a picture of the library');
    await session.run(`() => document.querySelectorAll('.references li:not(.add) button').forEach((one) => one.click())`);
  }],

  ...journeys({
    get session() {
      return session;
    },
    get page() {
      return page;
    },
    diptych,
    folder,
    home: env.DIPTYCH_HOME,
  }),

  ['an alert reaches the desktop of whoever looks elsewhere', async () => {
    const monitor = start('dbus-monitor', ['--session', "interface='org.freedesktop.Notifications',member='Notify'"], { ...process.env, ...env });
    execFileSync('python3', [lookAway], { env: { ...process.env, ...env } });
    await sleep(500);
    const { usd_today } = await page.call('status.get');
    await page.call('settings.set', { day_limit: Math.ceil(usd_today * 1.1) });
    for (let tries = 0; tries < 450 && !monitor.output.includes('of today'); tries += 1) await sleep(100);
    assert.match(monitor.output, /"Diptych"[^]*of today/, 'nothing was said on the session bus');
    await page.call('settings.set', { day_limit: 0 });
    await monitor.stop();
  }],

  ['the weather in a storm, and the queue that waits for it', async () => {
    const scenario = join(folder, 'storm.toml');
    writeFileSync(scenario, `[latency]\nseconds = 2\n[[overload]]\nmodel = "gemini-3-pro-image"\n[[key]]\nkey = "storm-key-0001"\nproject = "coast"\n[[quota]]\nproject = "coast"\nmodel = "gemini-nano-banana-2.1"\nipm = 2\n`);
    storm = start(cli, ['practice', '--seed', '3', '--scenario', scenario], { ...process.env, ...env });
    for (let tries = 0; !storm.output.includes('\n') && tries < 100; tries += 1) await sleep(100);
    const { url, keys } = JSON.parse(storm.output.split('\n')[0]);
    await page.call('accounts.add', { name: 'coast', kind: 'gemini', base_url: url, allow_http: true, key: keys[0].key });
    const ask = (prompt, more) => page.call('sheets.create', { prompt, models: ['pro'], size: '1K', aspect: '1:1', count: 3, accounts: ['coast'], confirmed: true, ...more });
    const sheets = [
      await ask('Cliffs in a storm', {}),
      await ask('Gulls over the harbour wall', { models: ['flash'], count: 6 }),
      await ask('The same, when there is time', { lane: 'economy' }),
    ];
    await page.call('sheets.pause', { id: sheets[2].id });
    await page.go('weather');
    await session.wait('the storm', `() => document.querySelector('article[data-route^="coast"][data-state=overloaded]')`, { seconds: 60 });
    await sleep(4000);
    await page.shoot('weather-storm');
    await page.go('queue');
    await session.wait('the sheets', `() => document.querySelectorAll('main article').length >= 3`);
    await page.shoot('queue-storm');
    for (const { id } of sheets) await page.call('sheets.cancel', { id });
  }],

  ['the weather after a week of history', async () => {
    const rows = Number(execFileSync('python3', [week, join(env.DIPTYCH_HOME, 'library/ledger.sqlite'), 'coast'], { encoding: 'utf8' }));
    assert.ok(rows > 1000, `${rows} calls`);
    await session.close();
    await openWindow();
    await page.go('weather');
    await session.wait('what was learned', `() => document.querySelectorAll('[data-route^="coast"]').length >= 2`);
    await page.shoot('weather-week');
    await page.call('accounts.remove', { id: (await page.call('accounts.list')).find((one) => one.name === 'coast').id });
    await storm.stop();
  }],

  ['with the account removed, its key is gone from the keychain', async () => {
    const account = (await page.call('accounts.list')).find((one) => one.name === 'relay');
    await page.call('accounts.remove', { id: account.id });
    assert.throws(() => execFileSync('secret-tool', ['lookup', 'service', 'diptych', 'username', account.id], { env: { ...process.env, ...env } }));
  }],

  ...native({
    get session() {
      return session;
    },
    get page() {
      return page;
    },
    diptych,
    env,
    folder,
    neighbour,
    screen: desk.screen,
    moved: (to) => (moved = to),
  }),

  ['SIGTERM ends it cleanly', async () => {
    process.kill(Number(readFileSync(join(folder, 'app.pid'), 'utf8')), 'SIGTERM');
    assert.ok(await gone(10), 'still there after 10 s');
    await session.close();
  }],

  ['nothing was written outside its home, and no key inside it', () => {
    assert.deepEqual(filesWith(key), []);
    assert.deepEqual(filesWith(PROMPT).filter((file) => file.includes('/logs/')), [], 'a log holds a prompt');
    const strangers = existsSync(desk.outside) ? readdirSync(desk.outside, { recursive: true }).filter((name) => /diptych/i.test(name)) : [];
    assert.deepEqual(strangers, []);
  }],
];

async function tidy() {
  if (session) await session.close();
  await provider?.stop();
  await desk.stop();
  canary.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => tidy().finally(() => process.exit(1)));

let passed = 0;
let failed = 0;
for (const [name, test] of tests) {
  if (failed > 0) {
    // Each step stands on the ones before it.
    failed += 1;
    console.log(`not ok - ${name} (not reached)`);
    continue;
  }
  try {
    await test();
    passed += 1;
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n${error.stack}`);
    writeFileSync(join(artefacts, 'failed.png'), grab(desk.screen, 1920, 1200));
    console.log(`# what the app printed:\n${session?.output ?? ''}`);
    const text = await session?.run(`() => document.body.innerText`).catch(() => '');
    console.log(`# what the page says:\n${text ?? ''}`);
  }
}
await tidy();
console.log(`window: ${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
