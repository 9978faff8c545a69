// The interface in the real window, in the words of a person: press a button, fill a field, look at the screen.
// Not here: what is expected of it.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { grab } from './screen.mjs';
import { word } from './words.mjs';

// Runs in the page. Finds the visible control whose accessible name is, or starts with, `name`.
const FIND = `(name, exact) => {
  const named = (element) => {
    const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
    return label.replace(/\\s+/g, ' ').trim();
  };
  const controls = document.querySelectorAll('button, a, input, textarea, select, [role=option], [role=button], summary');
  return [...controls].find((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && (exact ? named(element) === name : named(element).startsWith(name));
  });
}`;

const axe = readFileSync(createRequire(new URL('../../ui/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8');

export class Page {
  constructor(session, screen, artefacts) {
    this.session = session;
    this.screen = screen;
    this.artefacts = artefacts;
    mkdirSync(artefacts, { recursive: true });
  }

  /** The control with this catalogue key as its name. */
  find(key, { exact = false, ...options } = {}) {
    const name = word(key);
    return this.session.wait(`“${name}”`, FIND, { args: [name, exact], ...options });
  }

  async press(key, options) {
    await this.session.click(await this.find(key, options));
  }

  /** Goes to a view by the rail. */
  async go(view) {
    await this.press(`nav.${view}`, { exact: true });
    await this.session.wait(
      `the view ${view}`,
      `(name) => document.querySelector('nav button[aria-current=page]')?.getAttribute('aria-label') === name`,
      { args: [word(`nav.${view}`)] },
    );
  }

  /** A command of the schema, through the same door as the interface. */
  call(command, args = {}) {
    return this.session.run(`(command, args) => window.__TAURI_INTERNALS__.invoke('rpc', { command, args })`, command, args);
  }

  async theme(theme) {
    await this.call('settings.set', { theme });
    await this.session.wait(`the ${theme} theme`, `(theme) => document.documentElement.dataset.theme === theme`, {
      args: [theme],
    });
  }

  /** The window as it stands, in both themes and two sizes. */
  async shoot(name, sizes = [[1440, 900], [1920, 1200]]) {
    for (const [width, height] of sizes) {
      await this.session.resize(width, height);
      await this.session.wait('the new size', `(w, h) => innerWidth === w && innerHeight === h`, { args: [width, height] });
      for (const theme of ['light', 'dark']) {
        await this.theme(theme);
        await this.settled();
        writeFileSync(`${this.artefacts}/${name}-${theme}-${width}x${height}.png`, grab(this.screen, width, height));
      }
    }
  }

  /** The window as it stands. */
  async keep(name) {
    await this.settled();
    const [width, height] = await this.session.run(`() => [innerWidth, innerHeight]`);
    writeFileSync(`${this.artefacts}/${name}.png`, grab(this.screen, width, height));
  }

  /** What is shown, in both themes: kept, and audited with contrast, names and roles. */
  async audit(name) {
    for (const theme of ['light', 'dark']) {
      await this.theme(theme);
      await this.keep(`${name}-${theme}`);
      // Handed to the page by the driver: its policy lets no other script in.
      await this.session.send('POST', '/execute/sync', { script: `${axe}; window.axe = axe;`, args: [] });
      const found = await this.session.run(`async () => {
        const { violations } = await window.axe.run(document);
        return violations.map(({ id, help, nodes }) => id + ': ' + help + ': ' + nodes.map((node) => node.html).join(' | '));
      }`);
      assert.deepEqual(found, [], `${name}, ${theme}`);
    }
  }

  /** Two frames drawn, and a moment for pictures that come by the image protocol. */
  async settled() {
    await this.session.run(`() => new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))`);
    await sleep(400);
  }
}
