// What the wall compares, kept up to date while it is open.

import type { Event, Failure, JobView, PictureView, SheetView } from '@/bindings/api';
import { asFailure, type Host } from '@/host';
import type { WallTarget } from '@/state/nav.svelte';
import {
  arranged,
  hasBoth,
  ofMissing,
  ofPicture,
  pictureSteps,
  sheetSteps,
  stepWith,
  type Axis,
  type Entry,
  type Step,
} from './steps';

export type Phase = 'loading' | 'ready' | 'failed';

export class Wall {
  phase: Phase = $state('loading');
  failure: Failure | null = $state.raw(null);
  sheet: SheetView | null = $state.raw(null);
  chosen: Entry[] = $state.raw([]);
  /** Which step is shown. */
  at = $state(0);
  /** Along which the steps of a sheet go. */
  axis: Axis = $state('row');
  /** Stays in the first pane whatever step is shown. */
  pinned: Entry | null = $state.raw(null);
  /** Names, prices and times are hidden, so that only the pictures speak. */
  blind = $state(false);
  private order: number[] = $state.raw([]);
  private target: WallTarget = { sheet: null, pictures: null, focus: null };
  private opening = 0;
  /** What is heard of jobs while the sheet is on its way: the answer may be older. */
  private heard: Map<string, JobView> | null = null;

  steps: Step[] = $derived(this.sheet ? sheetSteps(this.sheet, this.axis) : pictureSteps(this.chosen));
  step: Step | null = $derived(this.steps[Math.min(this.at, this.steps.length - 1)] ?? null);
  /** The panes. */
  shown: Entry[] = $derived(arranged(this.step?.entries ?? [], this.order, this.pinned));
  /** The sheet can be gone through along rows and along columns. */
  turnable: boolean = $derived(this.sheet !== null && hasBoth(this.sheet));
  /** The steps before and after, to have them ready. */
  near: Entry[] = $derived([this.at + 1, this.at - 1].flatMap((at) => this.steps[at]?.entries ?? []));

  constructor(private host: Pick<Host, 'call'>) {}

  async open(target: WallTarget): Promise<void> {
    this.target = target;
    this.pinned = null;
    this.order = [];
    this.phase = 'loading';
    this.failure = null;
    if (await this.load()) this.at = stepWith(this.steps, target.focus);
  }

  go(by: number): void {
    this.at = Math.max(0, Math.min(this.steps.length - 1, this.at + by));
  }

  /** Rows or columns: this one stays in sight. */
  turn(kept: Entry | undefined): void {
    if (!this.turnable) return;
    this.axis = this.axis === 'row' ? 'column' : 'row';
    this.order = [];
    this.at = Math.max(
      0,
      this.steps.findIndex((step) => step.entries.some((entry) => entry.key === kept?.key)),
    );
  }

  /** Pins a picture, or lets go of it. */
  pin(entry: Entry): void {
    if (entry.picture) this.pinned = this.pinned?.key === entry.key ? null : entry;
  }

  /** Two panes change places. Neither is the pinned one: that has its place. */
  swap(a: Entry, b: Entry): void {
    const entries = this.step?.entries ?? [];
    const order = this.order.length === entries.length ? this.order : entries.map((_, at) => at);
    const placeOf = (entry: Entry) => order.findIndex((at) => entries[at]?.key === entry.key);
    const [from, to] = [placeOf(a), placeOf(b)];
    if (from < 0 || to < 0 || this.isPinned(a) || this.isPinned(b)) return;
    this.order = order.map((one, at) => order[at === from ? to : at === to ? from : at] ?? one);
  }

  /** The pane after this one that can change places with it; after the last comes the first. */
  after(entry: Entry): Entry | undefined {
    const free = this.shown.filter((one) => !this.isPinned(one));
    const at = free.findIndex((one) => one.key === entry.key);
    return at < 0 ? undefined : free[(at + 1) % free.length];
  }

  isPinned(entry: Entry): boolean {
    return this.pinned?.key === entry.key;
  }

  /** Picture A, B, …: by its place. */
  letterOf(entry: Entry): string {
    return String.fromCharCode(
      65 +
        Math.max(
          0,
          this.shown.findIndex((one) => one.key === entry.key),
        ),
    );
  }

  async rate(id: string, rating: number): Promise<void> {
    this.replace(await this.host.call('pictures.rate', { id, rating }));
  }

  async trash(id: string): Promise<void> {
    this.replace(await this.host.call('pictures.trash', { id }));
  }

  async restore(id: string): Promise<void> {
    this.replace(await this.host.call('pictures.restore', { id }));
  }

  async reveal(id: string): Promise<void> {
    await this.host.call('pictures.reveal', { id });
  }

  /** Says whether the list is there and still the one wanted. */
  private async load(): Promise<boolean> {
    const turn = ++this.opening;
    const heard = new Map<string, JobView>();
    this.heard = heard;
    try {
      const { sheet, pictures } = this.target;
      if (pictures) {
        const chosen = await Promise.all(pictures.map((id) => this.find(id)));
        if (turn !== this.opening) return false;
        this.sheet = null;
        this.chosen = chosen;
      } else if (sheet) {
        const view = await this.host.call('sheets.get', { id: sheet });
        if (turn !== this.opening) return false;
        this.sheet = view;
        this.chosen = [];
        this.heard = null;
        for (const job of heard.values()) this.take(job);
      }
      this.phase = 'ready';
      return true;
    } catch (thrown) {
      if (turn !== this.opening) return false;
      this.heard = null;
      this.failure = asFailure(thrown);
      this.phase = 'failed';
      return false;
    }
  }

  private async find(id: string): Promise<Entry> {
    try {
      return ofPicture(await this.host.call('pictures.get', { id }));
    } catch {
      return ofMissing(id);
    }
  }

  async hear(event: Event): Promise<void> {
    if (event.type === 'job') this.take(event.job);
    else if (
      event.type === 'resync' ||
      event.type === 'pictures' ||
      (event.type === 'sheet' && event.id === this.sheet?.id)
    )
      await this.load();
    else if (event.type === 'picture' && this.shows(event.id)) {
      const entry = await this.find(event.id);
      if (entry.picture) this.replace(entry.picture);
    }
  }

  private shows(id: string): boolean {
    if (this.pinned?.picture?.id === id) return true;
    return this.steps.some((step) => step.entries.some((entry) => entry.picture?.id === id));
  }

  /** An event, or the answer of a command: the newest word about a job. */
  take(job: JobView): void {
    this.heard?.set(job.id, job);
    if (this.sheet?.id !== job.sheet) return;
    const known = this.sheet.jobs.some((one) => one.id === job.id);
    const jobs = known
      ? this.sheet.jobs.map((one) => (one.id === job.id ? job : one))
      : [...this.sheet.jobs, job];
    this.sheet = { ...this.sheet, jobs };
  }

  private replace(picture: PictureView): void {
    if (this.sheet) {
      const jobs = this.sheet.jobs.map((job) => (job.picture?.id === picture.id ? { ...job, picture } : job));
      this.sheet = { ...this.sheet, jobs };
    }
    if (this.pinned?.picture?.id === picture.id) this.pinned = { ...this.pinned, picture };
    this.chosen = this.chosen.map((entry) => (entry.key === picture.id ? ofPicture(picture) : entry));
  }
}
