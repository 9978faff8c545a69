// What the wall compares, kept up to date while it is open.

import type { Event, Failure, JobView, PictureView, SheetView } from '@/bindings/api';
import { asFailure, type Host } from '@/host';
import type { WallTarget } from '@/state/nav.svelte';
import { ofMissing, ofPicture, pictureSteps, sheetSteps, stepWith, type Entry, type Step } from './steps';

export type Phase = 'loading' | 'ready' | 'failed';

export class Wall {
  phase: Phase = $state('loading');
  failure: Failure | null = $state.raw(null);
  sheet: SheetView | null = $state.raw(null);
  chosen: Entry[] = $state.raw([]);
  /** Which step is shown. */
  at = $state(0);
  private target: WallTarget = { sheet: null, pictures: null, focus: null };
  private turn = 0;

  steps: Step[] = $derived(this.sheet ? sheetSteps(this.sheet) : pictureSteps(this.chosen));
  step: Step | null = $derived(this.steps[Math.min(this.at, this.steps.length - 1)] ?? null);
  /** The steps before and after, to have them ready. */
  near: Entry[] = $derived([this.at + 1, this.at - 1].flatMap((at) => this.steps[at]?.entries ?? []));

  constructor(private host: Pick<Host, 'call'>) {}

  async open(target: WallTarget): Promise<void> {
    this.target = target;
    this.phase = 'loading';
    this.failure = null;
    if (await this.load()) this.at = stepWith(this.steps, target.focus);
  }

  go(by: number): void {
    this.at = Math.max(0, Math.min(this.steps.length - 1, this.at + by));
  }

  async rate(id: string, rating: number): Promise<void> {
    this.take(await this.host.call('pictures.rate', { id, rating }));
  }

  async trash(id: string): Promise<void> {
    this.take(await this.host.call('pictures.trash', { id }));
  }

  async restore(id: string): Promise<void> {
    this.take(await this.host.call('pictures.restore', { id }));
  }

  async reveal(id: string): Promise<void> {
    await this.host.call('pictures.reveal', { id });
  }

  /** Says whether the list is there and still the one wanted. */
  private async load(): Promise<boolean> {
    const turn = ++this.turn;
    try {
      const { sheet, pictures } = this.target;
      if (pictures) {
        const chosen = await Promise.all(pictures.map((id) => this.find(id)));
        if (turn !== this.turn) return false;
        this.sheet = null;
        this.chosen = chosen;
      } else if (sheet) {
        const view = await this.host.call('sheets.get', { id: sheet });
        if (turn !== this.turn) return false;
        this.sheet = view;
        this.chosen = [];
      }
      this.phase = 'ready';
      return true;
    } catch (thrown) {
      if (turn !== this.turn) return false;
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
    if (event.type === 'job' && event.job.sheet === this.sheet?.id) this.takeJob(event.job);
    else if (event.type === 'resync' || (event.type === 'sheet' && event.id === this.sheet?.id))
      await this.load();
    else if (event.type === 'picture' && this.shows(event.id)) {
      const entry = await this.find(event.id);
      if (entry.picture) this.take(entry.picture);
    }
  }

  private shows(id: string): boolean {
    return this.steps.some((step) => step.entries.some((entry) => entry.picture?.id === id));
  }

  private takeJob(job: JobView): void {
    if (!this.sheet) return;
    const known = this.sheet.jobs.some((one) => one.id === job.id);
    const jobs = known
      ? this.sheet.jobs.map((one) => (one.id === job.id ? job : one))
      : [...this.sheet.jobs, job];
    this.sheet = { ...this.sheet, jobs };
  }

  private take(picture: PictureView): void {
    if (this.sheet) {
      const jobs = this.sheet.jobs.map((job) => (job.picture?.id === picture.id ? { ...job, picture } : job));
      this.sheet = { ...this.sheet, jobs };
    }
    this.chosen = this.chosen.map((entry) => (entry.key === picture.id ? ofPicture(picture) : entry));
  }
}
