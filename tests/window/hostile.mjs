// What a page that got in anyway could do in the window: call, navigate, fetch, run, read. All of it must come to nothing.
// Not here: the content policy as text (tests/policy.rs), and `diptych serve` (tests/e2e).

import assert from 'node:assert/strict';

/** The steps. `seat` has the session, the page, and the address that nothing may reach with what knocked there. */
export const hostile = (seat) => [
  ['the page can call our seven commands and nothing else', async () => {
    const answers = await seat.session.run(`async () => {
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
    for (const command of ['pictures.path', 'pictures.export', 'pictures.import', 'no.such']) {
      const refused = await seat.page.call(command, { id: 'x', ids: [], out: '/tmp', paths: ['/tmp'] }).then(() => false, () => true);
      assert.ok(refused, `${command} was answered`);
    }
  }],

  ['hostile content stays inert', async () => {
    const seen = await seat.session.run(`async (canary) => {
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
    }`, seat.canaryUrl);
    assert.equal(seen.pwned, null);
    assert.equal(seen.html, 'refused');
    assert.equal(seen.fetch, 'refused');
    assert.equal(seen.eval, 'refused');
    assert.equal(seen.open, 'refused');
    assert.match(seen.at, /tauri:/);
    assert.deepEqual(seat.knocks, []);
  }],

  ['the image protocol answers pictures and nothing else', async () => {
    const id = (await seat.page.call('pictures.list', { limit: 1 })).pictures[0].id;
    const seen = await seat.session.run(`async (id) => {
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
];
