// A studio of its own for each test file: `diptych serve` on a fresh home, one page on it, and a watch over that page.
// Not here: what is expected of the interface.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, type Browser, type BrowserContext, type Page } from './playwright.mts';
import { word } from '../window/words.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env['DIPTYCH_BIN'] ?? join(root, 'target/debug/diptych');
const artefacts = join(root, 'artefacts/e2e');
const axe = readFileSync(createRequire(join(root, 'ui/package.json')).resolve('axe-core/axe.min.js'), 'utf8');

export class Studio {
  readonly trouble: string[] = [];
  private served: ChildProcess | undefined;
  private home = mkdtempSync(join(tmpdir(), 'diptych-e2e-'));
  private context: BrowserContext | undefined;
  page!: Page;
  url = '';

  async serve(): Promise<void> {
    const env = { ...process.env, DIPTYCH_HOME: this.home };
    const served = spawn(binary, ['serve', '--port', '0', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.served = served;
    this.url = await new Promise<string>((resolve, reject) => {
      served.once('error', reject);
      served.once('exit', (code) => reject(new Error(`diptych serve ended with ${code}`)));
      createInterface({ input: served.stdout }).once('line', (line) => {
        resolve(line.startsWith('{') ? (JSON.parse(line) as { url: string }).url : (/https?:\S+/.exec(line)?.[0] ?? ''));
      });
    });
  }

  async open(browser: Browser): Promise<void> {
    this.context = await browser.newContext();
    this.page = await this.context.newPage();
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
    await this.page.goto(this.url);
  }

  /** Ends the server as a person would, with Ctrl-C, and waits for it. */
  async stop(): Promise<void> {
    const served = this.served;
    if (served && served.exitCode === null) {
      const ended = new Promise((resolve) => served.once('exit', resolve));
      served.kill('SIGINT');
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      served.kill('SIGKILL');
    }
  }

  async close(): Promise<void> {
    await this.context?.close();
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  button(key: string, params?: Record<string, unknown>) {
    return this.page.getByRole('button', { name: word(key, params) });
  }

  async go(view: 'compose' | 'wall' | 'gallery' | 'settings'): Promise<void> {
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

  async theme(theme: 'light' | 'dark'): Promise<void> {
    await this.call('settings.set', { theme });
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', theme);
  }

  /** Audits what is shown in both themes, contrast included, and keeps a screenshot of each. */
  async audit(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await this.theme(theme);
      await this.page.waitForTimeout(250);
      await this.page.screenshot({ path: join(artefacts, `${name}-${theme}.png`) });
      // Evaluated, not added as a script: the page's policy lets no other script in.
      await this.page.evaluate(axe);
      const found = await this.page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run: (context: Document) => Promise<AxeResult> } };
        const { violations } = await axe.run(document);
        return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
      });
      expect(found, `${name}, ${theme}`).toEqual([]);
    }
  }
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}
