import { describe, expect, it } from 'vitest';
import { covers, cropPath, planCrop } from './crops';

const pro = { width: 5504, height: 3072 };

describe('crops', () => {
  it('cover what is seen with a margin, on whole pixels inside the picture', () => {
    for (const seen of [
      { x: 0, y: 0, width: 700, height: 800 },
      { x: 4804, y: 2272, width: 700, height: 800 },
      { x: 2111.7, y: 1000.1, width: 333.3, height: 120.9 },
    ]) {
      const crop = planCrop(pro, seen);
      expect(covers(crop, seen)).toBe(true);
      expect(Number.isInteger(crop.x) && Number.isInteger(crop.width)).toBe(true);
      expect(crop.x).toBeGreaterThanOrEqual(0);
      expect(crop.x + crop.width).toBeLessThanOrEqual(pro.width);
      expect(crop.y + crop.height).toBeLessThanOrEqual(pro.height);
    }
  });

  it('give up their margin before they grow too large', () => {
    const seen = { x: 500, y: 300, width: 3800, height: 2100 };
    const crop = planCrop(pro, seen);
    expect(crop.width * crop.height).toBeLessThan(8_600_000);
    expect(covers(crop, seen)).toBe(true);
  });

  it('stay in use for small moves and for a closer look', () => {
    const crop = planCrop(pro, { x: 1000, y: 500, width: 700, height: 800 });
    expect(covers(crop, { x: 1050, y: 520, width: 700, height: 800 })).toBe(true);
    expect(covers(crop, { x: 1100, y: 600, width: 350, height: 400 })).toBe(true);
    expect(covers(crop, { x: 1400, y: 520, width: 700, height: 800 })).toBe(false);
  });

  it('write the path the host serves', () => {
    expect(cropPath('p1', { x: 32, y: 0, width: 64, height: 96 })).toBe('picture/p1/crop/32,0,64,96/64x96');
  });
});
