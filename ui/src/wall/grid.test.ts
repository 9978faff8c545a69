import { describe, expect, it } from 'vitest';
import { lastLevel, levelFor, tilesIn } from './grid';

const picture = { width: 1200, height: 700 };

describe('squares of a picture', () => {
  it('covers the whole picture without overlap, cut at its edges', () => {
    const tiles = tilesIn(picture, { x: 0, y: 0, ...picture });
    expect(tiles).toHaveLength(6);
    expect(tiles.reduce((sum, tile) => sum + tile.width * tile.height, 0)).toBe(1200 * 700);
    expect(tiles).toContainEqual({ x: 1024, y: 512, width: 176, height: 188 });
  });

  it('takes only what the part touches, the middle first', () => {
    expect(tilesIn(picture, { x: 600, y: 10, width: 20, height: 20 })).toEqual([
      { x: 512, y: 0, width: 512, height: 512 },
    ]);
    const [first] = tilesIn(picture, { x: 500, y: 0, width: 400, height: 300 });
    expect(first?.x).toBe(512);
  });

  it('never leaves the picture', () => {
    expect(tilesIn(picture, { x: -300, y: -300, width: 100, height: 100 })).toEqual([]);
    expect(tilesIn(picture, { x: 1190, y: 690, width: 400, height: 400 })).toHaveLength(1);
  });

  it('grow with the copy, which is the smallest that needs no enlarging', () => {
    expect(tilesIn(picture, { x: 0, y: 0, ...picture }, 1024)).toHaveLength(2);
    expect(lastLevel(picture)).toBe(2);
    expect([4, 1, 0.6, 0.5, 0.49, 0.26, 0.24, 0.01].map((scale) => levelFor(picture, scale))).toEqual([
      0, 0, 0, 1, 1, 1, 2, 2,
    ]);
    expect(levelFor({ width: 300, height: 200 }, 0.1)).toBe(0);
  });
});
