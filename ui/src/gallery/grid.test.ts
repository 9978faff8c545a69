import { describe, expect, it } from 'vitest';
import { Grid, gridShape, moved, pitch, placeAt, thumbPath } from './grid';

const shape = gridShape(1000);
const plain = (total: number) => new Grid(shape, total);
/** Groups of 1 to 7 in a shape of three columns. */
const COUNTS = Array.from({ length: 500 }, (_, at) => (at * 5) % 7 || 7);
const grouped = new Grid(
  shape,
  COUNTS.reduce((sum, n) => sum + n, 0),
  COUNTS,
);

describe('the gallery grid', () => {
  it('fills the width with equal cells', () => {
    for (let width = 200; width < 2400; width += 37) {
      const { columns, cell, gap, pad } = gridShape(width);
      const used = 2 * pad + columns * cell.width + (columns - 1) * gap;
      expect(used).toBeLessThanOrEqual(Math.max(width, 2 * pad + 1));
      expect(width - used).toBeLessThan(columns + 1);
    }
    expect(shape.columns).toBe(3);
  });

  it.each([
    ['one group', plain(10_000)],
    ['groups', grouped],
  ])('shows all that is seen and never more than the pool: %s', (_, grid) => {
    for (let top = 0; top < 9_000; top += 7) {
      const { from, to } = grid.visible(top, 811);
      expect(to - from).toBeLessThanOrEqual(grid.pool(811));
      expect(from === 0 || grid.cellAt(from - 1).y + shape.cell.height < top).toBe(true);
      expect(grid.cellAt(to).y).toBeGreaterThan(top + 811);
    }
  });

  it('ends where the items end', () => {
    expect(plain(5).visible(0, 4000)).toEqual({ from: 0, to: 5 });
    expect(plain(0).visible(0, 800)).toEqual({ from: 0, to: 0 });
    expect(plain(5).visible(99_999, 800)).toEqual({ from: 5, to: 5 });
    expect(plain(0).height).toBe(0);
    expect(plain(4).height).toBe(2 * pitch(shape) - shape.gap + 2 * shape.pad);
    expect(plain(100_000).visible(plain(100_000).height - 800, 800).to).toBe(100_000);
  });

  it('begins every group on a row of its own, below its heading', () => {
    const grid = new Grid(shape, 6, [4, 2]);
    const [first, second] = grid.headings(0, 2_000);
    expect([first?.first, second?.first]).toEqual([0, 4]);
    expect(grid.cellAt(4).x).toBe(shape.pad);
    expect(grid.cellAt(3).y + shape.cell.height).toBeLessThan(second?.y ?? 0);
    expect(grid.cellAt(4).y).toBeGreaterThan(second?.y ?? Infinity);
    expect(grid.headings(grid.cellAt(4).y, 100).map(({ group }) => group)).toEqual([1]);
    expect(plain(6).headings(0, 2_000)).toEqual([]);
  });

  it('keeps what is seen first at its place in another shape, and comes back to it', () => {
    const [narrow, wide] = [gridShape(1000), gridShape(1300)];
    expect(wide.columns).toBeGreaterThan(narrow.columns);
    const [before, after] = [new Grid(narrow, 20_000), new Grid(wide, 20_000)];
    const start = placeAt(before, before.cellAt(10_001).y - 20, 800, null);
    let place = moved(start, after, 800, -1);
    expect(after.shows(start.first, place.top, 800)).toBe(true);
    expect(after.cellAt(start.first).y - place.top).toBeCloseTo(20, 0);
    for (let turns = 0; turns < 40; turns += 1) {
      const [here, there] = turns % 2 ? [before, after] : [after, before];
      place = moved(placeAt(here, place.top, 800, place), there, 800, -1);
    }
    expect(place.first).toBe(start.first);
    const scrolled = placeAt(after, place.top + 5_000, 800, place);
    expect(scrolled.first).toBeGreaterThan(start.first);
    expect(moved(placeAt(before, 0, 800, null), after, 800, -1).top).toBe(0);
  });

  it('keeps the cursor in view where it was, and only there', () => {
    const [before, after] = [new Grid(gridShape(1000), 20_000), new Grid(gridShape(600), 20_000)];
    const top = before.cellAt(10_000).y - 20;
    const start = placeAt(before, top, 800, null);
    const [seen] = [start.first + 7];
    expect(before.shows(seen, top, 800)).toBe(true);
    const place = moved(start, after, 400, seen);
    expect(after.shows(seen, place.top, 400)).toBe(true);
    expect(moved(start, after, 400, 50).first).toBe(start.first);
    expect(after.shows(start.first, moved(start, after, 400, 50).top, 400)).toBe(true);
  });

  it('scrolls only as far as needed', () => {
    for (const grid of [plain(1_000), grouped]) {
      expect(grid.scrollTo(0, 500, 800)).toBe(0);
      expect(grid.scrollTo(1, 0, 800)).toBe(0);
      const deep = grid.scrollTo(300, 0, 800);
      expect(grid.scrollTo(300, deep, 800)).toBe(deep);
      expect(grid.cellAt(300).y + shape.cell.height).toBeLessThanOrEqual(deep + 800);
    }
  });

  it('moves with the keys and stays inside', () => {
    const go = (at: number, key: string) => plain(10).move(at, key, 800);
    expect(go(-1, 'ArrowDown')).toBe(0);
    expect(go(0, 'ArrowRight')).toBe(1);
    expect(go(0, 'ArrowLeft')).toBe(0);
    expect(go(1, 'ArrowDown')).toBe(4);
    expect(go(1, 'ArrowUp')).toBe(1);
    expect(go(8, 'ArrowDown')).toBe(9);
    expect(go(9, 'ArrowDown')).toBe(9);
    expect(go(1, 'PageDown')).toBe(7);
    expect(go(7, 'PageDown')).toBe(9);
    expect(go(4, 'Home')).toBe(0);
    expect(go(4, 'End')).toBe(9);
    expect(go(4, 'a')).toBeNull();
    expect(plain(0).move(-1, 'ArrowDown', 800)).toBeNull();
    const groups = new Grid(shape, 6, [4, 2]);
    expect(groups.move(3, 'ArrowDown', 800)).toBe(4);
    expect(groups.move(5, 'ArrowUp', 800)).toBe(3);
  });

  it('finds what a box touches', () => {
    const grid = plain(10);
    const { cell, pad, gap } = shape;
    expect(grid.within({ x: 0, y: 0, width: 5, height: 5 })).toEqual([]);
    expect(grid.within({ x: pad + 1, y: pad + 1, width: 1, height: 1 })).toEqual([0]);
    expect(grid.within({ x: pad + cell.width + 1, y: pad, width: gap - 2, height: 900 })).toEqual([]);
    expect(grid.within({ x: pad + cell.width + gap, y: 0, width: 900, height: pitch(shape) + pad })).toEqual([
      1, 2, 4, 5,
    ]);
    const groups = new Grid(shape, 6, [4, 2]);
    expect(groups.within({ x: 0, y: 0, width: 40, height: 9_000 })).toEqual([0, 3, 4]);
  });

  it('takes the smaller thumbnail where it is large enough', () => {
    const cell = { width: 268, height: 231 };
    const path = (width: number, height: number, ratio: number) =>
      thumbPath({ id: 'p1', width, height }, cell, ratio);
    expect(path(4096, 4096, 1)).toBe('picture/p1/thumb/256');
    expect(path(5504, 3072, 1)).toBe('picture/p1/thumb/256');
    expect(path(5504, 3072, 1.25)).toBe('picture/p1/thumb');
    expect(path(4096, 4096, 2)).toBe('picture/p1/thumb');
  });
});
