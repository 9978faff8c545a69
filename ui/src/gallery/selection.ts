/** What is selected, as places in the library: it outlives scrolling and pictures that arrive meanwhile. */
export interface Selection {
  seqs: ReadonlySet<number>;
  /** Where a range starts. */
  anchor: number | null;
  /** Where the keyboard is. */
  cursor: number | null;
}

export const NOTHING: Selection = { seqs: new Set(), anchor: null, cursor: null };

export function only(seq: number): Selection {
  return { seqs: new Set([seq]), anchor: seq, cursor: seq };
}

/** Ctrl+click and Space: in or out, the rest stays. */
export function toggled(selection: Selection, seq: number): Selection {
  const seqs = new Set(selection.seqs);
  if (!seqs.delete(seq)) seqs.add(seq);
  return { seqs, anchor: seq, cursor: seq };
}

/** Shift: everything from the anchor to here. `order` is the list as shown. */
export function extended(selection: Selection, seq: number, order: Uint32Array): Selection {
  const start = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const end = order.indexOf(seq);
  if (start < 0 || end < 0) return only(seq);
  const range = order.subarray(Math.min(start, end), Math.max(start, end) + 1);
  return { seqs: new Set(range), anchor: selection.anchor, cursor: seq };
}

/** Ctrl+arrow: the cursor goes, the selection stays. */
export function moved(selection: Selection, seq: number): Selection {
  return { ...selection, cursor: seq };
}

/** A band was drawn around these; `kept` were selected before and stay. */
export function banded(kept: ReadonlySet<number>, seqs: readonly number[]): Selection {
  const edge = seqs[seqs.length - 1] ?? null;
  return { seqs: new Set([...kept, ...seqs]), anchor: seqs[0] ?? null, cursor: edge };
}

/** Forgets what is no longer there; the cursor goes to what stands in its place. */
export function pruned(selection: Selection, before: Uint32Array, after: Uint32Array): Selection {
  if (selection.cursor === null && selection.seqs.size === 0) return selection;
  const left = new Set(after);
  const seqs = new Set([...selection.seqs].filter((seq) => left.has(seq)));
  const { cursor } = selection;
  if (cursor === null || left.has(cursor)) {
    const anchor = selection.anchor !== null && left.has(selection.anchor) ? selection.anchor : cursor;
    return { seqs, cursor, anchor };
  }
  const next = after[Math.max(0, Math.min(before.indexOf(cursor), after.length - 1))];
  if (next === undefined) return NOTHING;
  return seqs.size > 0 ? { seqs, anchor: next, cursor: next } : only(next);
}
