// What can be done with one pane, by pointer or key; the pane goes by its place.

import { t } from '@/i18n/index.svelte';
import type { Studio } from '@/state/studio.svelte';
import type { Stage } from './stage.svelte';
import type { Wall } from './state.svelte';

export interface PaneActions {
  /** Takes it out of the common viewport, or back into it. */
  link: (pane?: number) => void;
  pin: (pane?: number) => void;
  swap: (pane?: number) => void;
  /** The path of the original, for other programs. */
  copyPath: (pane?: number) => void;
  /** The same once more on the model that was asked for. */
  redo: (pane?: number) => void;
}

export function paneActions({ host, notices }: Studio, wall: Wall, stage: Stage): Omit<PaneActions, 'swap'> {
  const pictureIn = (pane: number) => wall.shown[pane]?.picture ?? null;

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
    link: (pane) => stage.toggleLink(pane),
    pin: (pane = stage.current) => wall.pin(pane),
    copyPath: (pane = stage.current) => {
      const picture = pictureIn(pane);
      if (picture) void notices.run(copyPath(picture.id));
    },
    redo: (pane = stage.current) => {
      const picture = pictureIn(pane);
      if (!picture?.fallback) return;
      void notices
        .run(host.call('jobs.redo', { id: picture.job, model: picture.model_asked }))
        .then((job) => job && wall.take(job));
    },
  };
}
