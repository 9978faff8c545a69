// The engine's greeting and the settings, and what they mean for this page: theme and language.

import type { Failure, Hello, Settings, SettingsPatch } from '@/bindings/api';
import { asFailure, NotAuthorised, type Host } from '@/host';
import { locale } from '@/i18n/index.svelte';

export type Phase = 'starting' | 'ready' | 'unauthorised' | 'failed';

export class Session {
  phase: Phase = $state('starting');
  hello: Hello | null = $state(null);
  settings: Settings | null = $state(null);
  failure: Failure | null = $state(null);
  /** Events arrive. */
  connected = $state(true);

  private prefersLight = matchMedia('(prefers-color-scheme: light)');

  constructor(
    private host: Host,
    private greeted: (hello: Hello) => void = () => undefined,
  ) {
    this.prefersLight.addEventListener('change', () => this.applyTheme());
    this.applyTheme();
  }

  /** First start: the welcome is shown instead of an empty studio. */
  get welcome(): boolean {
    return this.hello?.welcome === true && this.settings?.welcomed !== true;
  }

  async load(): Promise<void> {
    try {
      const greeting = this.greet();
      greeting.catch(() => undefined);
      await this.take(await this.host.call('settings.get', {}));
      // The greeting waits for the keychain, which may take seconds. Only a first start needs to know it.
      if (this.settings?.welcomed !== true) await greeting;
      this.phase = 'ready';
      this.failure = null;
    } catch (thrown) {
      if (thrown instanceof NotAuthorised) this.phase = 'unauthorised';
      else if (this.phase !== 'ready') {
        this.phase = 'failed';
        this.failure = asFailure(thrown);
      }
    }
  }

  private async greet(): Promise<void> {
    this.hello = await this.host.call('hello', {});
    this.greeted(this.hello);
  }

  async reloadSettings(): Promise<void> {
    await this.take(await this.host.call('settings.get', {}));
  }

  async set(patch: Partial<SettingsPatch>): Promise<void> {
    await this.take(await this.host.call('settings.set', $state.snapshot(patch)));
  }

  private async take(settings: Settings): Promise<void> {
    this.settings = settings;
    this.applyTheme();
    await locale.use(settings.language);
  }

  private applyTheme(): void {
    const wanted = this.settings?.theme ?? 'system';
    const system = this.prefersLight.matches ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = wanted === 'system' ? system : wanted;
  }
}
