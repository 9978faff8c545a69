import { describe, expect, it } from 'vitest';
import { commonAspect, gapTo, layoutPanes } from './layout';

const wide = 16 / 9;

describe('the layout of panes', () => {
  it('puts two side by side, edge to edge, whatever the window', () => {
    const pair = layoutPanes(2, { width: 1388, height: 826 }, wide, 1);
    expect([pair.columns, pair.rows]).toEqual([2, 1]);
    expect(pair.panes).toEqual([
      { x: 0, y: 0, width: 693, height: 826 },
      { x: 695, y: 0, width: 693, height: 826 },
    ]);
    expect(layoutPanes(2, { width: 500, height: 900 }, wide, 1).columns).toBe(2);
  });

  it('uses the space best for its shape', () => {
    const area = { width: 1388, height: 826 };
    expect(layoutPanes(4, area, wide, 1).columns).toBe(2);
    expect(layoutPanes(9, area, wide, 1).columns).toBe(3);
    expect(layoutPanes(3, area, 9 / 16, 1).columns).toBe(3);
    expect(layoutPanes(1, area, wide, 1).columns).toBe(1);
  });

  it('keeps every pane inside, equal, and apart by the gutter', () => {
    for (let count = 1; count <= 9; count += 1) {
      for (const ratio of [1, 1.25, 1.5, 2]) {
        const area = { width: 1389, height: 871 };
        const { panes, view, caption } = layoutPanes(count, area, wide, ratio);
        expect(panes).toHaveLength(count);
        for (const pane of panes) {
          expect(Number.isInteger(pane.x) && Number.isInteger(pane.y)).toBe(true);
          expect(pane.width).toBe(view.width);
          expect(pane.height).toBe(view.height + caption);
          expect(pane.x + pane.width).toBeLessThanOrEqual(area.width * ratio);
          expect(pane.y + pane.height).toBeLessThanOrEqual(area.height * ratio);
        }
      }
    }
  });

  it('leaves as few places empty as it can', () => {
    // Three columns and two would show these equally large.
    expect(layoutPanes(4, { width: 1389, height: 825 }, 1, 1)).toMatchObject({ columns: 2, rows: 2 });
  });

  it('survives an area of nothing', () => {
    expect(layoutPanes(4, { width: 0, height: 0 }, wide, 1).view.width).toBeGreaterThan(0);
  });

  it('takes the aspect of most pictures', () => {
    const sixteen = { width: 1600, height: 900 };
    expect(commonAspect([sixteen, { width: 10, height: 100 }, sixteen])).toBeCloseTo(wide);
    expect(commonAspect([])).toBe(1);
  });

  it('finds the next whole device pixel at any display scale', () => {
    expect(gapTo(46, 1)).toBe(0);
    expect(gapTo(46, 2)).toBe(0);
    expect(gapTo(46, 1.25)).toBeCloseTo(0.4, 10);
    expect(gapTo(86.3999, 1.25)).toBeCloseTo(0, 3);
    for (const ratio of [1, 1.1, 1.25, 1.5, 1.75, 2, 2.625]) {
      const device = (46 + gapTo(46, ratio)) * ratio;
      expect(Math.abs(device - Math.round(device))).toBeLessThan(0.02);
    }
  });
});
