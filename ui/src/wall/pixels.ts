// Pixels out of bitmaps and into canvases. One canvas is used for all reading: reading from a new one each time is slow.

import type { Size } from './viewport';

let reader: CanvasRenderingContext2D | null = null;

function readingContext(width: number, height: number): CanvasRenderingContext2D {
  reader ??= document.createElement('canvas').getContext('2d', { alpha: false, willReadFrequently: true });
  if (!reader) throw new Error('no canvas');
  const { canvas } = reader;
  if (canvas.width < width) canvas.width = width;
  if (canvas.height < height) canvas.height = height;
  return reader;
}

/** RGBA of a whole bitmap. */
export function pixelsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const context = readingContext(width, height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

/** Red, green and blue of one pixel. */
export function pixelOf(bitmap: ImageBitmap, x: number, y: number): [number, number, number] {
  const context = readingContext(1, 1);
  context.drawImage(bitmap, x, y, 1, 1, 0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

export function canvasOf(pixels: Uint8ClampedArray<ArrayBuffer>, { width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
