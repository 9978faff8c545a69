import { describe, expect, it } from 'vitest';
import { tilesIn } from './grid';

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
});
