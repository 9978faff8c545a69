// A review: one picture after the other, a verdict each. The view goes on at once; the library is told in order, behind
// it. Kept while other views are shown, so that a look at the wall costs nothing.

import { SvelteMap } from 'svelte/reactivity';
import type { Event, Failure, PictureView } from '@/bindings/api';
import { asFailure } from '@/host';
import type { ReviewTarget } from '@/state/nav.svelte';
import type { Studio } from '@/state/studio.svelte';
import { marksOf, tally, type Decision, type Marks, type Tally, type Verdict } from './decisions';

/** Pictures that are known ahead: more than anybody decides before the next answer. */
const AHEAD = 6;

export class Review {
  phase: 'loading' | 'ready' | 'failed' = $state('loading');
  failure: Failure | null = $state.raw(null);
  title: string | null = $state(null);
  ids: string[] = $state.raw([]);
  /** The picture that is shown; behind the last one comes the summary. */
  at = $state(0);
  readonly verdicts = new SvelteMap<string, Verdict>();
  /** Null: there is no such picture any more. */
  readonly pictures = new SvelteMap<string, PictureView | null>();
  history: Decision[] = $state.raw([]);
  target: ReviewTarget | null = null;
  private turn = 0;
  private asked = new Set<string>();
  /** Known, but changed since. */
  private stale = new Set<string>();
  private told: Promise<unknown> = Promise.resolve();

  constructor(private studio: Studio) {
    studio.onEvent((event) => this.hear(event));
  }

  id: string | null = $derived(this.ids[this.at] ?? null);
  picture: PictureView | null = $derived(this.id === null ? null : (this.pictures.get(this.id) ?? null));
  missing: boolean = $derived(this.id !== null && this.pictures.get(this.id) === null);
  verdict: Verdict | null = $derived(this.id === null ? null : (this.verdicts.get(this.id) ?? null));
  finished: boolean = $derived(this.phase === 'ready' && this.ids.length > 0 && this.at >= this.ids.length);
  tally: Tally = $derived(tally(this.verdicts.values()));
  /** The ones that will be wanted, the next first. */
  near: PictureView[] = $derived(
    [1, 2, -1].flatMap((by) => this.pictures.get(this.ids[this.at + by] ?? '') ?? []),
  );

  async open(target: ReviewTarget): Promise<void> {
    const turn = ++this.turn;
    this.target = target;
    this.phase = 'loading';
    this.failure = null;
    this.verdicts.clear();
    this.pictures.clear();
    this.stale.clear();
    this.history = [];
    this.ids = [];
    this.title = null;
    try {
      const ids = target.pictures ?? (await this.ofSheet(target.sheet));
      if (turn !== this.turn) return;
      this.ids = ids;
      this.at = Math.max(0, ids.indexOf(target.focus ?? ''));
      this.phase = 'ready';
      this.reach();
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.failure = asFailure(thrown);
      this.phase = 'failed';
    }
  }

  go(by: number): void {
    this.at = Math.max(0, Math.min(this.ids.length, this.at + by));
    this.reach();
  }

  /** The verdict on the picture that is shown, and on to the next. */
  decide(verdict: Verdict): void {
    const { picture, at } = this;
    if (!picture) return;
    const { id, rating, trashed } = picture;
    const before = { rating, trashed };
    const decision = { id, verdict, at, before, earlier: this.verdicts.get(id) ?? null };
    this.history = [...this.history, decision];
    this.verdicts.set(id, verdict);
    this.mark(picture, marksOf(verdict, before), decision);
    this.go(1);
  }

  /** Takes the last verdict back, and shows its picture. */
  undo(): void {
    const last = this.history.at(-1);
    if (!last) return;
    this.history = this.history.slice(0, -1);
    this.withdraw(last);
    this.at = last.at;
    this.reach();
    const picture = this.pictures.get(last.id);
    if (picture) this.mark(picture, last.before, null);
  }

  /** The first one that was passed over. */
  firstOpen(): void {
    const at = this.ids.findIndex((id) => !this.verdicts.has(id));
    if (at >= 0) this.at = at;
    this.reach();
  }

  /** All that was told so far has arrived. */
  settled(): Promise<unknown> {
    return this.told;
  }

  private withdraw({ id, earlier }: Decision): void {
    if (earlier === null) this.verdicts.delete(id);
    else this.verdicts.set(id, earlier);
  }

  /** Shows the marks at once, and tells the library what is new about them. */
  private mark(picture: PictureView, marks: Marks, decision: Decision | null): void {
    const { id, rating, trashed } = picture;
    this.pictures.set(id, { ...picture, ...marks });
    const { host } = this.studio;
    this.told = this.told.then(async () => {
      try {
        if (marks.trashed !== trashed)
          await host.call(`pictures.${marks.trashed ? 'trash' : 'restore'}`, { id });
        if (marks.rating !== rating) await host.call('pictures.rate', { id, rating: marks.rating });
      } catch (thrown) {
        this.studio.notices.failure(thrown);
        this.pictures.set(id, picture);
        if (decision && this.history.includes(decision)) {
          this.history = this.history.filter((one) => one !== decision);
          this.withdraw(decision);
        }
      }
    });
  }

  /** Pictures change elsewhere as well: on the wall, which one may look at in between. */
  private hear(event: Event): void {
    if (event.type === 'picture') {
      if (!this.pictures.has(event.id)) return;
      this.stale.add(event.id);
      void this.find(event.id);
    } else if (event.type === 'pictures' || event.type === 'resync') {
      for (const id of this.pictures.keys()) this.stale.add(id);
      this.reach();
    }
  }

  private reach(): void {
    for (const id of this.ids.slice(Math.max(0, this.at - 1), this.at + AHEAD)) void this.find(id);
  }

  private async find(id: string): Promise<void> {
    if ((this.pictures.has(id) && !this.stale.has(id)) || this.asked.has(id)) return;
    const { turn } = this;
    this.asked.add(id);
    // The library is to know first what was decided here, and a verdict that comes meanwhile is newer than the answer.
    if (this.stale.delete(id)) await this.told;
    const before = this.pictures.get(id);
    const found = await this.studio.host.call('pictures.get', { id }).catch(() => null);
    this.asked.delete(id);
    if (turn !== this.turn) return;
    if (before === this.pictures.get(id)) this.pictures.set(id, found);
    else this.stale.add(id);
    if (this.stale.has(id)) void this.find(id);
  }

  private async ofSheet(id: string | null): Promise<string[]> {
    const sheet = await this.studio.host.call('sheets.get', { id: id ?? '' });
    this.title = sheet.title;
    const jobs = [...sheet.jobs].sort((a, b) => a.row - b.row || a.column - b.column);
    const pictures = jobs.flatMap((job) => job.picture ?? []);
    for (const picture of pictures) this.pictures.set(picture.id, picture);
    return pictures.filter((picture) => !picture.trashed).map((picture) => picture.id);
  }
}

const kept = new WeakMap<Studio, Review>();

/** The review of this studio, the same each time the view is shown. */
export function reviewOf(studio: Studio): Review {
  const known = kept.get(studio);
  if (known) return known;
  const review = new Review(studio);
  kept.set(studio, review);
  return review;
}
