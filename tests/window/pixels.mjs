// Is what stands on the screen the picture itself, pixel for pixel? Reads 8-bit RGB files in PNG, the format that the
// practice model Flash gives, and such with an alpha channel, which is left out. Not here: other formats, and pictures that are nearly alike.

import { inflateSync } from 'node:zlib';

/** Width, height and RGB rows of a PNG. */
export function decode(png) {
  const data = [];
  let width = 0;
  let height = 0;
  let bytes = 3;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      if (body[8] !== 8 || ![2, 6].includes(body[9]) || body[12] !== 0) throw new Error('not a plain RGB picture');
      bytes = body[9] === 6 ? 4 : 3;
    }
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * bytes;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) unfilter(raw, y * (stride + 1), rows, y * stride, stride, bytes);
  return { width, height, rows: bytes === 3 ? rows : withoutAlpha(rows) };
}

function withoutAlpha(rows) {
  const out = Buffer.alloc((rows.length / 4) * 3);
  for (let from = 0, to = 0; from < rows.length; from += 4, to += 3) rows.copy(out, to, from, from + 3);
  return out;
}

function unfilter(raw, from, rows, to, stride, bytes) {
  const kind = raw[from];
  for (let i = 0; i < stride; i += 1) {
    const left = i >= bytes ? rows[to + i - bytes] : 0;
    const up = to >= stride ? rows[to + i - stride] : 0;
    const corner = i >= bytes && to >= stride ? rows[to + i - stride - bytes] : 0;
    const guess = [0, left, up, (left + up) >> 1, kind === 4 ? paeth(left, up, corner) : 0][kind];
    rows[to + i] = raw[from + 1 + i] + guess;
  }
}

function paeth(left, up, corner) {
  const p = left + up - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The patch of `screen` around (x, y) found in `picture` near (atX, atY), exactly; null where it is not there. */
export function findExactly(screen, x, y, picture, atX, atY, { side = 96, reach = 3 } = {}) {
  const half = side / 2;
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      let same = true;
      for (let row = -half; same && row < half; row += 1) {
        const ours = ((y + row) * screen.width + x - half) * 3;
        const theirs = ((atY + dy + row) * picture.width + atX + dx - half) * 3;
        same = screen.rows.compare(picture.rows, theirs, theirs + side * 3, ours, ours + side * 3) === 0;
      }
      if (same) return { dx, dy };
    }
  }
  return null;
}
