// Pictures cut into squares: exact pixels are asked for in these, so that a small move asks for little.

import type { Rect, Size } from './viewport';

export const TILE = 512;

/** The squares that a part of a picture touches, those nearest to its middle first. */
export function tilesIn(picture: Size, part: Rect): Rect[] {
  const left = Math.max(0, Math.floor(part.x / TILE));
  const top = Math.max(0, Math.floor(part.y / TILE));
  const right = Math.ceil(Math.min(picture.width, part.x + part.width) / TILE);
  const bottom = Math.ceil(Math.min(picture.height, part.y + part.height) / TILE);
  const tiles: Rect[] = [];
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) tiles.push(tileAt(picture, column, row));
  }
  const middle = { x: part.x + part.width / 2, y: part.y + part.height / 2 };
  const far = (tile: Rect) =>
    Math.hypot(tile.x + tile.width / 2 - middle.x, tile.y + tile.height / 2 - middle.y);
  return tiles.sort((a, b) => far(a) - far(b));
}

export function tileKey(id: string, tile: Rect): string {
  return `${id} ${tile.x} ${tile.y}`;
}

function tileAt(picture: Size, column: number, row: number): Rect {
  const x = column * TILE;
  const y = row * TILE;
  return {
    x,
    y,
    width: Math.min(TILE, picture.width - x),
    height: Math.min(TILE, picture.height - y),
  };
}
