// A WebDriver client of the few calls that the window test makes, and the three programs it needs: Xvfb, the driver,
// and through the driver the real app. Not here: what is tested.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A free TCP port on loopback. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program whose output is kept in `output`, and which `stop` ends. */
export function start(command, args, env = {}, stdio = ['ignore', 'pipe', 'pipe']) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio });
  const program = { child, output: '', stop: () => stop(child) };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (program.output += data));
  process.once('exit', () => child.kill('SIGKILL'));
  child.on('error', (error) => (program.output += `${command}: ${error.message}\n`));
  return program;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  if (!(await Promise.race([ended.then(() => true), sleep(5000)]))) child.kill('SIGKILL');
}

/** An X server without a screen: it keeps its picture in `folder`, and tells its display number on descriptor 3. */
export async function startX(width, height, folder) {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-fbdir', folder];
  const x = start('Xvfb', args, {}, ['ignore', 'pipe', 'pipe', 'pipe']);
  const number = await new Promise((resolve, reject) => {
    x.child.stdio[3].once('data', (data) => resolve(String(data).trim()));
    x.child.once('error', reject);
    x.child.once('exit', () => reject(new Error(`Xvfb did not start: ${x.output}`)));
  });
  return { display: `:${number}`, file: join(folder, 'Xvfb_screen0'), stop: x.stop };
}

/** The app in a session of WebKitWebDriver. */
export class Session {
  static async open(app, folder, env) {
    // The driver swallows what the app prints, so it starts the app through a line of shell that keeps it.
    const log = join(folder, 'app.log');
    const binary = join(folder, 'app.sh');
    writeFileSync(binary, `#!/bin/sh\necho $$ >'${join(folder, 'app.pid')}'\nexec '${app}' "$@" >>'${log}' 2>&1\n`, { mode: 0o700 });
    const port = await freePort();
    const driver = start('WebKitWebDriver', [`--port=${port}`], {
      ...env,
      TAURI_AUTOMATION: 'true',
      TAURI_WEBVIEW_AUTOMATION: 'true',
    });
    const session = new Session(`http://127.0.0.1:${port}`, driver, log);
    for (let tries = 0; ; tries += 1) {
      try {
        await fetch(`${session.base}/status`);
        break;
      } catch (error) {
        if (tries > 50) throw new Error(`the driver did not start: ${driver.output}`, { cause: error });
        await sleep(100);
      }
    }
    const made = await session.send('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: [] } } },
    });
    session.base += `/session/${made.sessionId}`;
    await session.send('POST', '/timeouts', { script: 60_000, pageLoad: 60_000, implicit: 0 });
    return session;
  }

  constructor(base, driver, log) {
    this.base = base;
    this.driver = driver;
    this.log = log;
  }

  /** What the app printed. */
  get output() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }

  async send(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  /** Runs a function in the page; it may be async. Its arguments and result travel as JSON. */
  async run(body, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      const args = Array.prototype.slice.call(arguments, 0, -1);
      Promise.resolve().then(() => (${body})(...args)).then((ok) => done({ ok }), (e) => done({ bad: String(e && e.stack || e) }));`;
    const { ok, bad } = await this.send('POST', '/execute/async', { script, args });
    if (bad !== undefined) throw new Error(bad);
    return ok;
  }

  /** The element for which `find` (a function in the page) answers one, as soon as it does. */
  async wait(what, find, { seconds = 20, args = [] } = {}) {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const found = await this.send('POST', '/execute/sync', { script: `return (${find})(...arguments)`, args });
      if (found) return found;
      if (Date.now() > until) throw new Error(`not there after ${seconds} s: ${what}`);
      await sleep(100);
    }
  }

  click(element) {
    return this.send('POST', `/element/${element[ELEMENT]}/click`, {});
  }

  type(element, text) {
    return this.send('POST', `/element/${element[ELEMENT]}/value`, { text });
  }

  /** Presses keys on whatever has the focus; `\uE009` holds Control until the end. */
  keys(text) {
    const actions = [];
    const held = [];
    for (const value of text) {
      actions.push({ type: 'keyDown', value });
      if (value === '\uE009' || value === '\uE008') held.push(value);
      else actions.push({ type: 'keyUp', value });
    }
    for (const value of held.reverse()) actions.push({ type: 'keyUp', value });
    return this.send('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  resize(width, height) {
    return this.send('POST', '/window/rect', { x: 0, y: 0, width, height });
  }

  async close() {
    try {
      await this.send('DELETE', '');
    } catch {
      // The app has gone already.
    }
    await this.driver.stop();
  }
}
