// What the gallery remembers while other views are shown: the list, the place in it, and what is selected.

import type { LabelKind, PictureFacets, PictureSort, PictureView, SavePictures } from '@/bindings/api';
import { sentence, t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
import { chosen, filterOf, OPEN, type Choices } from './filter';
import type { Place } from './grid';
import { Importer } from './importer.svelte';
import { Library } from './library.svelte';
import { NOTHING, only, pruned, type Selection } from './selection';
import { wayBack, type Change, type Undo } from './undo';

/** More selected than this are acted on without being looked at. */
export const LOOKED_AT = 500;
/** More than this are changed only after a question: what they were before is not kept. */
export const UNASKED = 50;
/** A review without a selection takes so many of the list at most. */
export const REVIEWED = 1_000;
/** What there is to filter by is counted over all pictures: not while the first of them are waited for. */
const COUNTED_AFTER_MS = 300;
/** And counted again so long after pictures came or changed: a batch that finishes is counted now and then. */
const RECOUNTED_AFTER_MS = 2_000;
const NO_FACETS: PictureFacets = {
  models: [],
  accounts: [],
  sizes: [],
  aspects: [],
  tags: [],
  collections: [],
};

export type How = Omit<SavePictures, 'seqs'>;

/** The original bytes. */
export const ORIGINALS: How = { metadata: false, convert: null, name: null };

export class Gallery {
  readonly library: Library;
  readonly importer: Importer;
  selection: Selection = $state.raw(NOTHING);
  details = $state(true);
  filters = $state(false);
  choices: Choices = $state.raw(OPEN);
  sort: PictureSort = $state('newest');
  bySheet = $state(false);
  trash = $state(false);
  facets: PictureFacets = $state.raw(NO_FACETS);
  /** What the search box holds; the list follows a moment later. */
  text = $state('');
  /** What was done last, to take it back. */
  undo: Undo | null = $state.raw(null);
  /** What is to be done to many pictures, if the user means it. */
  asked: { seqs: number[]; change: Change } | null = $state.raw(null);
  /** Copies that are being saved: so many of so many. */
  saving: { done: number; total: number } | null = $state.raw(null);
  /** Scroll position. */
  top = 0;
  /** What one looked at when the list was laid out last. */
  place: Place | null = null;
  private searching: Promise<void> | null = null;
  private opened = false;
  /** Changes so far: what is offered to be taken back is the last one, whichever is answered last. */
  private changes = 0;
  private counting: ReturnType<typeof setTimeout> | undefined;

  constructor(private studio: Studio) {
    this.library = new Library(studio.host);
    this.importer = new Importer(studio);
    this.library.atTop = () => this.top < 8;
    studio.onEvent((event) => {
      if (this.opened) this.library.hear(event);
      if (['picture', 'pictures', 'resync'].includes(event.type)) this.recountSoon();
      if (event.type === 'saving' && this.saving) this.saving = { done: event.done, total: event.total };
    });
  }

  /** Rows of what is selected, as far as they are there; none where it is too much to look at. */
  selected: PictureView[] = $derived.by(() => {
    const { seqs } = this.selection;
    if (seqs.size === 0 || seqs.size > LOOKED_AT) return [];
    return [...seqs].flatMap((seq) => this.library.row(seq) ?? []);
  });
  cursor: number = $derived.by(() => {
    const { cursor } = this.selection;
    return cursor === null ? -1 : this.library.seqs.indexOf(cursor);
  });
  chosen: number = $derived(chosen(this.choices));
  /** Something is left out. */
  narrowed: boolean = $derived.by(() => this.library.question.filter.search !== null || this.chosen > 0);

  /** The view is shown; from now on the list is kept up to date. */
  open(): void {
    if (this.opened && this.library.phase !== 'failed') {
      // Models and sizes may have come that were not there before.
      if (this.filters) void this.loadFacets();
      return;
    }
    this.opened = true;
    void this.library.load().then(() => setTimeout(() => void this.loadFacets(), COUNTED_AFTER_MS));
  }

  type(text: string): void {
    this.text = text;
    this.searching ??= this.search().finally(() => (this.searching = null));
  }

  clearSearch(): void {
    this.text = '';
    void this.find();
  }

  choose(choices: Partial<Choices>): void {
    this.choices = { ...this.choices, ...choices };
    void this.find();
  }

  /** Leaves nothing out any more. */
  clear(): void {
    this.text = '';
    this.choices = OPEN;
    void this.find();
  }

  order(sort: PictureSort): void {
    this.sort = sort;
    void this.find();
  }

  group(bySheet: boolean): void {
    this.bySheet = bySheet;
    void this.find();
  }

  async showTrash(trash: boolean): Promise<void> {
    this.trash = trash;
    this.undo = null;
    await Promise.all([this.find(), this.loadFacets()]);
  }

  async showFilters(shown: boolean): Promise<void> {
    this.filters = shown;
    if (shown) await this.loadFacets();
  }

  /** Shows the pictures that came while one looked further down. */
  admit(): void {
    this.top = 0;
    this.library.admit();
  }

  /** Also those that were not listed yet when somebody asked. */
  async selectAll(): Promise<void> {
    await this.library.listed;
    const { seqs } = this.library;
    const first = seqs[0] ?? null;
    this.selection = { seqs: new Set(seqs), anchor: first, cursor: this.selection.cursor ?? first };
  }

  /** Opens the wall: what is selected, or the one that was pointed at. */
  async compare(seq: number | null = this.selection.cursor): Promise<void> {
    if (seq !== null && !this.selection.seqs.has(seq)) this.selection = only(seq);
    const { seqs } = this.selection;
    const inOrder = [...this.library.seqs].filter((one) => seqs.has(one)).slice(0, LOOKED_AT);
    const rows = await this.library.fetch(inOrder);
    const focus = rows.find((row) => row.seq === seq)?.id ?? null;
    if (rows.length > 0) this.studio.nav.openWall({ pictures: rows.map((row) => row.id), focus });
  }

  /** Decides one by one: about what is selected, or about the list from the one that was pointed at. */
  async review(): Promise<void> {
    const { seqs, cursor } = this.selection;
    const all = [...this.library.seqs];
    const from = Math.max(0, cursor === null ? 0 : all.indexOf(cursor));
    const chosen = seqs.size > 1 ? all.filter((one) => seqs.has(one)) : all.slice(from);
    const rows = await this.library.fetch(chosen.slice(0, REVIEWED));
    if (rows.length > 0) this.studio.nav.openReview({ pictures: rows.map((row) => row.id) });
  }

  async rate(rating: number): Promise<void> {
    await this.alter({ rating });
  }

  async label(kind: LabelKind, names: string[]): Promise<void> {
    await this.alter(kind === 'tag' ? { tag: names } : { collect: names });
  }

  async unlabel(kind: LabelKind, name: string): Promise<void> {
    await this.alter(kind === 'tag' ? { untag: [name] } : { uncollect: [name] });
  }

  /** The user means it. */
  async doAsked(): Promise<void> {
    const { asked } = this;
    this.asked = null;
    if (!asked || !(await this.change(asked.seqs, asked.change))) return;
    this.undo = null;
    await this.recount(asked.change);
  }

  /** Another name, or none: then the collection is gone and its pictures stay. Throws where it could not be done. */
  async renameCollection(name: string, to: string | null): Promise<void> {
    await this.studio.host.call('labels.rename', { kind: 'collection', name, to });
    await this.loadFacets();
    const known = this.facets.collections.find((one) => one.value.toLowerCase() === to?.trim().toLowerCase());
    this.choose({ collection: to === null ? '' : (known?.value ?? to) });
  }

  async setTrashed(trashed: boolean, seqs: Iterable<number> = this.selection.seqs): Promise<void> {
    const list = [...seqs];
    if (list.length === 0) return;
    const turn = ++this.changes;
    const done = await this.change(list, { trashed });
    const back = [{ seqs: list, change: { trashed: !trashed } }];
    const key = trashed ? 'gallery.trashed' : 'gallery.restored';
    if (done && turn === this.changes) this.undo = { done: key, pictures: list.length, back };
  }

  async takeBack(): Promise<void> {
    const last = this.undo;
    this.undo = null;
    for (const { seqs, change } of last?.back ?? []) {
      if (!(await this.change(seqs, change))) return void (this.undo ??= last);
      await this.recount(change);
    }
  }

  /** Copies into the library's folder for exports: the original bytes, with the recipe in the file, or converted. */
  async save(how: How, seqs: number[] = [...this.selection.seqs]): Promise<void> {
    if (seqs.length === 0 || !this.canSave()) return;
    this.saving = { done: 0, total: seqs.length };
    const saved = await this.studio.notices.run(this.studio.host.call('pictures.save', { seqs, ...how }));
    this.saving = null;
    if (!saved) return;
    const key = saved.stopped ? 'gallery.saved-some' : 'gallery.saved';
    const text = t(key, { n: saved.pictures, of: seqs.length, folder: saved.folder });
    const why = saved.reason && sentence(saved.reason);
    this.studio.notices.info(why ? t('gallery.saved-not', { saved: text, n: saved.failed, why }) : text);
  }

  /** Not while others are being saved; then the user is told so. */
  canSave(): boolean {
    if (this.saving) this.studio.notices.info(t('gallery.saving-others'));
    return this.saving === null;
  }

  /** What is saved stays; the rest is not made. */
  stopSaving(): void {
    void this.studio.notices.run(this.studio.host.call('pictures.stop-saving', {}));
  }

  /** To another program: the one that is pointed at, with what is selected if it is. */
  async dragOut(seq: number): Promise<void> {
    const { seqs } = this.selection;
    if (!seqs.has(seq)) this.selection = only(seq);
    const dragged = seqs.has(seq) ? [...seqs].slice(0, LOOKED_AT) : [seq];
    const rows = await this.library.fetch(dragged);
    await this.studio.notices.run(this.studio.host.dragOut(rows.map((row) => row.id)));
  }

  reveal(id: string): void {
    void this.studio.notices.run(this.studio.host.call('pictures.reveal', { id }));
  }

  usePrompt(picture: PictureView): void {
    this.studio.draft.text = picture.prompt;
    this.studio.nav.go('compose');
  }

  /** Changes what is selected: few at once and so that it can be taken back, many after a question. */
  private async alter(change: Change): Promise<void> {
    const seqs = [...this.selection.seqs];
    if (seqs.length > UNASKED) this.asked = { seqs, change };
    if (seqs.length === 0 || this.asked) return;
    const turn = ++this.changes;
    const before = await this.library.fetch(seqs);
    if (!(await this.change(seqs, change))) return;
    const back = wayBack(before, await this.library.fetch(seqs));
    const pictures = back.reduce((sum, one) => sum + one.seqs.length, 0);
    if (turn === this.changes) this.undo = pictures > 0 ? { done: doneKey(change), pictures, back } : null;
    await this.recount(change);
  }

  /** What there is to filter by, where names were given or taken. */
  private async recount(change: Change): Promise<void> {
    if (change.rating === undefined && change.trashed === undefined) await this.loadFacets();
  }

  /** Says whether it was done. */
  private async change(seqs: Iterable<number>, change: Change): Promise<boolean> {
    const before = this.library.seqs;
    let done = false;
    const work = this.library.change(seqs, change).then(() => (done = true));
    await this.studio.notices.run(work);
    this.selection = pruned(this.selection, before, this.library.seqs);
    return done;
  }

  /** While the menus are there to be seen. */
  private recountSoon(): void {
    const seen = () => this.opened && this.filters && this.studio.nav.view === 'gallery';
    if (!seen()) return;
    this.counting ??= setTimeout(() => {
      this.counting = undefined;
      if (seen()) void this.loadFacets();
    }, RECOUNTED_AFTER_MS);
  }

  private async loadFacets(): Promise<void> {
    const work = this.studio.host.call('pictures.facets', { trash: this.trash });
    await this.studio.notices.run(work.then((facets) => (this.facets = facets)));
  }

  /** At once; letters that come while the list is on its way are one more search. */
  private async search(): Promise<void> {
    let found: string;
    do {
      found = this.text;
      await this.find();
    } while (found !== this.text);
  }

  private async find(): Promise<void> {
    this.selection = NOTHING;
    this.top = 0;
    const filter = filterOf(this.choices, this.text.trim(), this.trash, new Date());
    await this.library.ask({ filter, sort: this.sort, bySheet: this.bySheet });
  }
}

function doneKey(change: Change): string {
  if (change.rating !== undefined) return 'gallery.rated-many';
  return change.tag || change.untag ? 'gallery.tags-changed' : 'gallery.collections-changed';
}

const kept = new WeakMap<Studio, Gallery>();

/** The gallery of this studio, the same each time the view is shown; it belongs to no component. */
export function galleryOf(studio: Studio): Gallery {
  const known = kept.get(studio);
  if (known) return known;
  let made: Gallery | undefined;
  $effect.root(() => {
    made = new Gallery(studio);
  });
  const gallery = made ?? new Gallery(studio);
  kept.set(studio, gallery);
  return gallery;
}
