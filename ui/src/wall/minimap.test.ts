import { describe, expect, it } from 'vitest';
import { minimapPoint, minimapRect } from './minimap';

const pro = { width: 5504, height: 3072 };

describe('the minimap', () => {
  it('lies in the corner with the shape of the picture', () => {
    const box = minimapRect({ width: 693, height: 780 }, pro, 1);
    expect(box).toEqual({ x: 549, y: 694, width: 132, height: 74 });
    expect(minimapRect({ width: 1386, height: 1560 }, pro, 2)?.width).toBe(264);
  });

  it('leaves small panes alone', () => {
    expect(minimapRect({ width: 140, height: 120 }, pro, 1)).toBeNull();
    expect(minimapRect({ width: 700, height: 700 }, { width: 0, height: 0 }, 1)).toBeNull();
  });

  it('leads to the point of the picture that was pressed', () => {
    const box = { x: 100, y: 100, width: 200, height: 100 };
    expect(minimapPoint(box, { x: 150, y: 150 })).toEqual({ x: 0.25, y: 0.5 });
    expect(minimapPoint(box, { x: 99, y: 150 })).toBeNull();
    expect(minimapPoint(null, { x: 1, y: 1 })).toBeNull();
  });
});
