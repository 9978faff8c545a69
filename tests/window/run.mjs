// The main job in the real window: Tauri and WebKitGTK under Xvfb, driven over WebDriver, with practice as provider.
// Screenshots stay in artefacts/window. Not here: rules of the engine (crates/) and of layout (tests/e2e).
//
// node tests/window/run.mjs, with DIPTYCH_APP naming the built app; needs Xvfb, WebKitWebDriver and python3.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Page } from './page.mjs';
import { grab } from './screen.mjs';
import { Session, startX } from './webdriver.mjs';
import { word } from './words.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const app = process.env.DIPTYCH_APP ?? join(root, 'target/debug/diptych-desktop');
const artefacts = join(root, 'artefacts/window');
const folder = mkdtempSync(join(tmpdir(), 'diptych-window-'));
const outside = join(folder, 'outside');
const closer = fileURLToPath(new URL('close.py', import.meta.url));
const PROMPT = 'A lighthouse at dusk, long exposure';

// Anything that is not the app's own business knocks here.
const knocks = [];
const canary = createServer((request, response) => {
  knocks.push(request.url);
  response.end();
});
await new Promise((resolve) => canary.listen(0, '127.0.0.1', resolve));
const canaryUrl = `http://127.0.0.1:${canary.address().port}/`;

