// What can be done on the wall, by pointer or key. A pane goes by its place; without one, the current is meant.

import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
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
  /** The path of the original, for other programs. */
  copyPath: (pane?: number) => void;
  /** The same once more on the model that was asked for. */
  redo: (pane?: number) => void;
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

export function paneActions(
  { host, notices }: Studio,
  wall: Wall,
  stage: Stage,
  compare: Compare,
): PaneActions {
  /** Where two lie over each other, the one that is seen. */
  const current = () => (stage.overlay?.flipped ? 1 : stage.current);
  const entryIn = (pane = current()) => stage.entries[pane];

  async function copyPath(id: string): Promise<void> {
    const { path } = await host.call('pictures.path', { id });
    try {
      await navigator.clipboard.writeText(path);
      notices.info(t('wall.copied', { path }));
    } catch {
      notices.info(t('wall.not-copied', { path }));
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
    copyPath: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (picture) void notices.run(copyPath(picture.id));
    },
    redo: (pane) => {
      const picture = entryIn(pane)?.picture;
      if (!picture?.fallback || picture.job === null) return;
      void notices
        .run(host.call('jobs.redo', { id: picture.job, model: picture.model_asked }))
        .then((job) => job && wall.take(job));
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
