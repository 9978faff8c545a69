// What can be done on the wall, by pointer or key. A pane goes by its place; without one, the current is meant.

import type { PictureView } from '@/bindings/api';
import { useAsReference } from '@/compose/references';
import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
import { copyPicture } from './clipboard';
import type { Compare } from './compare.svelte';
import type { Mode } from './modes';
import type { Stage } from './stage.svelte';
import type { Wall } from './state.svelte';

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

/** `ask` opens the dialog that says how copies are saved. */
export function paneActions(
  studio: Studio,
  wall: Wall,
  stage: Stage,
  compare: Compare,
  ask: (picture: PictureView) => void,
): PaneActions {
  const { host, nav, notices } = studio;
  /** Where two lie over each other, the one that is seen. */
  const current = () => (stage.overlay?.flipped ? 1 : stage.current);
  const entryIn = (pane = current()) => stage.entries[pane];

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
      if (!stage.overlay) stage.toggleLink(pane);
    },
    pin: (pane) => {
      const entry = entryIn(pane);
      if (entry) wall.pin(entry);
    },
    swap: (pane) => {
      const entry = entryIn(pane);
      const other = stage.overlay ? stage.entries.find((one) => one !== entry) : entry && wall.after(entry);
      if (!entry || !other) return;
      if (stage.overlay) compare.with(entry.key);
      wall.swap(entry, other);
      if (!stage.overlay) stage.current = wall.shown.findIndex((one) => one.key === entry.key);
    },
    pick: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void notices.run(wall.rate(picture.id, picture.rating === 5 ? 0 : 5));
    },
    trash: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void notices.run(picture.trashed ? wall.restore(picture.id) : wall.trash(picture.id));
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
