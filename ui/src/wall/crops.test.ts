import { describe, expect, it } from 'vitest';
import { covers, cropPath, isExact, needsCrop, overviewSize, planCrop } from './crops';

const pro = { width: 5504, height: 3072 };
const small = { width: 1376, height: 768 };

describe('crops', () => {
  it('knows what the overview gives', () => {
    expect(overviewSize(pro)).toEqual({ width: 2048, height: 1143 });
    expect(overviewSize(small)).toEqual(small);
  });

  it('asks for nothing while the overview is enough, and for exact pixels from 1:1 on', () => {
    expect(needsCrop(pro, 700 / 5504)).toBe(false);
    expect(needsCrop(pro, 0.5)).toBe(true);
    expect(needsCrop(small, 0.9)).toBe(false);
    expect(needsCrop(small, 1)).toBe(true);
  });

  it("comes at device resolution below 1:1 and at the source's own above", () => {
    const seen = { x: 1000.4, y: 500.2, width: 700, height: 800 };
    const half = planCrop(pro, seen, 0.5);
    expect(half.out.width).toBe(Math.round(half.source.width / 2));
    expect(isExact(half)).toBe(false);
    const four = planCrop(pro, seen, 4);
    expect(isExact(four)).toBe(true);
  });

  it('covers what is seen with a margin, on whole pixels inside the picture', () => {
    for (const seen of [
      { x: 0, y: 0, width: 700, height: 800 },
      { x: 4804, y: 2272, width: 700, height: 800 },
      { x: 2111.7, y: 1000.1, width: 333.3, height: 120.9 },
    ]) {
      const crop = planCrop(pro, seen, 1);
      expect(covers(crop, seen, 1)).toBe(true);
      expect(Number.isInteger(crop.source.x) && Number.isInteger(crop.source.width)).toBe(true);
      expect(crop.source.x).toBeGreaterThanOrEqual(0);
      expect(crop.source.x + crop.source.width).toBeLessThanOrEqual(pro.width);
      expect(crop.source.y + crop.source.height).toBeLessThanOrEqual(pro.height);
    }
  });

  it('gives up its margin before it grows too large', () => {
    const seen = { x: 500, y: 300, width: 3800, height: 2100 };
    const crop = planCrop(pro, seen, 1);
    expect(crop.out.width * crop.out.height).toBeLessThan(8_600_000);
    expect(covers(crop, seen, 1)).toBe(true);
  });

  it('stays in use for small moves and for any zoom once it is exact', () => {
    const crop = planCrop(pro, { x: 1000, y: 500, width: 700, height: 800 }, 1);
    expect(covers(crop, { x: 1050, y: 520, width: 700, height: 800 }, 1)).toBe(true);
    expect(covers(crop, { x: 1100, y: 600, width: 350, height: 400 }, 2)).toBe(true);
    expect(covers(crop, { x: 1400, y: 520, width: 700, height: 800 }, 1)).toBe(false);
    const half = planCrop(pro, { x: 0, y: 0, width: 1400, height: 1600 }, 0.5);
    expect(covers(half, { x: 100, y: 100, width: 700, height: 800 }, 1)).toBe(false);
  });

  it('writes the path the host serves', () => {
    expect(
      cropPath('p1', { source: { x: 32, y: 0, width: 64, height: 96 }, out: { width: 32, height: 48 } }),
    ).toBe('picture/p1/crop/32,0,64,96/32x48');
  });
});
