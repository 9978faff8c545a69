import { describe, expect, it } from 'vitest';
import { cellAt, contentHeight, gridShape, moveFrom, pitch, poolSize, scrollTo, visibleSpan } from './grid';

const shape = gridShape(1000);

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

  it('keeps the same number of cells whatever the total', () => {
    const many = visibleSpan(shape, 10_000, 200_000, 800);
    expect(many.to - many.from).toBeLessThanOrEqual(poolSize(shape, 800));
    expect(many.from % shape.columns).toBe(0);
    expect(cellAt(shape, many.from).y).toBeLessThan(200_000);
    expect(cellAt(shape, many.to).y).toBeGreaterThan(200_800);
  });

  it('never needs more cells than the pool has', () => {
    for (let top = 0; top < 3000; top += 7) {
      const span = visibleSpan(shape, 10_000, top, 811);
      expect(span.to - span.from).toBeLessThanOrEqual(poolSize(shape, 811));
    }
  });

  it('ends where the items end', () => {
    expect(visibleSpan(shape, 5, 0, 4000)).toEqual({ from: 0, to: 5 });
    expect(visibleSpan(shape, 0, 0, 800)).toEqual({ from: 0, to: 0 });
    expect(visibleSpan(shape, 5, 99_999, 800)).toEqual({ from: 5, to: 5 });
    expect(contentHeight(shape, 0)).toBe(0);
    expect(contentHeight(shape, 4)).toBe(2 * pitch(shape) - shape.gap + 2 * shape.pad);
  });

  it('scrolls only as far as needed', () => {
    expect(scrollTo(shape, 0, 500, 800)).toBe(0);
    expect(scrollTo(shape, 1, 0, 800)).toBe(0);
    const deep = scrollTo(shape, 300, 0, 800);
    expect(scrollTo(shape, 300, deep, 800)).toBe(deep);
    expect(cellAt(shape, 300).y + shape.cell.height).toBeLessThanOrEqual(deep + 800);
  });

  it('moves with the keys and stays inside', () => {
    const go = (at: number, key: string) => moveFrom(shape, 10, at, key, 800);
    expect(go(-1, 'ArrowDown')).toBe(0);
    expect(go(0, 'ArrowRight')).toBe(1);
    expect(go(0, 'ArrowLeft')).toBe(0);
    expect(go(1, 'ArrowDown')).toBe(4);
    expect(go(1, 'ArrowUp')).toBe(1);
    expect(go(8, 'ArrowDown')).toBe(9);
    expect(go(9, 'ArrowDown')).toBe(9);
    expect(go(4, 'Home')).toBe(0);
    expect(go(4, 'End')).toBe(9);
    expect(go(4, 'a')).toBeNull();
    expect(moveFrom(shape, 0, -1, 'ArrowDown', 800)).toBeNull();
  });
});
