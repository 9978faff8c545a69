import type { Rect, Size } from './viewport';

/** A part of a picture to ask for: the source in image pixels, and the size it shall come in. */
export interface Crop {
  source: Rect;
  out: Size;
}

/** Most device pixels one answer may have. */
const BUDGET = 8_000_000;
/** Share of the visible part that is added on each side, so that small moves need no new answer. */
const MARGIN = 0.2;
/** Sources start and end on such steps: neighbouring rests hit the cache. */
const STEP = 32;

/** The overview's size: at most 2048 px on its long edge, never enlarged. */
export function overviewSize(picture: Size): Size {
  const scale = Math.min(1, 2048 / Math.max(picture.width, picture.height));
  return { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
}

/** Does the overview leave something to wish for? At 1:1 and more the exact pixels are wanted, never a JPEG. */
export function needsCrop(picture: Size, scale: number): boolean {
  if (scale >= 1) return true;
  return scale * picture.width > overviewSize(picture).width * 1.02;
}

/** The crop for what is visible now, with a margin as far as the budget allows. */
export function planCrop(picture: Size, visible: Rect, scale: number): Crop {
  const rate = Math.min(1, scale);
  let margin = MARGIN;
  let source = grow(picture, visible, margin);
  while (margin > 0.01 && source.width * source.height * rate * rate > BUDGET) {
    margin /= 2;
    source = grow(picture, visible, margin);
  }
  return {
    source,
    out: {
      width: Math.max(1, Math.min(source.width, Math.round(source.width * rate))),
      height: Math.max(1, Math.min(source.height, Math.round(source.height * rate))),
    },
  };
}

/** Is what we have still good enough: covers what is seen, at this sharpness? */
export function covers(crop: Crop, visible: Rect, scale: number): boolean {
  const { source, out } = crop;
  const inside =
    source.x <= visible.x &&
    source.y <= visible.y &&
    source.x + source.width >= visible.x + visible.width &&
    source.y + source.height >= visible.y + visible.height;
  const have = out.width / source.width;
  return inside && (have >= 1 || Math.abs(have - scale) / scale < 0.01);
}

/** A crop that is shown at its own resolution has one pixel for one pixel of the picture. */
export function isExact(crop: Crop): boolean {
  return crop.out.width === crop.source.width && crop.out.height === crop.source.height;
}

export function cropPath(id: string, { source, out }: Crop): string {
  return `picture/${id}/crop/${source.x},${source.y},${source.width},${source.height}/${out.width}x${out.height}`;
}

function grow(picture: Size, visible: Rect, margin: number): Rect {
  const [left, width] = span(visible.x, visible.width, picture.width, margin);
  const [top, height] = span(visible.y, visible.height, picture.height, margin);
  return { x: left, y: top, width, height };
}

function span(start: number, length: number, limit: number, margin: number): [number, number] {
  const from = Math.max(0, Math.floor((start - length * margin) / STEP) * STEP);
  const to = Math.min(limit, Math.ceil((start + length * (1 + margin)) / STEP) * STEP);
  return [from, Math.max(1, to - from)];
}
