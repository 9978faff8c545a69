// What the X server shows, as PNG: real pixels of the real window. Xvfb keeps its screen in a file (XWD format), so
// nothing has to be installed to read it. WebDriver's own screenshots never return where the page is drawn without a
// graphics card, as the app asks for on such machines. Not here: comparing pictures.

import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const HEADER = { size: 0, width: 4, height: 5, bitsPerPixel: 11, bytesPerLine: 12, colours: 19 };

/** The top left `width`×`height` of the screen kept in `file`. */
export function grab(file, width, height) {
  const xwd = readFileSync(file);
  const field = (name) => xwd.readUInt32BE(HEADER[name] * 4);
  if (field('bitsPerPixel') !== 32) throw new Error('the screen is not 32 bits a pixel');
  if (field('width') < width || field('height') < height) throw new Error('the screen is too small');
  const pixels = field('size') + field('colours') * 12;
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, to = 0; y < height; y += 1) {
    to += 1; // The row's filter: none.
    for (let x = 0, from = pixels + y * field('bytesPerLine'); x < width; x += 1, from += 4) {
      rows[to++] = xwd[from + 2];
      rows[to++] = xwd[from + 1];
      rows[to++] = xwd[from];
    }
  }
  return png(width, height, rows);
}

function png(width, height, rows) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 6 });
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
