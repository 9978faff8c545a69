// The gallery's list: pages by cursor, newest first, kept up to date without moving what is looked at.

import type { Event, Failure, PictureView } from '@/bindings/api';
import { asFailure, type Host } from '@/host';
import { ANY } from './filter';

export type Phase = 'loading' | 'ready' | 'failed';

const FIRST_PAGE = 120;
/** Far behind the scroll position, pages are larger. */
const LARGE_PAGE = 500;
/** Events are gathered for this long: a batch that finishes is one change. */
const GATHER_MS = 120;
/** More changes than this at once, and the list is read again. */
const MANY = 24;

export class Library {
  phase: Phase = $state('loading');
  failure: Failure | null = $state.raw(null);
  pictures: PictureView[] = $state.raw([]);
  /** In all, the ones not loaded yet included. */
  total = $state(0);
  /** New ones that wait at the top while somebody looks further down. */
  waiting: PictureView[] = $state.raw([]);
  search = $state('');
  trash = $state(false);
  ids: string[] = $derived(this.pictures.map((picture) => picture.id));

  /** Says whether new pictures may come in at once: nobody has scrolled away from the top. */
  atTop: () => boolean = () => true;

  private next: number | null = null;
  private turn = 0;
  private fetching = false;
  private wanted = 0;
  private changed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private host: Pick<Host, 'call'>) {}

  /** Reads the list from its top. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    this.failure = null;
    this.fetching = false;
    if (this.pictures.length === 0) this.phase = 'loading';
    try {
      const page = await this.ask(null, FIRST_PAGE);
      if (turn !== this.turn) return;
      this.pictures = page.pictures;
      this.total = page.total;
      this.next = page.next;
      this.waiting = [];
      this.phase = 'ready';
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.failure = asFailure(thrown);
      this.phase = 'failed';
    }
  }

  async find(text: string): Promise<void> {
    if (text === this.search) return;
    this.search = text;
    await this.load();
  }

  async show(trash: boolean): Promise<void> {
    if (trash === this.trash) return;
    this.trash = trash;
    this.pictures = [];
    await this.load();
  }

  /** Makes sure that everything before `to` is loaded. */
  async reach(to: number): Promise<void> {
    this.wanted = Math.min(to, this.total);
    if (this.fetching || this.phase !== 'ready') return;
    const turn = this.turn;
    this.fetching = true;
    try {
      while (turn === this.turn && this.next !== null && this.pictures.length < this.wanted) {
        const behind = this.wanted - this.pictures.length;
        const page = await this.ask(this.next, behind > FIRST_PAGE ? LARGE_PAGE : FIRST_PAGE);
        if (turn !== this.turn) return;
        this.pictures = merged(this.pictures, page.pictures);
        this.next = page.next;
        this.total = page.next === null ? this.pictures.length : page.total - this.waiting.length;
      }
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.failure = asFailure(thrown);
    } finally {
      if (turn === this.turn) this.fetching = false;
    }
  }

  /** Lets the waiting ones in. */
  admit(): void {
    const arrived = this.waiting.filter((picture) => !this.ids.includes(picture.id));
    this.pictures = [...arrived, ...this.pictures];
    this.total += arrived.length;
    this.waiting = [];
  }

  async rate(ids: Iterable<string>, rating: number): Promise<void> {
    for (const id of ids) this.take(await this.host.call('pictures.rate', { id, rating }));
  }

  async setTrashed(ids: Iterable<string>, trashed: boolean): Promise<void> {
    for (const id of ids) {
      this.take(await this.host.call(trashed ? 'pictures.trash' : 'pictures.restore', { id }));
    }
  }

  hear(event: Event): void {
    if (event.type === 'resync') void this.load();
    if (event.type !== 'picture') return;
    this.changed.add(event.id);
    this.timer ??= setTimeout(() => void this.gather(), GATHER_MS);
  }

  private async gather(): Promise<void> {
    this.timer = undefined;
    const ids = [...this.changed];
    this.changed.clear();
    if (ids.length > MANY && this.atTop()) return this.load();
    const turn = this.turn;
    const found = await Promise.allSettled(ids.map((id) => this.host.call('pictures.get', { id })));
    if (turn !== this.turn) return;
    for (const one of found) if (one.status === 'fulfilled') this.take(one.value);
  }

  /** Puts a picture where it belongs now: in, out, or in its old place. */
  private take(picture: PictureView): void {
    const at = this.pictures.findIndex((one) => one.id === picture.id);
    const belongs = picture.trashed === this.trash && this.matches(picture);
    if (at >= 0 && belongs) this.pictures = this.pictures.with(at, picture);
    else if (at >= 0) this.remove(picture.id);
    else if (belongs) this.arrive(picture);
    else this.waiting = this.waiting.filter((one) => one.id !== picture.id);
  }

  private remove(id: string): void {
    this.pictures = this.pictures.filter((one) => one.id !== id);
    this.total = Math.max(this.pictures.length, this.total - 1);
  }

  /** A new one goes to the top; an old one (restored) to its place, unless that is not loaded yet. */
  private arrive(picture: PictureView): void {
    const newest = this.pictures[0];
    if (newest && picture.created_ms >= newest.created_ms && !this.atTop()) {
      this.waiting = [picture, ...this.waiting.filter((one) => one.id !== picture.id)];
      return;
    }
    const place = this.pictures.findIndex((one) => one.created_ms <= picture.created_ms);
    this.total += 1;
    if (place < 0 && this.next !== null) return;
    this.pictures = this.pictures.toSpliced(place < 0 ? this.pictures.length : place, 0, picture);
  }

  private matches(picture: PictureView): boolean {
    return picture.prompt.toLowerCase().includes(this.search.trim().toLowerCase());
  }

  private ask(after: number | null, limit: number) {
    const search = this.search.trim();
    return this.host.call('pictures.list', {
      after,
      limit,
      filter: { ...ANY, search: search === '' ? null : search, trash: this.trash },
    });
  }
}

function merged(known: PictureView[], more: PictureView[]): PictureView[] {
  const ids = new Set(known.map((picture) => picture.id));
  return [...known, ...more.filter((picture) => !ids.has(picture.id))];
}
