// What the keys do in the grid.

import type { Gallery } from './state.svelte';
import type { Grid } from './grid';
import { extended, moved, NOTHING, only, toggled } from './selection';

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

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
    if (!event.repeat) void gallery.selectAll();
    return true;
  }
  const run = plainKey(gallery, event.key);
  // Held down is one press: the next picture moves to where the last one was.
  if (!event.repeat) run?.();
  return run !== null;
}

/** What a key does to what is selected. */
function plainKey(gallery: Gallery, key: string): (() => void) | null {
  const { selection } = gallery;
  const { cursor } = selection;
  if (key === ' ' && cursor !== null) return () => (gallery.selection = toggled(selection, cursor));
  if (key === 'Enter' && cursor !== null) return () => void gallery.compare();
  if (selection.seqs.size === 0) return null;
  if (/^[0-5]$/.test(key)) return () => void gallery.rate(Number(key));
  if (key === 'Escape') return () => (gallery.selection = { ...NOTHING, cursor });
  if (key === 'Delete') return () => void gallery.setTrashed(!gallery.trash);
  return null;
}
