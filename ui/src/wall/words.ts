// What a pane is called.

import { modelName } from '@/gallery/words';
import { t } from '@/i18n/index.svelte';
import type { Models } from '@/state/lists.svelte';
import type { Entry } from './steps';
import type { Wall } from './state.svelte';

type Names = Pick<Models, 'find' | 'name' | 'short'>;

/** The model; the repeat (or the place) too where panes would be called the same; a letter where names are hidden. */
export function paneName(models: Names, wall: Wall, entry: Entry, short = false): string {
  if (wall.blind) return t('wall.blind', { letter: wall.letterOf(entry) });
  const name = plainName(models, entry, short);
  const twin = wall.shown.some(
    (one) => one.key !== entry.key && plainName(models, one) === plainName(models, entry),
  );
  if (!twin || (!entry.job && !entry.picture)) return name;
  const n = entry.job?.row ?? wall.shown.findIndex((one) => one.key === entry.key);
  return t('wall.repeat', { name, n: n + 1 });
}

function plainName(models: Names, { picture, job }: Entry, short = false): string {
  if (picture) return modelName(models, picture, short);
  if (!job) return t('wall.pane-missing');
  return short ? models.short(job.model_asked) : models.name(job.model_asked);
}
