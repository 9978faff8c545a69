/** Arithmetic of a grid of equal cells: nothing here depends on how many there are. */
export interface GridShape {
  columns: number;
  /** Cell size and the distance between cells, CSS pixels. */
  cell: { width: number; height: number };
  gap: number;
  pad: number;
}

export interface Span {
  /** First and one past the last item. */
  from: number;
  to: number;
}

const GAP = 12;
const PAD = 16;
const WANTED = 236;
/** Caption under the picture. */
const FOOT = 30;
/** Rows kept ready above and below. */
const SPARE = 2;

/** As many columns as fit; the cells share what is left over, so that the grid ends flush at both sides. */
export function gridShape(width: number): GridShape {
  const inner = Math.max(1, width - 2 * PAD);
  const columns = Math.max(1, Math.floor((inner + GAP) / (WANTED + GAP)));
  const cellWidth = Math.max(1, Math.floor((inner - GAP * (columns - 1)) / columns));
  return {
    columns,
    cell: { width: cellWidth, height: Math.round((cellWidth * 3) / 4) + FOOT },
    gap: GAP,
    pad: PAD,
  };
}

export function contentHeight(shape: GridShape, total: number): number {
  const rows = Math.ceil(total / shape.columns);
  return rows === 0 ? 0 : rows * pitch(shape) - shape.gap + 2 * shape.pad;
}

/** Distance from one row to the next. */
export function pitch(shape: GridShape): number {
  return shape.cell.height + shape.gap;
}

/** The items to have in the document, spare rows included. */
export function visibleSpan(shape: GridShape, total: number, top: number, height: number): Span {
  const first = Math.floor((top - shape.pad) / pitch(shape)) - SPARE;
  const last = Math.floor((top + height - shape.pad) / pitch(shape)) + SPARE;
  const from = Math.max(0, Math.min(total, first * shape.columns));
  return { from, to: Math.max(from, Math.min(total, (last + 1) * shape.columns)) };
}

/** How many cells the pool needs so that any span of this height fits. */
export function poolSize(shape: GridShape, height: number): number {
  return (Math.ceil(height / pitch(shape)) + 2 * SPARE + 1) * shape.columns;
}

export function cellAt(shape: GridShape, index: number): { x: number; y: number } {
  return {
    x: shape.pad + (index % shape.columns) * (shape.cell.width + shape.gap),
    y: shape.pad + Math.floor(index / shape.columns) * pitch(shape),
  };
}

/** The scroll position that brings a cell into view, or the same one where it is seen already. */
export function scrollTo(shape: GridShape, index: number, top: number, height: number): number {
  const { y } = cellAt(shape, index);
  if (y - shape.pad < top) return y - shape.pad;
  const end = y + shape.cell.height + shape.pad;
  return end > top + height ? end - height : top;
}

/** Where a key leads from an item; null where it is no key of movement. */
export function moveFrom(
  shape: GridShape,
  total: number,
  at: number,
  key: string,
  height: number,
): number | null {
  const page = Math.max(1, Math.floor(height / pitch(shape))) * shape.columns;
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -shape.columns,
    ArrowDown: shape.columns,
    PageUp: -page,
    PageDown: page,
    Home: -total,
    End: total,
  };
  const step = steps[key];
  if (step === undefined || total === 0) return null;
  if (at < 0) return 0;
  const next = at + step;
  // Up and down stay in the column; at the ends they stay where they are.
  if ((key === 'ArrowUp' && next < 0) || (key === 'ArrowDown' && next >= total)) {
    const lastRow = Math.floor((total - 1) / shape.columns);
    return key === 'ArrowDown' && Math.floor(at / shape.columns) < lastRow ? total - 1 : at;
  }
  return Math.max(0, Math.min(total - 1, next));
}
