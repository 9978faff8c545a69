// Arithmetic of a grid of equal cells, in groups with a heading each or in one without. Whatever is asked of it takes as
// long for 100,000 cells as for 100: groups are found by halving.

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

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const GAP = 12;
const PAD = 16;
const WANTED = 236;
/** Caption under the picture. */
const FOOT = 30;
/** Above the cells of a group. */
const HEAD = 44;
/** Long edge up to which the thumbnail of 256 pixels does. */
const SMALL = 270;
/** Rows kept ready above and below. */
const SPARE = 1;

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

/** The smaller thumbnail where it is not enlarged by more than one sees: it holds a quarter of the memory. */
export function thumbPath(
  picture: { id: string; width: number; height: number },
  cell: GridShape['cell'],
  ratio: number,
): string {
  const { id, width, height } = picture;
  const shown = Math.min(cell.width / width, (cell.height - FOOT) / height) * Math.max(width, height) * ratio;
  return `picture/${id}/thumb${shown <= SMALL ? '/256' : ''}`;
}

/** Distance from one row to the next. */
export function pitch(shape: GridShape): number {
  return shape.cell.height + shape.gap;
}

export class Grid {
  readonly height: number;
  /** First item of each group, and where its first row begins. */
  private starts: Float64Array;
  private tops: Float64Array;
  private head: number;

  /** `groups` says how many follow each other; without any, all are one group that has no heading. */
  constructor(
    readonly shape: GridShape,
    readonly total: number,
    groups: ArrayLike<number> = [],
  ) {
    const counts = groups.length > 0 ? groups : [total];
    this.head = groups.length > 0 ? HEAD : 0;
    this.starts = new Float64Array(counts.length);
    this.tops = new Float64Array(counts.length);
    let item = 0;
    let top = shape.pad;
    for (let group = 0; group < counts.length; group += 1) {
      const count = counts[group] ?? 0;
      this.starts[group] = item;
      this.tops[group] = top + this.head;
      item += count;
      top += this.head + Math.ceil(count / shape.columns) * pitch(shape);
    }
    this.height = total === 0 ? 0 : top - shape.gap + shape.pad;
  }

  cellAt(index: number): { x: number; y: number } {
    const group = last(this.starts, index);
    const within = index - this.start(group);
    const { columns, pad, cell, gap } = this.shape;
    return {
      x: pad + (within % columns) * (cell.width + gap),
      y: (this.tops[group] ?? 0) + Math.floor(within / columns) * pitch(this.shape),
    };
  }

  /** The items to have in the document, spare rows included. */
  visible(top: number, height: number): Span {
    const spare = SPARE * pitch(this.shape);
    const from = this.rowAt(top - spare).from;
    return { from, to: Math.max(from, this.rowAt(top + height + spare).to) };
  }

  /** The headings to have in the document. */
  headings(top: number, height: number): { group: number; first: number; y: number }[] {
    if (this.head === 0) return [];
    const found = [];
    for (let group = last(this.tops, top); group < this.tops.length; group += 1) {
      const y = (this.tops[group] ?? 0) - this.head;
      if (y > top + height) break;
      found.push({ group, first: this.start(group), y });
    }
    return found;
  }

  /** How many cells the pool needs so that any span of this height fits. */
  pool(height: number): number {
    return (Math.ceil(height / pitch(this.shape)) + 2 * SPARE + 1) * this.shape.columns;
  }

  /** The items that a box touches. */
  within(box: Box): number[] {
    const { columns, cell, gap, pad } = this.shape;
    const found = [];
    const span = { from: this.rowAt(box.y).from, to: this.rowAt(box.y + box.height).to };
    const left = Math.ceil((box.x - pad - cell.width) / (cell.width + gap));
    const right = Math.floor((box.x + box.width - pad) / (cell.width + gap));
    for (let index = span.from; index < span.to; index += 1) {
      const column = (index - this.start(last(this.starts, index))) % columns;
      if (column < left || column > right) continue;
      const { y } = this.cellAt(index);
      if (y + cell.height >= box.y && y <= box.y + box.height) found.push(index);
    }
    return found;
  }

