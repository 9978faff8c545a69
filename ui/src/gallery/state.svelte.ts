// What the gallery remembers while other views are shown: the list, the place in it, and what is selected.

import type { PictureView } from '@/bindings/api';
import type { Studio } from '@/state/studio.svelte';
import { Library } from './library.svelte';
import { NOTHING, only, pruned, type Selection } from './selection';

/** Search follows the typing after this pause. */
const TYPING_MS = 160;
/** A review without a selection takes so many of the list at most. */
export const REVIEWED = 1_000;

export class Gallery {
  readonly library: Library;
  selection: Selection = $state.raw(NOTHING);
  details = $state(true);
  /** What the search box holds; the list follows a moment later. */
  text = $state('');
  /** What was thrown away or taken back last, to undo it. */
  undo: { ids: string[]; trashed: boolean } | null = $state.raw(null);
  /** Scroll position. */
  top = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private opened = false;

  constructor(private studio: Studio) {
    this.library = new Library(studio.host);
    this.library.atTop = () => this.top < 8;
    studio.onEvent((event) => this.opened && this.library.hear(event));
  }

  selected: PictureView[] = $derived.by(() => {
    const { ids } = this.selection;
    return ids.size === 0 ? [] : this.library.pictures.filter((picture) => ids.has(picture.id));
  });
  cursor: number = $derived.by(() => {
    const { cursor } = this.selection;
    return cursor === null ? -1 : this.library.ids.indexOf(cursor);
  });

  /** The view is shown; from now on the list is kept up to date. */
  open(): void {
    if (this.opened && this.library.phase !== 'failed') return;
    this.opened = true;
    void this.library.load();
  }

  type(text: string): void {
    this.text = text;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.find(), TYPING_MS);
  }

  clearSearch(): void {
    clearTimeout(this.typing);
    this.text = '';
    void this.find();
  }

  /** Shows the pictures that came while one looked further down. */
  admit(): void {
    this.top = 0;
    this.library.admit();
  }

  async showTrash(trash: boolean): Promise<void> {
    this.selection = NOTHING;
    this.undo = null;
    this.top = 0;
    await this.library.show(trash);
  }

  async selectAll(): Promise<void> {
    await this.library.reach(this.library.total);
    const { ids } = this.library;
    this.selection = {
      ids: new Set(ids),
      anchor: ids[0] ?? null,
      cursor: this.selection.cursor ?? ids[0] ?? null,
    };
  }

  /** Opens the wall: what is selected, or the one that was pointed at. */
  compare(id: string | null = this.selection.cursor): void {
    const among = id === null || this.selection.ids.has(id);
    if (!among) this.selection = only(id);
    const ids = this.selected.map((picture) => picture.id);
    if (ids.length > 0) this.studio.nav.openWall({ pictures: ids, focus: id });
  }

  /** Decides one by one: about what is selected, or about the list from the one that was pointed at. */
  async review(): Promise<void> {
    const { library, selection } = this;
    if (selection.ids.size > 1) {
      const pictures = this.selected.map((picture) => picture.id);
      return this.studio.nav.openReview({ pictures });
    }
    await library.reach(REVIEWED);
    const from = Math.max(0, this.cursor);
    const pictures = library.ids.slice(from, from + REVIEWED);
    if (pictures.length > 0) this.studio.nav.openReview({ pictures });
  }

  async rate(rating: number): Promise<void> {
    await this.studio.notices.run(
      this.library.rate(
        this.selected.map((picture) => picture.id),
        rating,
      ),
    );
  }

  async setTrashed(trashed: boolean, ids = this.selected.map((picture) => picture.id)): Promise<void> {
    if (ids.length === 0) return;
    const before = this.library.ids;
    await this.studio.notices.run(this.library.setTrashed(ids, trashed));
    this.selection = pruned(this.selection, before, this.library.ids);
    this.undo = { ids, trashed };
  }

  async takeBack(): Promise<void> {
    const last = this.undo;
    if (!last) return;
    await this.setTrashed(!last.trashed, last.ids);
    this.undo = null;
  }

  reveal(id: string): void {
    void this.studio.notices.run(this.studio.host.call('pictures.reveal', { id }));
  }

  usePrompt(picture: PictureView): void {
    this.studio.draft.text = picture.prompt;
    this.studio.nav.go('compose');
  }

  private async find(): Promise<void> {
    this.selection = NOTHING;
    this.top = 0;
    await this.library.find(this.text.trim());
  }
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
