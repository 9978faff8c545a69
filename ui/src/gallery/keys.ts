// What the keys do in the grid.

import type { Gallery } from './state.svelte';
import { moveFrom, type GridShape } from './grid';
import { extended, moved, NOTHING, only, toggled } from './selection';

interface Shown {
  shape: GridShape;
  total: number;
  height: number;
}

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Says whether the key meant something here. */
export function gridKey(gallery: Gallery, event: Press, shown: Shown): boolean {
  if (event.altKey) return false;
  const control = event.ctrlKey || event.metaKey;
  const { library, selection, cursor } = gallery;
  const next = moveFrom(shown.shape, shown.total, cursor, event.key, shown.height);
  const target = next === null ? undefined : library.ids[next];
  if (target !== undefined) {
    if (event.shiftKey) gallery.selection = extended(selection, target, library.ids);
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
  if (/^[0-5]$/.test(key) && selection.ids.size > 0) void gallery.rate(Number(key));
  else if (key === ' ' && selection.cursor !== null) gallery.selection = toggled(selection, selection.cursor);
  else if (key === 'Enter' && selection.cursor !== null) gallery.compare();
  else if (key === 'Escape' && selection.ids.size > 0)
    gallery.selection = { ...NOTHING, cursor: selection.cursor };
  else if (key === 'Delete' && selection.ids.size > 0) void gallery.setTrashed(!gallery.library.trash);
  else return false;
  return true;
}
