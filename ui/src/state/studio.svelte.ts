// All state of the page, fed by the host's events. Views get it from the context: `getStudio()`.

import { getContext, setContext } from 'svelte';
import type { Event } from '@/bindings/api';
import type { Host } from '@/host';
import { Clock } from './clock.svelte';
import { Draft } from './draft.svelte';
import { Accounts, Models, Status } from './lists.svelte';
import { Nav } from './nav.svelte';
import { Notices } from './notices.svelte';
import { Planner } from './planner.svelte';
import { Queue } from './queue.svelte';
import { Session } from './session.svelte';
import { Sheets } from './sheets.svelte';
import { Weather } from './weather.svelte';

export class Studio {
  readonly clock = new Clock();
  readonly notices = new Notices();
  readonly nav = new Nav();
  readonly draft = new Draft();
  readonly session: Session;
  readonly models: Models;
  readonly accounts: Accounts;
  readonly status: Status;
  readonly sheets: Sheets;
  readonly planner: Planner;
  readonly weather: Weather;
  readonly queue: Queue;

  private listeners = new Set<(event: Event) => void>();
  private stops: (() => void)[] = [];

  constructor(readonly host: Host) {
    this.session = new Session(host, (hello) => this.clock.set(hello.now_ms));
    this.models = new Models(host);
    this.accounts = new Accounts(host);
    this.status = new Status(host);
    this.sheets = new Sheets(host);
    this.planner = new Planner(host);
    this.weather = new Weather(host);
    this.queue = new Queue(host);
  }

  /** `drawn`: the first view stands. The last sheet, which may hold hundreds of pictures, waits for it. */
  async start(drawn: () => Promise<void> = async () => undefined): Promise<void> {
    this.stops.push(this.host.onEvent((event) => this.take(event)));
    this.stops.push(this.host.onConnection((up) => (this.session.connected = up)));
    // All is asked at once: one after the other, each question would keep the first view waiting.
    const read = this.readAll();
    await this.session.load();
    if (this.session.phase !== 'ready') return;
    this.sheets.coming = true;
    this.complain(await read);
    await drawn();
    await this.planner.first;
    const newest = this.sheets.recent[0];
    if (newest && !this.sheets.current) await this.notices.run(this.sheets.open(newest.id));
    this.sheets.coming = false;
  }

  /** Events for views that keep their own lists, such as the gallery. Returns how to stop. */
  onEvent(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  destroy(): void {
    for (const stop of this.stops) stop();
    this.draft.destroy();
    this.planner.destroy();
    this.weather.destroy();
  }

  private readAll(): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled([
      this.models.load(),
      this.accounts.load(),
      this.status.load(),
      this.sheets.load(),
      this.weather.load(),
    ]);
  }

  private complain(outcomes: PromiseSettledResult<void>[]): void {
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') this.notices.failure(outcome.reason);
    }
  }

  private async resync(): Promise<void> {
    await this.session.load();
    if (this.session.phase !== 'ready') return;
    const [outcomes] = await Promise.all([this.readAll(), this.sheets.reread()]);
    this.complain(outcomes);
    this.queue.stale();
    this.planner.stale();
  }

  private take(event: Event): void {
    switch (event.type) {
      case 'job':
        this.sheets.take(event.job);
        this.queue.stale();
        if (event.job.state === 'done') this.planner.stale();
        break;
      case 'sheet':
        this.sheets.refresh(event.id);
        this.queue.stale();
        break;
      case 'status':
        this.status.value = event.status;
        this.weather.follow(event.status.routes);
        this.queue.stale();
        this.planner.stale();
        break;
      case 'accounts':
        void this.notices.run(this.accounts.load());
        this.planner.stale();
        break;
      case 'settings':
        void this.notices.run(this.session.reloadSettings());
        this.planner.stale();
        break;
      case 'alert':
        void this.notices.run(this.weather.load());
        break;
      case 'picture':
        void this.sheets.changed(event.id);
        break;
      case 'pictures':
        this.sheets.refresh();
        break;
      case 'saving':
      case 'moving':
        break;
      case 'resync':
        void this.resync();
        break;
    }
    for (const listener of this.listeners) listener(event);
  }
}

const KEY = Symbol('studio');

export const setStudio = (studio: Studio): Studio => setContext(KEY, studio);
export const getStudio = (): Studio => getContext(KEY);
