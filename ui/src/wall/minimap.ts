import type { Point, Rect, Size } from './viewport';

const LONG = 132;
const INSET = 12;

/** Where the minimap lies in a pane, device pixels; null where a pane is too small for one. */
export function minimapRect(pane: Size, picture: Size, ratio: number): Rect | null {
  const long = Math.round(Math.min(LONG * ratio, pane.width * 0.3, pane.height * 0.3));
  if (long < 48 * ratio || picture.width <= 0 || picture.height <= 0) return null;
  const scale = long / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const inset = Math.round(INSET * ratio);
  return { x: pane.width - inset - width, y: pane.height - inset - height, width, height };
}

/** Normalised image point under a point of the minimap; null beside it. */
export function minimapPoint(box: Rect | null, at: Point): Point | null {
  if (!box) return null;
  const x = (at.x - box.x) / box.width;
  const y = (at.y - box.y) / box.height;
  return x >= 0 && y >= 0 && x <= 1 && y <= 1 ? { x, y } : null;
}
