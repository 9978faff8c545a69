// What can be done on the wall, by pointer or key. A pane goes by its place; without one, the current is meant.

import type { PictureView } from '@/bindings/api';
import { useAsReference } from '@/compose/references';
import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
import { copyPicture } from './clipboard';
import type { Compare } from './compare.svelte';
import type { Mode } from './modes';
import type { Stage } from './stage.svelte';
import type { Entry } from './steps';
import type { Wall } from './state.svelte';
import { paneName } from './words';

export interface PaneActions {
  /** Takes it out of the common viewport, or back into it. */
  link: (pane?: number) => void;
  pin: (pane?: number) => void;
  swap: (pane?: number) => void;
  /** Five stars, or none again. */
  pick: (pane?: number) => void;
  /** Into the trash, or back from it. */
  trash: (pane?: number) => void;
  /** Onto the clipboard, for other programs. */
  copy: (pane?: number) => void;
  /** In the file manager. */
  reveal: (pane?: number) => void;
  /** Guides the next pictures: it goes to Compose. */
  asReference: (pane?: number) => void;
  /** Copies of it, or of all that are shown. */
  save: (pane?: number) => void;
  /** The same once more on the model that was asked for. */
  redo: (pane?: number) => void;
  /** Asks which model makes it once more, with what each costs. */
  redoOn: (pane?: number) => void;
}

export interface CompareActions {
  /** Side by side, swipe, …; says why where it makes no sense. */
  mode: (mode: Mode) => void;
  /** The other picture alone, for as long as it is held. */
  hold: (down: boolean) => void;
  auto: () => void;
  adjust: (by: number) => void;
  /** Compares with another one. */
  other: (by: number) => void;
}

/** `ask` opens the dialog that says how copies are saved; `say` tells those who do not see what became of it. */
export function paneActions(
  studio: Studio,
  wall: Wall,
  stage: Stage,
  compare: Compare,
  ask: (picture: PictureView) => void,
  say: (text: string) => void,
): PaneActions {
  const { host, nav, notices } = studio;
  /** Where two lie over each other, the one that is seen. */
  const current = () => (stage.overlay?.flipped ? 1 : stage.current);
  const entryIn = (pane = current()) => stage.entries[pane];

  const sayOf = (entry: Entry, what: string, params: Record<string, number> = {}) =>
    say(t('wall.said', { name: paneName(studio.models, wall, entry), what: t(what, params) }));
  const placeOf = (entry: Entry) => wall.shown.findIndex((one) => one.key === entry.key);

  /** Says it only once it is done. */
  async function decide(entry: Entry, work: Promise<void>, what: string, params?: Record<string, number>) {
    if (await notices.run(work.then(() => true))) sayOf(entry, what, params);
  }

  async function copy({ id, width, height }: PictureView): Promise<void> {
    try {
      await copyPicture(id, { width, height }, (path) => host.pictureUrl(path));
      notices.info(t('wall.copied'));
    } catch {
      notices.info(t('wall.not-copied'));
    }
  }

  return {
    link: (pane) => {
      const entry = stage.entries[pane ?? stage.current];
      if (stage.overlay || !entry) return;
      stage.toggleLink(pane);
      sayOf(entry, stage.alignment.isUnlinked(entry.key) ? 'wall.said.unlinked' : 'wall.said.linked');
    },
    pin: (pane) => {
      const entry = entryIn(pane);
      if (!entry?.picture) return;
      wall.pin(entry);
      sayOf(entry, wall.isPinned(entry) ? 'wall.said.pinned' : 'wall.said.unpinned');
    },
    swap: (pane) => {
      const entry = entryIn(pane);
      const other = stage.overlay ? stage.entries.find((one) => one !== entry) : entry && wall.after(entry);
      if (!entry || !other) return;
      const before = placeOf(entry);
      if (stage.overlay) compare.with(entry.key);
      wall.swap(entry, other);
      const place = placeOf(entry);
      if (!stage.overlay) stage.current = place;
      if (place !== before) sayOf(entry, 'wall.said.place', { n: place + 1 });
    },
    pick: (pane) => {
      const entry = entryIn(pane);
      if (!entry?.picture) return;
      const { id, rating } = entry.picture;
      if (rating === 5) void decide(entry, wall.rate(id, 0), 'gallery.unrated');
      else void decide(entry, wall.rate(id, 5), 'gallery.rated', { n: 5 });
    },
    trash: (pane) => {
      const entry = entryIn(pane);
      if (!entry?.picture) return;
      const { id, trashed } = entry.picture;
      if (trashed) void decide(entry, wall.restore(id), 'wall.said.restored');
      else void decide(entry, wall.trash(id), 'wall.trashed');
    },
    copy: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void copy(picture);
    },
    reveal: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void notices.run(wall.reveal(picture.id));
    },
    asReference: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void useAsReference(studio, picture);
    },
    save: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) ask(picture);
    },
    redo: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (!picture?.fallback || picture.job === null) return;
      void notices
        .run(host.call('jobs.redo', { id: picture.job, model: picture.model_asked, size: null }))
        .then((job) => job && wall.take(job));
    },
    redoOn: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture && picture.job !== null && !wall.blind) nav.redo = picture;
    },
  };
}

export function compareActions({ notices }: Studio, compare: Compare): CompareActions {
  return {
    mode: (mode) => {
      const why = compare.whyNot(mode);
      if (why === null) compare.choose(mode);
      else notices.info(t(why));
    },
    hold: (down) => (compare.held = down),
    auto: () => {
      if (compare.mode === 'blink') compare.auto = !compare.auto;
    },
    adjust: (by) => compare.adjust(by),
    other: (by) => compare.step(by),
  };
}
