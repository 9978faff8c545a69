// Pictures cut into squares: exact pixels are asked for in these, so that a small move asks for little, and so are the tiles
// of the smaller copies, whose squares cover more of the picture.

import type { Rect, Size } from './viewport';

export const TILE = 512;
/** Of a halving: a copy may be this much too small before the next larger one is taken. */
const SLACK = 0.05;

/** The squares that a part of a picture touches, those nearest to its middle first; `side` in pixels of the picture. */
export function tilesIn(picture: Size, part: Rect, side = TILE): Rect[] {
  const left = Math.max(0, Math.floor(part.x / side));
  const top = Math.max(0, Math.floor(part.y / side));
  const right = Math.ceil(Math.min(picture.width, part.x + part.width) / side);
  const bottom = Math.ceil(Math.min(picture.height, part.y + part.height) / side);
  const tiles: Rect[] = [];
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) tiles.push(tileAt(picture, column, row, side));
  }
  const middle = { x: part.x + part.width / 2, y: part.y + part.height / 2 };
  const far = (tile: Rect) =>
    Math.hypot(tile.x + tile.width / 2 - middle.x, tile.y + tile.height / 2 - middle.y);
  return tiles.sort((a, b) => far(a) - far(b));
}

/** Halvings after which a picture fits into one tile: the smallest copy there is. */
export function lastLevel(picture: Size): number {
  let level = 0;
  for (let side = Math.max(picture.width, picture.height); side > TILE; side = Math.ceil(side / 2))
    level += 1;
  return level;
}

/** The smallest copy that is not enlarged at this scale, or hardly. */
export function levelFor(picture: Size, scale: number): number {
  const level = Math.floor(Math.log2(1 / scale) + SLACK);
  return Math.max(0, Math.min(lastLevel(picture), level));
}

export function tileKey(id: string, tile: Rect): string {
  return `${id} ${tile.x} ${tile.y}`;
}

function tileAt(picture: Size, column: number, row: number, side: number): Rect {
  const x = column * side;
  const y = row * side;
  return {
    x,
    y,
    width: Math.min(side, picture.width - x),
    height: Math.min(side, picture.height - y),
  };
}
