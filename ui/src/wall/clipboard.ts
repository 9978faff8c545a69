// A picture onto the clipboard: its exact pixels as PNG, which is what other programs take. Read in strips, since one answer
// holds so much only; the page needs no path for it.

import { cropPath } from './crops';
import { loadReadable } from './loader';
import type { Size } from './viewport';

/** Longest side of one exact part. */
const SIDE = 4096;
const ROWS = 1024;

export async function copyPicture(id: string, size: Size, url: (path: string) => string): Promise<void> {
  // The promise goes in, not what comes of it: by then the key press that allows it would be too long ago.
  const picture = wholeOf(id, size, url);
  await Promise.all([picture, navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])]);
}

async function wholeOf(id: string, { width, height }: Size, url: (path: string) => string): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  for (let y = 0; y < height; y += ROWS) {
    for (let x = 0; x < width; x += SIDE) {
      const part = { x, y, width: Math.min(SIDE, width - x), height: Math.min(ROWS, height - y) };
      const bitmap = await loadReadable(url(cropPath(id, part)), new AbortController().signal);
      context?.drawImage(bitmap, x, y);
      bitmap.close();
    }
  }
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else fail(new Error('no picture'));
    }, 'image/png'),
  );
}
