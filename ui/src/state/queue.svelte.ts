// The sheets that still have work, lane by lane, and the jobs of those that are opened. Kept fresh while the view is
// shown. Not here: what a sheet says of itself (queue/words.ts).

import { SvelteMap } from 'svelte/reactivity';
import type { JobView, LaneView, QueuePage } from '@/bindings/api';
import type { Host } from '@/host';

const REFRESH_MS = 700;
const PAGE = 50;
/** Jobs of a sheet: so many at first, and so many more at a time. */
export const FIRST_JOBS = 40;
export const MORE_JOBS = 500;

export class Queue {
  page: QueuePage | null = $state.raw(null);
  lane: LaneView['lane'] | null = $state(null);
  /** Jobs of the sheets that are opened, by sheet: those that need somebody first. */
  readonly jobs = new SvelteMap<string, JobView[]>();
  /** How many of them are asked for. */
  private readonly wanted = new Map<string, number>();
  /** How many sheets are asked for. */
  limit = $state(PAGE);

  private shown = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Host) {}

  get more(): boolean {
    return (this.page?.sheets.length ?? 0) >= this.limit;
  }

  async load(): Promise<void> {
    const lane = this.lane;
    const page = await this.host.call('queue.get', { lane, offset: 0, limit: this.limit });
    if (lane === this.lane) this.page = page;
    await Promise.all([...this.jobs.keys()].map((sheet) => this.read(sheet)));
  }

  choose(lane: LaneView['lane'] | null): Promise<void> {
    this.lane = lane;
    this.limit = PAGE;
    return this.load();
  }

  showMore(): Promise<void> {
    this.limit += PAGE;
    return this.load();
  }

  toggle(sheet: string): Promise<void> {
    if (this.jobs.delete(sheet)) return Promise.resolve();
    this.jobs.set(sheet, []);
    this.wanted.set(sheet, FIRST_JOBS);
    return this.read(sheet);
  }

  moreJobs(sheet: string): Promise<void> {
    this.wanted.set(sheet, this.limitOf(sheet) + MORE_JOBS);
    return this.read(sheet);
  }

  /** While the view is shown, what happens is read again. */
  open(): () => void {
    this.shown = true;
    return () => {
      this.shown = false;
      clearTimeout(this.timer);
      this.timer = undefined;
    };
  }

  stale(): void {
    if (!this.shown) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.load().catch(() => undefined);
    }, REFRESH_MS);
  }

  private async read(sheet: string): Promise<void> {
    const limit = this.limitOf(sheet);
    const jobs = await this.host.call('jobs.list', { sheet, state: null, attention: true, limit });
    if (this.jobs.has(sheet) && limit === this.limitOf(sheet)) this.jobs.set(sheet, jobs);
  }

  private limitOf(sheet: string): number {
    return this.wanted.get(sheet) ?? FIRST_JOBS;
  }
}
