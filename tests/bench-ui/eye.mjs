// Looks at the real screen while something happens: samples rows of a few boxes, every few milliseconds, and says when what is
// seen became what it finally is. Nothing in the program has to tell. Not here: what happens.

import { closeSync, openSync, readSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const ROWS = 24;
const EVERY_MS = 3;

export class Eye {
  /** `file` is the screen that Xvfb keeps, in XWD format. */
  constructor(file) {
    const head = readFileSync(file).subarray(0, 100);
    const field = (at) => head.readUInt32BE(at * 4);
    this.pixels = field(0) + field(19) * 12;
    this.stride = field(12);
    this.width = field(4);
    this.height = field(5);
    this.fd = openSync(file, 'r');
  }

  /** Some rows of each box, as the screen has them (blue, green, red, nothing). */
  look(boxes, rows = ROWS) {
    return boxes.map(({ x, y, width, height }) =>
      Array.from({ length: rows }, (_, row) => {
        const line = Buffer.alloc(width * 4);
        const at = y + Math.floor(((row + 0.5) * height) / rows);
        readSync(this.fd, line, 0, line.length, this.pixels + at * this.stride + x * 4);
        return line;
      }),
    );
  }

  /** Keeps every change from now on; `stop` answers what was seen when, the last look last. */
  record(boxes, rows = ROWS) {
    const seen = [];
    let going = true;
    const work = (async () => {
      while (going) {
        const view = this.look(boxes, rows);
        const last = seen.at(-1)?.view;
        if (!last || view.some((box, at) => box.some((line, row) => !line.equals(last[at][row])))) seen.push({ at: Date.now(), view });
        await sleep(EVERY_MS);
      }
    })();
    return async () => {
      going = false;
      await work;
      return seen;
    };
  }

  close() {
    closeSync(this.fd);
  }
}

function distance(a, b) {
  let sum = 0;
  for (let at = 1; at < a.length; at += 4) sum += Math.abs(a[at] - b[at]);
  return sum / (a.length / 4);
}

/** Mean difference of a line, in steps of 255, that a JPEG of quality 95 keeps to; an enlarged overview is off by two and more. */
const JPEG = 1.5;

/** Is every line as sharp as the final one, but for what the best JPEG loses? */
export function sharp(view, final) {
  return view.every((box, at) => box.every((line, row) => distance(line, final[at][row]) <= JPEG));
}

/** Is it what is finally seen, to the pixel? */
export function same(view, final) {
  return view.every((box, at) => box.every((line, row) => line.equals(final[at][row])));
}

/** When what was seen first passed, and passed ever after. */
export function since(seen, passes, final = seen.at(-1).view) {
  let first = null;
  for (const { at, view } of seen) {
    if (!passes(view, final)) first = null;
    else first ??= at;
  }
  return first;
}
