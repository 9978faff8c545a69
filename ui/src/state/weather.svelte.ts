// The weather as the engine measured it, and its alerts. Read at the start for the banner, kept fresh while a view
// holds it. Not here: the figures' pictures and words.

import type { Host } from '@/host';
import type { AlertView, RouteView, WeatherView } from '@/bindings/api';

const REFRESH_MS = 5_000;

export class Weather {
  value: WeatherView | null = $state.raw(null);
  private holders = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Host) {}

  /** Open alerts that nobody has seen yet, newest first. */
  get unseen(): AlertView[] {
    const open = (this.value?.alerts ?? []).filter((alert) => alert.resolved_ms === null && !alert.seen);
    return open.toSorted((a, b) => b.raised_ms - a.raised_ms);
  }

  async load(): Promise<void> {
    this.value = await this.host.call('weather.get', {});
  }

  /** A view looks at it: the figures follow what happens until the returned function is called. */
  hold(): () => void {
    this.holders += 1;
    return () => {
      this.holders -= 1;
      if (this.holders === 0) this.stop();
    };
  }

  /** The state of the routes comes with every status; the rest is read again, at most every few seconds. */
  follow(routes: RouteView[]): void {
    if (this.holders === 0) return;
    if (this.value) this.value = { ...this.value, routes };
    this.stale();
  }

  stale(): void {
    if (this.holders === 0) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.load().catch(() => undefined);
    }, REFRESH_MS);
  }

  /** Taken off the banner at once; the engine is told. */
  async seen(ids: string[]): Promise<void> {
    if (this.value) {
      const alerts = this.value.alerts.map((one) => (ids.includes(one.id) ? { ...one, seen: true } : one));
      this.value = { ...this.value, alerts };
    }
    for (const id of ids) await this.host.call('alerts.seen', { id });
  }

  async pause(route: RouteView, paused: boolean): Promise<void> {
    const { account, model } = route;
    await this.host.call(paused ? 'routes.pause' : 'routes.resume', { account, model });
    await this.load();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  destroy(): void {
    this.stop();
  }
}
