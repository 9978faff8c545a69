/** What is selected, as ids: it outlives scrolling, paging and pictures that arrive meanwhile. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range starts. */
  anchor: string | null;
  /** Where the keyboard is. */
  cursor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, cursor: null };

export function only(id: string): Selection {
  return { ids: new Set([id]), anchor: id, cursor: id };
}

/** Ctrl+click and Space: in or out, the rest stays. */
export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, cursor: id };
}

/** Shift: everything from the anchor to here. `order` is the list as shown. */
export function extended(selection: Selection, id: string, order: readonly string[]): Selection {
  const start = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const end = order.indexOf(id);
  if (start < 0 || end < 0) return only(id);
  const range = order.slice(Math.min(start, end), Math.max(start, end) + 1);
  return { ids: new Set(range), anchor: selection.anchor, cursor: id };
}

/** Ctrl+arrow: the cursor goes, the selection stays. */
export function moved(selection: Selection, id: string): Selection {
  return { ...selection, cursor: id };
}

/** Forgets what is no longer there; the cursor goes to what stands in its place. */
export function pruned(selection: Selection, before: readonly string[], after: readonly string[]): Selection {
  const left = new Set(after);
  const ids = new Set([...selection.ids].filter((id) => left.has(id)));
  const { cursor } = selection;
  if (cursor === null || left.has(cursor)) {
    return {
      ids,
      cursor,
      anchor: selection.anchor !== null && left.has(selection.anchor) ? selection.anchor : cursor,
    };
  }
  const next = after[Math.min(before.indexOf(cursor), after.length - 1)] ?? null;
  if (next === null) return NOTHING;
  return ids.size > 0 ? { ids, anchor: next, cursor: next } : only(next);
}
