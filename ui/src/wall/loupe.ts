// A round glass over a pane: the same spot in every picture, large, in exact pixels. No state.

import type { Square } from './exact.svelte';
import type { Side } from './overlay';
import { paintPicture } from './painter';
import type { Point, Rect, Size } from './viewport';

/** CSS pixels. */
const RADIUS = 92;
/** Device pixels per image pixel of the reference picture, at least. */
const SCALE = 4;

export interface Glass {
  /** Where it lies in the pane, device pixels. */
  centre: Point;
  radius: number;
  /** Device pixels per image pixel. */
  scale: number;
  /** The image point under its middle, fractions kept. */
  at: Point;
  /** What it shows, image pixels, within the picture. */
  rect: Rect;
}

/** `k`: scale of the reference picture. Smaller pictures are enlarged more, so that all show the same part. */
export function glassAt(side: Side['frame'], picture: Size, k: number, centre: Point, ratio: number): Glass {
  const scale = (Math.max(SCALE, 2 * k) * side.scale) / k;
  const radius = Math.round(RADIUS * ratio);
  const at = { x: (centre.x - side.origin.x) / side.scale, y: (centre.y - side.origin.y) / side.scale };
  const half = radius / scale;
  const left = Math.max(0, Math.floor(at.x - half));
  const top = Math.max(0, Math.floor(at.y - half));
  const right = Math.min(picture.width, Math.ceil(at.x + half));
  const bottom = Math.min(picture.height, Math.ceil(at.y + half));
  const rect = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
  return { centre, radius, scale, at, rect };
}

export function paintGlass(
  context: CanvasRenderingContext2D,
  { layers, frame }: Side,
  glass: Glass,
  squares: Square[],
): void {
  const { centre, radius, scale, at, rect } = glass;
  const origin = { x: Math.round(centre.x - at.x * scale), y: Math.round(centre.y - at.y * scale) };
  context.save();
  context.beginPath();
  context.arc(centre.x, centre.y, radius, 0, 2 * Math.PI);
  context.clip();
  // What is here already, until the exact pixels are.
  const visible = rect.width > 0 && rect.height > 0 ? rect : null;
  paintPicture(context, layers, { ...frame, origin, scale, visible });
  context.imageSmoothingEnabled = false;
  for (const { tile, bitmap } of squares) {
    const left = Math.round(origin.x + tile.x * scale);
    const top = Math.round(origin.y + tile.y * scale);
    const right = Math.round(origin.x + (tile.x + tile.width) * scale);
    const bottom = Math.round(origin.y + (tile.y + tile.height) * scale);
    context.drawImage(bitmap, left, top, right - left, bottom - top);
  }
  context.restore();
  ring(context, centre, radius, frame.ratio);
}

/** White between dark edges: to be seen on any picture. */
function ring(context: CanvasRenderingContext2D, centre: Point, radius: number, ratio: number): void {
  for (const [colour, width] of [
    ['rgb(0 0 0 / 55%)', 4 * ratio],
    ['#ffffff', 1.5 * ratio],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(centre.x, centre.y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
}
