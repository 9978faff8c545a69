// What the keys do in the grid.

import type { Gallery } from './state.svelte';
import type { Grid } from './grid';
import { extended, moved, NOTHING, only, toggled } from './selection';

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Says whether the key meant something here. */
export function gridKey(gallery: Gallery, event: Press, grid: Grid, height: number): boolean {
  if (event.altKey) return false;
  const control = event.ctrlKey || event.metaKey;
  const { library, selection, cursor } = gallery;
  const next = grid.move(cursor, event.key, height);
  const target = next === null ? undefined : library.seqs[next];
  if (target !== undefined) {
    if (event.shiftKey) gallery.selection = extended(selection, target, library.seqs);
    else gallery.selection = control ? moved(selection, target) : only(target);
    return true;
  }
  if (control) {
    if (event.key.toLowerCase() !== 'a') return false;
    void gallery.selectAll();
    return true;
  }
  return plainKey(gallery, event.key);
}

function plainKey(gallery: Gallery, key: string): boolean {
  const { selection } = gallery;
  if (/^[0-5]$/.test(key) && selection.seqs.size > 0) void gallery.rate(Number(key));
  else if (key === ' ' && selection.cursor !== null) gallery.selection = toggled(selection, selection.cursor);
  else if (key === 'Enter' && selection.cursor !== null) void gallery.compare();
  else if (key === 'Escape' && selection.seqs.size > 0)
    gallery.selection = { ...NOTHING, cursor: selection.cursor };
  else if (key === 'Delete' && selection.seqs.size > 0) void gallery.setTrashed(!gallery.trash);
  else return false;
  return true;
}