const x = await startX(1920, 1200, folder);
const env = {
  DISPLAY: x.display,
  WAYLAND_DISPLAY: '',
  DIPTYCH_HOME: join(folder, 'home'),
  GSETTINGS_BACKEND: 'memory',
  NO_AT_BRIDGE: '1',
  ...Object.fromEntries(['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => [`XDG_${kind}_HOME`, join(outside, kind)])),
};

let session;
let page;
async function openWindow() {
  session = await Session.open(app, folder, env);
  page = new Page(session, x.file, artefacts);
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

  ['Pro and Flash make a picture each', async () => {
    const prompt = await session.wait('the prompt', `() => document.querySelector('#prompt')`);
    await session.send('POST', `/element/${Object.values(prompt)[0]}/clear`, {});
    await session.type(prompt, PROMPT);
    await session.click(await session.wait('the size 1K', `() => document.querySelector('input[type=radio][value="1K"]')?.closest('label')`));
    const generate = await page.find('compose.generate');
    await session.wait('Generate to be possible', `(button) => !button.disabled`, { args: [generate] });
    const began = Date.now();
    await session.click(generate);
    await session.wait('two cells', `() => document.querySelectorAll('[data-job]').length === 2`);
    await page.settled();
    writeFileSync(join(artefacts, 'compose-waiting.png'), grab(x.file, 1920, 1200));
    await session.wait('two pictures done', `() => document.querySelectorAll('[data-job][data-state=done]').length === 2`, { seconds: 90 });
    await session.wait('two thumbnails', `() => {
      const images = [...document.querySelectorAll('[data-job] img')];
      return images.length === 2 && images.every((image) => image.complete && image.naturalWidth > 0);
    }`);
    console.log(`# two pictures after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await page.shoot('compose');
  }],

  ['the wall shows them side by side, and zooms them together', async () => {
    await page.press('sheet.open-wall');
    await session.wait('two panes', `() => document.querySelectorAll('article canvas').length === 2`);
    await session.wait('both drawn', `() => [...document.querySelectorAll('article canvas')].every((c) => c.getAttribute('aria-busy') !== 'true')`);
    await page.shoot('wall');
    const zooms = `() => [...document.querySelectorAll('article canvas')].map((c) => c.getAttribute('aria-label'))`;
    const fitted = await session.run(zooms);
    await session.keys('1');
    await session.wait('another zoom', `(before) => document.querySelectorAll('article canvas')[0].getAttribute('aria-label') !== before`, { args: [fitted[0]] });
    for (const label of await session.run(zooms)) assert.match(label, /100/);
    await session.wait('both drawn again', `() => [...document.querySelectorAll('article canvas')].every((c) => c.getAttribute('aria-busy') !== 'true')`);
    await page.shoot('wall-1to1');
    const painted = await session.run(`() => [...document.querySelectorAll('article canvas')].map((c) => c.width * c.height)`);
    for (const area of painted) assert.ok(area > 100_000, 'a canvas is empty');
  }],

  ['the gallery has both', async () => {
    await page.go('gallery');
    await session.wait('two pictures', `() => [...document.querySelectorAll('[role=option]')].filter((o) => !o.hidden && o.querySelector('img')?.naturalWidth > 0).length === 2`);
    await page.shoot('gallery');
  }],

  ['settings open', async () => {
    await page.go('settings');
    await session.wait('a heading', `() => document.querySelector('main h1, main h2')`);
    await page.shoot('settings');
  }],

  ['nothing was refused and nothing failed on the way', async () => {
    assert.deepEqual(await session.run(`() => window.violations`), []);
    assert.deepEqual(knocks, []);
  }],

  ['the page can call our four commands and nothing else', async () => {
    const answers = await session.run(`async () => {
      const tries = [
        ['plugin:opener|open_url', { url: 'https://example.com' }],
        ['plugin:opener|open_path', { path: '/etc/passwd' }],
        ['plugin:opener|reveal_item_in_dir', { paths: ['/etc/passwd'] }],
        ['plugin:window|set_title', { label: 'main', value: 'x' }],
        ['plugin:webview|create_webview_window', { options: { label: 'two' } }],
        ['plugin:event|emit', { event: 'diptych', payload: {} }],
        ['plugin:app|version', {}],
        ['plugin:path|resolve_directory', { directory: 1 }],
        ['plugin:fs|read_file', { path: '/etc/passwd' }],
        ['plugin:shell|execute', { program: 'id' }],
        ['no_such_command', {}],
      ];
      const let_in = [];
      for (const [name, args] of tries) {
        await window.__TAURI_INTERNALS__.invoke(name, args).then(() => let_in.push(name), () => {});
      }
      return { let_in, global: typeof window.__TAURI__ };
    }`);
    assert.deepEqual(answers, { let_in: [], global: 'undefined' });
  }],

  ['terminal-only commands and unknown ones are refused', async () => {
    for (const command of ['pictures.path', 'pictures.export', 'no.such']) {
      const refused = await page.call(command, { id: 'x', ids: [], out: '/tmp' }).then(() => false, () => true);
      assert.ok(refused, `${command} was answered`);
    }
  }],

  ['hostile content stays inert', async () => {
    const seen = await session.run(`async (canary) => {
      const answers = {};
      const box = document.createElement('div');
      document.body.append(box);
      try { box.innerHTML = '<img src=x onerror="window.pwned=1">'; } catch { answers.html = 'refused'; }
      // Past that gate, as if a library had let it through: elements with whatever an attacker would set on them.
      const put = (tag, attributes) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) {
          try { element.setAttribute(name, value); } catch { /* refused */ }
        }
        box.append(element);
        return element;
      };
      put('img', { src: 'x', onerror: 'window.pwned=2' });
      put('img', { src: canary + 'image' });
      put('iframe', { src: canary + 'frame' });
      put('iframe', { srcdoc: '<script>parent.pwned=3</' + 'script>' });
      put('object', { data: canary + 'object' });
      put('link', { rel: 'stylesheet', href: canary + 'style' });
      put('base', { href: canary });
      put('meta', { 'http-equiv': 'refresh', content: '0;url=' + canary + 'refresh' });
      put('script', { src: canary + 'script' });
      const script = document.createElement('script');
      try { script.textContent = 'window.pwned=4'; } catch { /* refused */ }
      box.append(script);
      const form = put('form', { action: canary + 'form' });
      form.append(Object.assign(document.createElement('button'), { id: 'f' }));
      put('a', { id: 'away', href: canary + 'link' });
      put('a', { id: 'run', href: 'javascript:window.pwned=5' }).click();
      box.querySelector('#f').click();
      box.querySelector('#away').click();
      await fetch(canary + 'fetch').catch(() => { answers.fetch = 'refused'; });
      try { (0, eval)('window.pwned=6'); } catch { answers.eval = 'refused'; }
      try { new WebSocket(canary.replace('http', 'ws')); } catch { answers.socket = 'refused'; }
      navigator.sendBeacon?.(canary + 'beacon', 'x');
      answers.open = window.open(canary + 'open') === null ? 'refused' : 'opened';
      location.href = 'diptych://localhost/picture/x/thumb';
      await new Promise((ok) => setTimeout(ok, 800));
      location.href = canary + 'navigate';
      await new Promise((ok) => setTimeout(ok, 800));
      box.remove();
      return { ...answers, pwned: window.pwned ?? null, at: location.origin + location.protocol };
    }`, canaryUrl);
    assert.equal(seen.pwned, null);
    assert.equal(seen.html, 'refused');
    assert.equal(seen.fetch, 'refused');
    assert.equal(seen.eval, 'refused');
    assert.equal(seen.open, 'refused');
    assert.match(seen.at, /tauri:/);
    assert.deepEqual(knocks, []);
  }],

  ['the image protocol answers pictures and nothing else', async () => {
    const id = (await page.call('pictures.list', { limit: 1 })).pictures[0].id;
    const seen = await session.run(`async (id) => {
      const ask = async (path) => {
        const answer = await fetch('diptych://localhost/' + path).catch(() => null);
        return answer && [answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength > 0];
      };
      const load = (path) => new Promise((ok) => {
        const image = new Image();
        image.onload = () => ok(image.naturalWidth);
        image.onerror = () => ok(0);
        image.src = 'diptych://localhost/' + path;
      });
      return { thumb: await load('picture/' + id + '/thumb'), missing: await load('picture/none/thumb'),
        up: await load('picture/../../../etc/passwd'), html: await load('index.html'), fetched: await ask('picture/' + id + '/thumb') };
    }`, id);
    assert.ok(seen.thumb > 0);
    assert.deepEqual([seen.missing, seen.up, seen.html], [0, 0, 0]);
    assert.equal(seen.fetched, null, 'connect-src lets pictures be fetched');
  }],

  ['closing with a call on the wire asks; waiting keeps its picture', async () => {
    await page.call('sheets.create', { prompt: 'A harbour in fog', models: ['pro'], size: '4K', aspect: '16:9', count: 1 });
    await session.wait('a call on the wire', `async () => true`);
    for (let tries = 0; tries < 50 && (await page.call('status.get')).queue.sending === 0; tries += 1) await sleep(100);
    pressClose();
    await page.find('close.wait');
    await page.settled();
    writeFileSync(join(artefacts, 'close.png'), grab(x.file, 1920, 1200));
    await page.press('close.stay');
    assert.ok(running(), 'it left although it was told to stay');
    pressClose();
    await page.press('close.wait');
    assert.ok(await gone(60), 'it did not leave after the call had landed');
    await session.close();
  }],

  ['a restart finds everything again', async () => {
    await openWindow();
    await page.go('gallery');
    await session.wait('three pictures', `() => [...document.querySelectorAll('[role=option]')].filter((o) => !o.hidden && o.querySelector('img')?.naturalWidth > 0).length === 3`);
    assert.equal((await page.call('pictures.list', {})).pictures.length, 3);
  }],

  ['SIGTERM ends it cleanly', async () => {
    process.kill(Number(readFileSync(join(folder, 'app.pid'), 'utf8')), 'SIGTERM');
    assert.ok(await gone(10), 'still there after 10 s');
    await session.close();
  }],

  ['nothing was written outside its home', () => {
    const strangers = existsSync(outside) ? readdirSync(outside, { recursive: true }).filter((name) => /diptych/i.test(name)) : [];
    assert.deepEqual(strangers, []);
  }],
];

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
    writeFileSync(join(artefacts, 'failed.png'), grab(x.file, 1920, 1200));
    console.log(`# what the app printed:\n${session?.output ?? ''}`);
    const text = await session?.run(`() => document.body.innerText`).catch(() => '');
    console.log(`# what the page says:\n${text ?? ''}`);
  }
}
if (session && running()) await session.close();
await x.stop();
canary.close();
rmSync(folder, { recursive: true, force: true });
console.log(`window: ${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
