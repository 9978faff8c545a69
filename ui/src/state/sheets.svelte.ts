// The sheet on the stage, its jobs by id, and the list of sheets to go back to.

import { SvelteMap } from 'svelte/reactivity';
import type { JobView, SheetRow, SheetView } from '@/bindings/api';
import type { Host } from '@/host';

export interface Totals {
  pictures: number;
  done: number;
  open: number;
  unknown: number;
  /** Micro-dollars charged for certain. */
  spent: number;
  /** What all would come to: charged plus the list price of what is still open. */
  total: number;
  /** Micro-dollars that may have been charged. */
  uncertain: number;
}

const OPEN = new Set(['queued', 'sending', 'parked']);
export const isOpen = (job: JobView): boolean => OPEN.has(job.state);

const REFRESH_MS = 250;

export class Sheets {
  current: SheetView | null = $state.raw(null);
  readonly jobs = new SvelteMap<string, JobView>();
  recent: SheetRow[] = $state.raw([]);
  /** The one that is shown first is on its way: the stage is not empty. */
  coming = $state(false);

  /** The sheet that is shown, or on its way. */
  private wanted: string | null = null;
  private asked = 0;
  /** The question whose answer is shown. */
  private answered = 0;
  /** What is heard of jobs while a sheet is on its way, for each that is: the answer may be older. */
  private readonly heard = new Set<Map<string, JobView>>();
  private changedSheets = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Host) {}

  /** Row by row, as on the sheet; a redo follows the job it repeats. */
  get ordered(): JobView[] {
    return [...this.jobs.values()].sort(
      (a, b) => a.row - b.row || a.column - b.column || a.created_ms - b.created_ms,
    );
  }

  get totals(): Totals {
    const totals: Totals = { pictures: 0, done: 0, open: 0, unknown: 0, spent: 0, total: 0, uncertain: 0 };
    for (const job of this.jobs.values()) {
      totals.pictures += 1;
      totals.spent += job.billed_usd;
      totals.total += job.billed_usd;
      if (job.state === 'done') totals.done += 1;
      if (job.state === 'unknown') {
        totals.unknown += 1;
        totals.uncertain += job.usd;
      }
      if (!isOpen(job)) continue;
      totals.open += 1;
      totals.total += job.usd;
    }
    return totals;
  }

  /** Pictures that have arrived, in the order of the sheet. */
  get pictures(): JobView[] {
    return this.ordered.filter((job) => job.picture !== null);
  }

  show(sheet: SheetView): void {
    this.wanted = sheet.id;
    this.current = sheet;
    this.jobs.clear();
    for (const job of sheet.jobs) this.jobs.set(job.id, job);
  }

  async open(id: string): Promise<void> {
    this.wanted = id;
    try {
      await this.ask(id);
    } catch (thrown) {
      if (this.wanted === id) this.wanted = this.current?.id ?? null;
      throw thrown;
    }
  }

  /** An event, or the answer of a command: the newest word about a job. */
  take(job: JobView): void {
    for (const heard of this.heard) heard.set(job.id, job);
    if (job.sheet === this.current?.id) this.jobs.set(job.id, job);
  }

  /** A picture was rated, or moved to the trash. */
  async changed(id: string): Promise<void> {
    const job = [...this.jobs.values()].find((one) => one.picture?.id === id);
    if (!job) return;
    const picture = await this.host.call('pictures.get', { id }).catch(() => null);
    const known = this.jobs.get(job.id);
    if (picture && known) this.take({ ...known, picture });
  }

  async load(): Promise<void> {
    this.recent = await this.host.call('sheets.list', { limit: 30 });
  }

  /** Something happened to a sheet, or it may have to the one that is shown: several in a row are one reading. */
  refresh(id: string | null = this.wanted): void {
    if (id !== null) this.changedSheets.add(id);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const changed = this.changedSheets;
      this.changedSheets = new Set();
      void this.load().catch(() => undefined);
      if (this.wanted !== null && changed.has(this.wanted)) void this.reread();
    }, REFRESH_MS);
  }

  async reread(): Promise<void> {
    if (this.wanted !== null) await this.ask(this.wanted).catch(() => undefined);
  }

  /** Answers overtake each other: one to an older question, or about a sheet that is not wanted any more, is dropped. */
  private async ask(id: string): Promise<void> {
    const asked = ++this.asked;
    const heard = new Map<string, JobView>();
    this.heard.add(heard);
    try {
      const sheet = await this.host.call('sheets.get', { id });
      if (id !== this.wanted || asked < this.answered) return;
      this.answered = asked;
      this.show(sheet);
      this.heard.delete(heard);
      for (const job of heard.values()) this.take(job);
    } finally {
      this.heard.delete(heard);
    }
  }
}
