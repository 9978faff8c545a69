// Exact parts of a picture, to ask for. Everything that is judged by its pixels comes from these.

import type { Rect, Size } from './viewport';

/** Most pixels one answer may have. */
const BUDGET = 8_000_000;
/** Share of the visible part that is added on each side, so that small moves need no new answer. */
const MARGIN = 0.1;
/** Parts start and end on such steps: neighbouring rests hit the cache. */
const STEP = 32;

/** The part to ask for where this is visible, with a margin as far as the budget allows. */
export function planCrop(picture: Size, visible: Rect): Rect {
  let margin = MARGIN;
  let part = grow(picture, visible, margin);
  while (margin > 0.01 && part.width * part.height > BUDGET) {
    margin /= 2;
    part = grow(picture, visible, margin);
  }
  return part;
}

export function covers(part: Rect, visible: Rect): boolean {
  return (
    part.x <= visible.x &&
    part.y <= visible.y &&
    part.x + part.width >= visible.x + visible.width &&
    part.y + part.height >= visible.y + visible.height
  );
}

export function cropPath(id: string, { x, y, width, height }: Rect): string {
  return `picture/${id}/crop/${x},${y},${width},${height}/${width}x${height}`;
}

/** A part with a margin, inside the picture. */
export function grow(picture: Size, visible: Rect, margin: number): Rect {
  const [left, width] = span(visible.x, visible.width, picture.width, margin);
  const [top, height] = span(visible.y, visible.height, picture.height, margin);
  return { x: left, y: top, width, height };
}

function span(start: number, length: number, limit: number, margin: number): [number, number] {
  const from = Math.max(0, Math.floor((start - length * margin) / STEP) * STEP);
  const to = Math.min(limit, Math.ceil((start + length * (1 + margin)) / STEP) * STEP);
  return [from, Math.max(1, to - from)];
}
