// What a pane is called.

import { modelName } from '@/gallery/words';
import { t } from '@/i18n/index.svelte';
import type { Models } from '@/state/lists.svelte';
import type { Entry } from './steps';
import type { Wall } from './state.svelte';

type Names = Pick<Models, 'find' | 'name' | 'short'>;

/**
 * The model, and the account where that tells panes apart; the repeat (or the place) too where they would still be called the
 * same; a letter where names are hidden.
 */
export function paneName(models: Names, wall: Wall, entry: Entry, short = false): string {
  if (wall.blind) return t('wall.blind', { letter: wall.letterOf(entry) });
  const name = withAccount(models, wall, entry, short);
  const full = withAccount(models, wall, entry);
  const twins = wall.shown.filter((one) => withAccount(models, wall, one) === full);
  if (twins.length < 2 || (!entry.job && !entry.picture)) return name;
  // Repeats go by their row. A redo has the row of what it repeats.
  const rows = new Set(twins.flatMap((one) => one.job?.row ?? []));
  const row = rows.size === twins.length ? entry.job?.row : undefined;
  const n = row ?? wall.shown.findIndex((one) => one.key === entry.key);
  return t('wall.repeat', { name, n: n + 1 });
}

/** The account, where accounts are compared or pictures of one model come from several; else null. */
export function accountNamed(models: Names, wall: Wall, entry: Entry): string | null {
  const account = accountOf(wall, entry);
  if (!account || (wall.sheet?.accounts.length ?? 0) > 1) return account;
  const name = plainName(models, entry);
  const apart = (one: Entry) => plainName(models, one) === name && accountOf(wall, one) !== account;
  return wall.shown.some(apart) ? account : null;
}

function withAccount(models: Names, wall: Wall, entry: Entry, short = false): string {
  const account = accountNamed(models, wall, entry);
  const name = plainName(models, entry, short);
  return account ? `${name} · ${account}` : name;
}

/** Of a job that has gone nowhere yet, the one that its column stands for. */
function accountOf({ sheet }: Wall, { picture, job }: Entry): string | null {
  const known = picture?.account || job?.account;
  if (known || !job || !sheet || sheet.accounts.length < 2) return known || null;
  return sheet.accounts[job.column % sheet.accounts.length] ?? null;
}

function plainName(models: Names, { picture, job }: Entry, short = false): string {
  if (picture) return modelName(models, picture, short);
  if (!job) return t('wall.pane-missing');
  return short ? models.short(job.model_asked) : models.name(job.model_asked);
}