  /** The scroll position that brings a cell into view, or the same one where it is seen already. */
  scrollTo(index: number, top: number, height: number): number {
    const { y } = this.cellAt(index);
    const above = y - this.shape.pad - this.head;
    if (above < top) return above;
    const end = y + this.shape.cell.height + this.shape.pad;
    return end > top + height ? end - height : top;
  }

  /** The item that is seen first; a row that is scrolled away by more than its half does not count. */
  first(top: number): number {
    return Math.max(0, Math.min(this.total - 1, this.rowAt(top + pitch(this.shape) / 2).from));
  }

  /** Something of it is seen. */
  shows(index: number, top: number, height: number): boolean {
    const { y } = this.cellAt(index);
    return y < top + height && y + this.shape.cell.height > top;
  }

  /** Where a key leads from an item; null where it is no key of movement. */
  move(at: number, key: string, height: number): number | null {
    const end = this.total - 1;
    const page = Math.max(1, Math.floor(height / pitch(this.shape)));
    const moves: Record<string, () => number> = {
      ArrowLeft: () => at - 1,
      ArrowRight: () => at + 1,
      ArrowUp: () => this.rows(at, -1),
      ArrowDown: () => this.rows(at, 1),
      PageUp: () => this.rows(at, -page),
      PageDown: () => this.rows(at, page),
      Home: () => 0,
      End: () => end,
    };
    const move = moves[key];
    if (!move || this.total === 0) return null;
    if (at < 0) return 0;
    return Math.max(0, Math.min(end, move()));
  }

  /** So many rows down or up, in the same column where the row has it; at the ends it stays. */
  private rows(at: number, by: number): number {
    let now = at;
    const column = this.columnOf(at);
    for (let left = Math.abs(by); left > 0; left -= 1) {
      const { from, to } = this.row(now);
      const beside = by > 0 ? to : from - 1;
      if (beside < 0 || beside >= this.total) break;
      const next = this.row(beside);
      now = Math.min(next.from + column, next.to - 1);
    }
    return now;
  }

  private columnOf(index: number): number {
    return index - this.row(index).from;
  }

  /** The row that an item is in. */
  private row(index: number): Span {
    const group = last(this.starts, index);
    const start = this.start(group);
    const from = start + Math.floor((index - start) / this.shape.columns) * this.shape.columns;
    return { from, to: Math.min(from + this.shape.columns, this.start(group + 1)) };
  }

  /** The row at a height; a heading counts to the group above it. */
  private rowAt(y: number): Span {
    if (this.total === 0) return { from: 0, to: 0 };
    const group = last(this.tops, y);
    const row = Math.max(0, Math.floor((y - (this.tops[group] ?? 0)) / pitch(this.shape)));
    const from = this.start(group) + row * this.shape.columns;
    const end = this.start(group + 1);
    if (from >= end) return { from: end, to: end };
    return { from, to: Math.min(from + this.shape.columns, end) };
  }

  private start(group: number): number {
    return this.starts[group] ?? this.total;
  }
}

/** What was looked at, to find it again in a grid of another shape. */
export interface Place {
  grid: Grid;
  height: number;
  top: number;
  /** The item that was seen first, and how far below the top. */
  first: number;
  below: number;
}

/** Where one looks at, by the item that is seen first: the same one as before where nobody has scrolled since. */
export function placeAt(grid: Grid, top: number, height: number, before: Place | null): Place {
  if (before && Math.abs(before.top - top) < 1) return { ...before, grid, height };
  const first = grid.first(top);
  return { grid, height, top, first, below: grid.cellAt(first).y - top };
}

/** The same place in another grid. The cursor is seen there if it was seen before; −1 for none. */
export function moved(place: Place, grid: Grid, height: number, cursor: number): Place {
  const { first, below } = place;
  const end = Math.max(0, grid.height - height);
  let top = Math.max(0, Math.min(end, Math.round(grid.cellAt(first).y - below)));
  if (cursor >= 0 && place.grid.shows(cursor, place.top, place.height))
    top = Math.max(0, Math.round(grid.scrollTo(cursor, top, height)));
  return { grid, height, top, first, below };
}

/** The last place in a rising list that is not above the value; the first where all are. */
function last(list: Float64Array, value: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((list[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
