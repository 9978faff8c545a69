// How two pictures differ, pixel by pixel, from exact pixels. Arithmetic only: where pixels come from stands in
// differ.svelte.ts.

import type { Rect } from './viewport';

/** One part in 256 of a channel's step, so that a mean over many pixels does not lose what is small. */
const UNIT = 256;

export interface Difference {
  /** In blocks. */
  width: number;
  height: number;
  /** Mean absolute difference of red, green and blue in each block, in units of 1/256 of a step. */
  mean: Uint16Array;
  /** Largest difference of any channel of any pixel in each block. */
  peak: Uint8Array;
}

/** Blocks of so many pixels a side are what is looked at from this far. */
export function blockFor(scale: number): number {
  let block = 1;
  while (block < 16 && block * 2 * scale <= 1) block *= 2;
  return block;
}

/** Of two RGBA buffers of the same size. A block at the edge is the mean of the pixels that it has. */
export function difference(
  a: Uint8ClampedArray,
  b: Uint8ClampedArray,
  width: number,
  height: number,
  block: number,
): Difference {
  const columns = Math.ceil(width / block);
  const rows = Math.ceil(height / block);
  const mean = new Uint16Array(columns * rows * 3);
  const peak = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    const bottom = Math.min(height, (row + 1) * block);
    for (let column = 0; column < columns; column += 1) {
      const right = Math.min(width, (column + 1) * block);
      let red = 0;
      let green = 0;
      let blue = 0;
      let max = 0;
      for (let y = row * block; y < bottom; y += 1) {
        for (let at = (y * width + column * block) * 4, end = (y * width + right) * 4; at < end; at += 4) {
          const r = Math.abs((a[at] as number) - (b[at] as number));
          const g = Math.abs((a[at + 1] as number) - (b[at + 1] as number));
          const l = Math.abs((a[at + 2] as number) - (b[at + 2] as number));
          red += r;
          green += g;
          blue += l;
          if (r > max) max = r;
          if (g > max) max = g;
          if (l > max) max = l;
        }
      }
      const rate = UNIT / ((bottom - row * block) * (right - column * block));
      peak[row * columns + column] = max;
      const at = (row * columns + column) * 3;
      mean[at] = Math.round(red * rate);
      mean[at + 1] = Math.round(green * rate);
      mean[at + 2] = Math.round(blue * rate);
    }
  }
  return { width: columns, height: rows, mean, peak };
}

/** Largest difference within a part, given in blocks; what lies outside is left out. */
export function peakWithin({ width, height, peak }: Difference, part: Rect): number {
  const left = Math.max(0, Math.floor(part.x));
  const right = Math.min(width, Math.ceil(part.x + part.width));
  const bottom = Math.min(height, Math.ceil(part.y + part.height));
  let max = 0;
  for (let row = Math.max(0, Math.floor(part.y)); row < bottom; row += 1) {
    for (let at = row * width + left, end = row * width + right; at < end; at += 1) {
      if ((peak[at] as number) > max) max = peak[at] as number;
    }
  }
  return max;
}

/** As opaque RGBA to look at: black where nothing differs, `gain` times brighter than it is. */
export function amplified({ width, height, mean }: Difference, gain: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4);
  const rate = gain / UNIT;
  for (let from = 0, to = 0; from < mean.length; from += 3, to += 4) {
    out[to] = (mean[from] as number) * rate;
    out[to + 1] = (mean[from + 1] as number) * rate;
    out[to + 2] = (mean[from + 2] as number) * rate;
    out[to + 3] = 255;
  }
  return out;
}
