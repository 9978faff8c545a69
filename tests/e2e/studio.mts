// A studio of its own for each test file: `diptych serve` on a fresh home, one page on it, and a watch over that page.
// Not here: what is expected of the interface.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, type Browser, type BrowserContext, type Page } from './playwright.mts';
import { word } from '../window/words.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env['DIPTYCH_BIN'] ?? join(root, 'target/debug/diptych');
/** Where pictures of what was seen are kept. */
export const artefacts = join(root, 'artefacts/e2e');
const axe = readFileSync(createRequire(join(root, 'ui/package.json')).resolve('axe-core/axe.min.js'), 'utf8');
const USUAL = { width: 1440, height: 900 };
const LARGE = { width: 1920, height: 1200 };

export class Studio {
  readonly trouble: string[] = [];
  private served: ChildProcess | undefined;
  private providers: ChildProcess[] = [];
  private home = '';
  private context: BrowserContext | undefined;
  page!: Page;
  url = '';

  // No keychain of whoever runs this is asked: keys are kept for the session.
  private get env() {
    return { ...process.env, DIPTYCH_HOME: this.home, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
  }

  async serve(): Promise<void> {
    this.home ||= mkdtempSync(join(tmpdir(), 'diptych-e2e-'));
    const served = spawn(binary, ['serve', '--port', '0', '--json'], { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.served = served;
    this.url = (await firstLine<{ url: string }>(served)).url;
  }

  /** A provider in a process of its own, with this kind of day; `[[key]]` of the scenario names its keys. */
  async provider(scenario: string): Promise<string> {
    this.home ||= mkdtempSync(join(tmpdir(), 'diptych-e2e-'));
    const file = join(this.home, 'scenario.toml');
    writeFileSync(file, scenario);
    const provider = spawn(binary, ['practice', '--scenario', file], { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.providers.push(provider);
    return (await firstLine<{ url: string }>(provider)).url;
  }

  /** `diptych …` in a terminal beside the page: what it prints with --json. */
  diptych<T>(...args: string[]): T[] {
    const printed = execFileSync(binary, [...args, '--json'], { env: this.env, encoding: 'utf8', timeout: 60_000 });
    return printed.split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);
  }

  async open(browser: Browser): Promise<void> {
    this.context = await browser.newContext();
    this.page = await this.context.newPage();
    this.watch();
    await this.page.goto(this.url);
  }

  /** The server ends and starts again, and the same browser opens its new address. */
  async restart(): Promise<void> {
    await this.page.close();
    await this.stop();
    await this.serve();
    this.page = await this.context!.newPage();
    this.watch();
    await this.page.goto(this.url);
  }

  private watch(): void {
    const own = new URL(this.url).origin;
    // Whatever the page loads, says or breaks beside its job is trouble.
    this.page.on('request', (request) => {
      if (!request.url().startsWith(own)) this.trouble.push(`asked for ${request.url()}`);
    });
    this.page.on('pageerror', (error) => this.trouble.push(`threw ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.trouble.push(`console: ${message.text()}`);
    });
    this.page.on('popup', () => this.trouble.push('opened a window'));
  }

  /** Ends the server as a person would, with Ctrl-C, and waits for it. */
  private async stop(): Promise<void> {
    const served = this.served;
    if (served && served.exitCode === null) {
      const ended = new Promise((resolve) => served.once('exit', resolve));
      served.kill('SIGINT');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      served.kill('SIGKILL');
    }
  }

  async close(): Promise<void> {
    for (const program of [this.served, ...this.providers]) program?.kill('SIGKILL');
    await this.context?.close();
    if (this.home) rmSync(this.home, { recursive: true, force: true });
  }

  button(key: string, params?: Record<string, unknown>) {
    return this.page.getByRole('button', { name: word(key, params) });
  }

  async go(view: 'compose' | 'wall' | 'gallery' | 'queue' | 'weather' | 'settings'): Promise<void> {
    const button = this.page.getByRole('navigation').getByRole('button', { name: word(`nav.${view}`), exact: true });
    await button.click();
    await expect(button).toHaveAttribute('aria-current', 'page');
  }

  /** A command of the schema, with the page's own cookie. */
  async call<T = unknown>(command: string, args: unknown = {}): Promise<T> {
    const origin = new URL(this.url).origin;
    const answer = await this.page.request.post(`${origin}/rpc/${command}`, { data: args, headers: { origin } });
    expect(answer.ok(), `${command}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  /** Tabs until the control with this name has the focus. */
  async tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      const focused = await this.page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '';
        return label.replace(/\s+/g, ' ').trim();
      });
      if (focused.startsWith(name)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach “${name}”`);
  }

  async theme(theme: 'light' | 'dark'): Promise<void> {
    await this.call('settings.set', { theme });
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', theme);
  }

  /** Audits what is shown in both themes, contrast included, and keeps a screenshot of each in two sizes. */
  async audit(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await this.theme(theme);
      for (const { width, height } of [LARGE, USUAL]) {
        await this.page.setViewportSize({ width, height });
        await this.page.waitForTimeout(250);
        await this.page.screenshot({ path: join(artefacts, `${name}-${theme}-${width}x${height}.png`) });
      }
      expect(await violations(this.page), `${name}, ${theme}`).toEqual([]);
    }
  }
}

/** What axe finds on a page as it stands, contrast included. */
export async function violations(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy lets no other script in.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (context: Document) => Promise<AxeResult> } };
    const { violations } = await axe.run(document);
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  });
}

/** What a program says first, as JSON. */
function firstLine<T>(program: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    program.once('error', reject);
    program.once('exit', (code) => reject(new Error(`${program.spawnargs.join(' ')} ended with ${code}`)));
    createInterface({ input: program.stdout! }).once('line', (line) => resolve(JSON.parse(line) as T));
  });
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}
